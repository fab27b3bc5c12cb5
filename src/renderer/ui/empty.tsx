import type { ReactNode } from 'react'
import styles from './empty.module.css'

/** Nothing there yet: what it is, one thing to do, one alternative. */
export function Empty({ glyph, title, children, primary, secondary }: EmptyProps) {
  return (
    <div className={styles.empty}>
      {glyph}
      <h2 className={styles.title}>{title}</h2>
      {children ? <p className="muted">{children}</p> : null}
      {primary || secondary ? (
        <div className={styles.actions}>
          {primary}
          {secondary}
        </div>
      ) : null}
    </div>
  )
}

export interface EmptyProps {
  /** A `Glyph` of 28. */
  glyph?: ReactNode
  title: string
  children?: ReactNode
  primary?: ReactNode
  secondary?: ReactNode
}
