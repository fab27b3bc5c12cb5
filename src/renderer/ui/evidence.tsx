import type { EvidenceItem } from '@shared/device'
import type { ReactNode } from 'react'
import styles from './evidence.module.css'
import { formatNumber } from './format'
import { useText } from './use-text'
import { VerdictShape } from './verdict'

/** The head of a side panel: what is claimed, and how sure that is. */
export function EvidenceHead({ above, title, below, percent, agree }: EvidenceHeadProps) {
  return (
    <header className={styles.head}>
      <div className={styles.claim}>
        {above ? <span className={styles.small}>{above}</span> : null}
        <h2 className={styles.title}>{title}</h2>
        {below ? <span className={styles.small}>{below}</span> : null}
      </div>
      {percent === undefined ? null : (
        <div className={styles.percent}>
          <span className="num">
            <b>{formatNumber(percent)}</b> <span className="unit">%</span>
          </span>
          {agree ? <span className={styles.small}>{agree}</span> : null}
        </div>
      )}
    </header>
  )
}

export interface EvidenceHeadProps {
  above?: ReactNode
  title: string
  below?: ReactNode
  percent?: number
  agree?: ReactNode
}

/** The proofs of an identity: the very question, the very answer, and what each is worth. */
export function EvidenceList({ items }: { items: readonly EvidenceItem[] }) {
  const t = useText()
  return (
    <section className={styles.section} aria-label={t('proof.why')}>
      <div className={styles.ruler}>
        <h3 className={styles.heading}>{t('proof.why')}</h3>
        <span className={styles.weightTitle}>{t('proof.weight')}</span>
      </div>
      <ul className={styles.list}>
        {items.map((item) => (
          <li key={`${item.probe} ${item.title.key} ${item.says}`} className={styles.item}>
            <VerdictShape verdict={item.verdict} label={t(`verdict.${item.verdict}`)} />
            <span className={styles.name}>{t.message(item.title)}</span>
            <span className={styles.says}>{item.says}</span>
            <span className={styles.weight}>{formatNumber(item.weight)}</span>
            <span className={styles.frame}>
              {item.probe} → {item.answer}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** A titled part of the side panel. */
export function SideSection({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.ruler}>
        <h3 className={styles.heading}>{title}</h3>
        {note ? <span className={styles.weightTitle}>{note}</span> : null}
      </div>
      {children}
    </section>
  )
}

/** What is not sure, and what would settle it. */
export function NotSure({ children }: { children: ReactNode }) {
  const t = useText()
  return (
    <div className={styles.unsure} role="note">
      <VerdictShape verdict="unsure" label={t('verdict.unsure')} />
      <div>{children}</div>
    </div>
  )
}

/** The acts of the side panel, at its foot. */
export function SideActions({ children }: { children: ReactNode }) {
  return <footer className={styles.actions}>{children}</footer>
}
