import { useQuery } from '../../rpc'
import { Count, Popover, useText, VerdictShape } from '../../ui'
import styles from './commission.module.css'

/** The to-do list of the site: what needs a person, and the step that settles it. */
export function FindingsButton({ siteId, onGo }: { siteId: string; onGo: (step: string) => void }) {
  const t = useText()
  const { data } = useQuery('getFindings', { siteId }, { refreshOn: ['sites'], everyMs: 5000 })
  const findings = data?.findings ?? []
  if (findings.length === 0) return null
  const failed = findings.filter(({ verdict }) => verdict === 'failed').length
  return (
    <Popover
      label={t('commission.to-do')}
      target={
        <button type="button" className={styles.todo}>
          {t('commission.to-do')}
          {failed > 0 ? <Count verdict="failed" value={failed} /> : null}
          {findings.length > failed ? <Count verdict="warn" value={findings.length - failed} /> : null}
        </button>
      }
    >
      <ul className={styles.findings}>
        {findings.map((finding) => (
          <li key={finding.id}>
            <button type="button" className={styles.finding} onClick={() => onGo(finding.step)}>
              <VerdictShape verdict={finding.verdict} label={t(`verdict.${finding.verdict}`)} />
              <span>{t.message(finding.message)}</span>
              <span className={styles.findingStep}>{t(`step.${finding.step}`)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Popover>
  )
}
