import type { ReactNode } from 'react'
import { clsx } from './clsx'
import styles from './panel.module.css'

export interface PanelProps {
  title?: ReactNode
  /** A number or a few muted words beside the title. */
  note?: ReactNode
  actions?: ReactNode
  children: ReactNode
  /** Without inner padding, for tables and lists. */
  flush?: boolean
  className?: string | undefined
}

/** A flat sheet: one hairline, no shadow. */
export function Panel({ title, note, actions, children, flush = false, className }: PanelProps) {
  return (
    <section className={clsx(styles.panel, className)} {...(typeof title === 'string' ? { 'aria-label': title } : {})}>
      {title === undefined ? null : (
        <header className={clsx(styles.head, flush && styles.ruled)}>
          <h2 className={styles.title}>{title}</h2>
          {note === undefined ? null : <span className={styles.note}>{note}</span>}
          {actions ? <div className={styles.actions}>{actions}</div> : null}
        </header>
      )}
      <div className={flush ? styles.flush : styles.body}>{children}</div>
    </section>
  )
}

export interface PageHeadProps {
  title: ReactNode
  /** What this page is for, in one line. */
  lead?: ReactNode
  /** Above the title: `Step 4 of 5`. */
  above?: ReactNode
  /** Beside the title: a verdict, a number. */
  beside?: ReactNode
  actions?: ReactNode
}

export function PageHead({ title, lead, above, beside, actions }: PageHeadProps) {
  return (
    <header className={styles.page}>
      <div className={styles.words}>
        {above}
        <div className={styles.line}>
          <h1 className={styles.pageTitle}>{title}</h1>
          {beside}
        </div>
        {lead ? <p className={styles.lead}>{lead}</p> : null}
      </div>
      {actions ? <div className={styles.actions}>{actions}</div> : null}
    </header>
  )
}

/** The scrolling content of a place, and the side panel that keeps its place beside it. */
export function PlaceLayout({ children, side }: { children: ReactNode; side?: ReactNode }) {
  return (
    <div className={styles.place}>
      <div className={styles.content}>{children}</div>
      {side ? <aside className={styles.side}>{side}</aside> : null}
    </div>
  )
}
