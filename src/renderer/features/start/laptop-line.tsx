import { useQuery } from '../../rpc'
import { formatTime, useText, VerdictShape } from '../../ui'
import styles from './start.module.css'

/** Is this laptop fit for the work? One line, each check with what was seen. */
export function LaptopLine() {
  const t = useText()
  const { data } = useQuery('getLaptopChecks', {})
  if (!data) return null
  return (
    <section className={styles.laptop} aria-label={t('laptop.title')}>
      <div className={styles.laptopHead}>
        <b>{t('laptop.title')}</b>
        <span className={styles.note}>{t('laptop.checked', { time: formatTime(data.checkedAt) })}</span>
      </div>
      <ul className={styles.laptopChecks}>
        {data.checks.map((check) => (
          <li key={check.id}>
            <VerdictShape verdict={check.verdict} size={18} label={t(`verdict.${check.verdict}`)} />
            <span>
              <b>{t.message(check.title)}</b>
              <span className={styles.note}>{t.message(check.detail)}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
