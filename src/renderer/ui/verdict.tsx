import type { Verdict as VerdictKind } from '@shared/message'
import { clsx } from './clsx'
import { useText } from './use-text'
import styles from './verdict.module.css'

/** The shape of a verdict, told apart without its colour. Size in px of a 16-px page; sun and density scale it. */
export function VerdictShape({ verdict, size, label }: { verdict: VerdictKind; size?: number; label?: string }) {
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: named by its label, or hidden beside its word.
    <svg
      viewBox="0 0 24 24"
      className={clsx(styles.shape, styles[`shape-${verdict}`])}
      style={size === undefined ? undefined : { width: `${size / 16}rem`, height: `${size / 16}rem` }}
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    >
      {SHAPES[verdict]}
    </svg>
  )
}

const SHAPES: Record<VerdictKind, React.ReactNode> = {
  passed: (
    <>
      <circle cx="12" cy="12" r="11" fill="var(--sw-ok)" />
      <path d="M6.8 12.4l3.5 3.5 6.9-7.2" className={styles.onOk} />
    </>
  ),
  warn: (
    <>
      <path d="M12 2.2 23 21.6H1z" className={styles.triangle} />
      <path d="M12 9v6" className={styles.onWarn} />
      <circle cx="12" cy="18.4" r="1.35" fill="var(--sw-on-warn)" />
    </>
  ),
  unsure: (
    <>
      <path d="M12 2.2 23 21.6H1z" className={styles.triangle} />
      <path d="M9.6 11.2a2.4 2.4 0 1 1 3.5 2.1c-.8.4-1.1.8-1.1 1.6" className={styles.onWarn} />
      <circle cx="12" cy="18.6" r="1.3" fill="var(--sw-on-warn)" />
    </>
  ),
  failed: (
    <>
      <path d="M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4z" fill="var(--sw-fail)" />
      <path d="M8.2 8.2l7.6 7.6M15.8 8.2l-7.6 7.6" className={styles.onFail} />
    </>
  ),
  notrun: <rect x="2.5" y="2.5" width="19" height="19" rx="2" className={styles.hollow} />,
  running: (
    <>
      <circle cx="12" cy="12" r="9.5" className={styles.ringBack} />
      <path d="M12 2.5a9.5 9.5 0 0 1 9.5 9.5" className={styles.ring} />
      <circle cx="12" cy="12" r="2.6" fill="var(--sw-primary)" />
    </>
  ),
  waiting: (
    <>
      <circle cx="12" cy="12" r="9.6" className={styles.hollow} />
      <path d="M12 6.5V12l3.6 2.2" className={styles.hollow} />
    </>
  ),
  waived: (
    <>
      <rect x="2.5" y="2.5" width="19" height="19" rx="2" className={styles.hollow} />
      <path d="M4 20 20 4" className={styles.hollow} />
    </>
  ),
}

/** Shape and word; the word is the verdict's own unless something better is known ("slow, 410 ms"). */
export function Verdict({
  verdict,
  children,
  size,
}: {
  verdict: VerdictKind
  children?: React.ReactNode
  size?: number
}) {
  const t = useText()
  return (
    <span className={clsx(styles.verdict, styles[verdict])} data-verdict={verdict}>
      <VerdictShape verdict={verdict} {...(size === undefined ? {} : { size })} />
      <span className={styles.word}>{children ?? t(`verdict.${verdict}`)}</span>
    </span>
  )
}

/** How many of a verdict: shape, number, and the words that say of what. */
export function Count({
  verdict,
  value,
  children,
}: {
  verdict: VerdictKind
  value: number
  children?: React.ReactNode
}) {
  const t = useText()
  return (
    <span className={styles.count}>
      <VerdictShape verdict={verdict} size={15} label={t(`verdict.${verdict}`)} />
      <b className="num">{value}</b>
      {children === undefined ? null : <span className="muted">{children}</span>}
    </span>
  )
}
