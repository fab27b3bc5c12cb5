import type { Verdict as VerdictKind } from '@shared/message'
import type { ReactNode } from 'react'
import styles from './banner.module.css'
import { clsx } from './clsx'
import { VerdictShape } from './verdict'

/** One line across that says what deviates and what the program does about it. Stays until that is over. */
export function Banner({
  verdict,
  children,
  action,
}: {
  verdict: VerdictKind
  children: ReactNode
  action?: ReactNode
}) {
  return (
    <div className={clsx(styles.banner, styles[verdict])} role="status">
      <VerdictShape verdict={verdict} />
      <div className={styles.text}>{children}</div>
      {action}
    </div>
  )
}

/** On every view of the demo site, so that nobody takes it for the plant. */
export function SimulatorBand({ children }: { children: ReactNode }) {
  return (
    <div className={styles.simulator} role="note">
      {children}
    </div>
  )
}
