import type { Verdict as VerdictKind } from '@shared/message'
import type { ReactNode } from 'react'
import { clsx } from './clsx'
import { Popover } from './overlay'
import styles from './status-cluster.module.css'
import { useText } from './use-text'
import { VerdictShape } from './verdict'

export interface StatusEntry {
  id: string
  /** Icon of 18. */
  icon: ReactNode
  word: string
  verdict: VerdictKind
  /** What is so, in one sentence. */
  sentence: string
  /** What to do about it. */
  next?: string | null
}

/** Icon, shape and word of each thing that must be well; a click tells cause and action. */
export function StatusCluster({ label, items }: { label: string; items: readonly StatusEntry[] }) {
  const t = useText()
  const good = items.filter((item) => item.verdict === 'passed')
  return (
    <ul className={styles.cluster} aria-label={label}>
      {good.length > 0 ? (
        <li className={styles.folded}>
          <Popover
            label={t('status.good', { count: good.length })}
            target={
              <button type="button" className={styles.item}>
                <VerdictShape verdict="passed" size={14} />
                {t('status.good', { count: good.length })}
              </button>
            }
          >
            <ul className={styles.list}>
              {good.map((item) => (
                <li key={item.id}>
                  <VerdictShape verdict="passed" />
                  <span>
                    <b>{item.word}</b> <span className="muted">{item.sentence}</span>
                  </span>
                </li>
              ))}
            </ul>
          </Popover>
        </li>
      ) : null}
      {items.map((item) => (
        <li key={item.id} className={item.verdict === 'passed' ? styles.foldable : undefined}>
          <StatusButton item={item} />
        </li>
      ))}
    </ul>
  )
}

function StatusButton({ item }: { item: StatusEntry }) {
  const t = useText()
  const { verdict, word, icon, sentence, next } = item
  return (
    <Popover
      label={word}
      target={
        <button type="button" className={clsx(styles.item, styles[verdict])}>
          <span className={styles.icon}>
            {icon}
            <span className={styles.corner}>
              <VerdictShape verdict={verdict} size={12} />
            </span>
          </span>
          {word}
          <span className="visually-hidden">{t(`verdict.${verdict}`)}</span>
        </button>
      }
    >
      <div className={styles.told}>
        <VerdictShape verdict={verdict} size={20} label={t(`verdict.${verdict}`)} />
        <div>
          <p className="strong">{sentence}</p>
          {next ? <p className="muted">{next}</p> : null}
        </div>
      </div>
    </Popover>
  )
}
