import { useEffect, useState } from 'react'
import styles from './skeleton.module.css'
import { useText } from './use-text'

/** Rows of the final height while the first answer is on its way; nothing for the first 150 ms. */
export function SkeletonRows({ rows = 3 }: { rows?: number }) {
  const t = useText()
  const shown = useAfter(150)
  return (
    <div className={styles.rows} role="status" aria-label={t('ui.loading')} data-shown={shown || undefined}>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all alike, none moves.
        <div key={index} className={styles.row}>
          <span className={styles.box} />
          <span className={styles.line} style={{ width: `${44 + ((index * 23) % 31)}%` }} />
          <span className={styles.end} />
        </div>
      ))}
    </div>
  )
}

function useAfter(delayMs: number): boolean {
  const [over, setOver] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), delayMs)
    return () => clearTimeout(timer)
  }, [delayMs])
  return over
}
