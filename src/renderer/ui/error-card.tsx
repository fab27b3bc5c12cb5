import type { SitewrightError } from '@shared/errors'
import { type ReactNode, useState } from 'react'
import styles from './error-card.module.css'
import { IconCopy } from './icons'
import { useText } from './use-text'
import { VerdictShape } from './verdict'

export interface ErrorCardProps {
  error: SitewrightError
  /** Where it happened, if the sentence does not say it already. */
  where?: ReactNode
  actions?: ReactNode
}

/** What happened · where · most likely cause · next step · details with the code. */
export function ErrorCard({ error, where, actions }: ErrorCardProps) {
  const t = useText()
  const [copied, setCopied] = useState(false)
  const { key, args } = error
  const cause = t.maybe(`${key}.cause`, args)
  const next = t.maybe(`${key}.next`, args)
  const copy = () => {
    void navigator.clipboard?.writeText(`${key}: ${error.message}`).then(() => setCopied(true))
  }
  return (
    <section className={styles.card} role="alert">
      <header className={styles.head}>
        <VerdictShape verdict="failed" size={20} label={t('verdict.failed')} />
        <h3 className={styles.title}>{t.error(error)}</h3>
        <button type="button" className={styles.code} onClick={copy} aria-label={t('error.copy', { code: key })}>
          {key}
          <IconCopy />
        </button>
        <span className="visually-hidden" aria-live="polite">
          {copied ? t('error.copied') : ''}
        </span>
      </header>
      {where ? <p>{where}</p> : null}
      {cause ? (
        <p>
          <b>{t('error.most-likely')}</b> {cause}
        </p>
      ) : null}
      {next ? (
        <p>
          <b>{t('error.next')}</b> {next}
        </p>
      ) : null}
      {actions ? <div className={styles.actions}>{actions}</div> : null}
      <details className={styles.details}>
        <summary>{t('error.details')}</summary>
        <p className="mono small">{error.message}</p>
      </details>
    </section>
  )
}
