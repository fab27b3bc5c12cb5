import { clsx, DASH, formatNumber, formatTime, useText } from '../../../ui'
import styles from './history.module.css'
import { type HistoryAnswer, present, SLOT_S, toSeries } from './series'

/** The same numbers as the lines, to read out, select and copy. */
export function HistoryTable({ answer }: { answer: HistoryAnswer }) {
  const t = useText()
  const series = toSeries(answer, Date.now() / 1000)
  const shown = present(series)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the keyboard.
    <section className={styles.scroll} tabIndex={0} aria-label={t('live.history.label')}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col" className={clsx(styles.cell, styles.head)}>
              {t('live.history.from')}
            </th>
            {shown.map(({ id }) => (
              <th key={id} scope="col" className={clsx(styles.cell, styles.head, styles.number)}>
                {t(`live.column.${id}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {series.times.map((time, index) => (
            <tr key={time}>
              <th scope="row" className={styles.cell}>
                {formatTime(Math.floor(time / SLOT_S) * SLOT_S * 1000)}
              </th>
              {shown.map(({ id }) => {
                const value = series.values[id][index] ?? null
                return (
                  <td key={id} className={clsx(styles.cell, styles.number)}>
                    {value === null ? DASH : formatNumber(value, 2)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
