import { isEnded, type Job, type JobState } from '@shared/job'
import type { Verdict as VerdictKind } from '@shared/message'
import type { ReactNode } from 'react'
import { formatNumber } from './format'
import styles from './job-bar.module.css'
import { useText } from './use-text'
import { VerdictShape } from './verdict'

export const JOB_VERDICT: Readonly<Record<JobState, VerdictKind>> = {
  queued: 'waiting',
  running: 'running',
  paused: 'notrun',
  waiting: 'waiting',
  done: 'passed',
  'partly-done': 'warn',
  cancelled: 'notrun',
  failed: 'failed',
}

export interface JobBarProps {
  job: Job
  /** Pause, cancel, continue. */
  actions?: ReactNode
  /** Names of the phases under their segments. */
  phaseName?: (phaseId: string) => string
}

/** Long work: title, one segment per phase, what it does right now, and true numbers. */
export function JobBar({ job, actions, phaseName }: JobBarProps) {
  const t = useText()
  const numbers = useJobNumbers(job)
  const state = t(`job.state.${job.state}`)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields.
    <div className={styles.job} role="group" aria-label={t.message(job.title)}>
      <header className={styles.head}>
        <VerdictShape verdict={JOB_VERDICT[job.state]} label={state} />
        <h2 className={styles.title}>
          {t.message(job.title)}
          {job.state === 'running' ? null : <span className={styles.state}>, {state}</span>}
        </h2>
        {actions ? <div className={styles.actions}>{actions}</div> : null}
      </header>
      {isEnded(job.state) ? null : <JobSegments job={job} {...(phaseName ? { phaseName } : {})} />}
      <div className={styles.foot}>
        <span className={styles.act}>{jobSentence(job, t)}</span>
        <span className={styles.numbers}>{numbers}</span>
      </div>
    </div>
  )
}

/** The bar alone: as wide as its place. */
export function JobSegments({ job, phaseName }: { job: Job; phaseName?: (phaseId: string) => string }) {
  const t = useText()
  const phases =
    job.phases.length > 0 ? job.phases : [{ id: 'all', done: job.done, total: job.total, found: job.found }]
  const known = job.total !== null
  return (
    <div
      role="progressbar"
      aria-label={t.message(job.title)}
      aria-valuemin={0}
      {...(known ? { 'aria-valuemax': job.total ?? 0, 'aria-valuenow': job.done } : {})}
      className={styles.segments}
    >
      {phases.map((phase) => (
        <div key={phase.id} className={styles.phase}>
          <div className={styles.track}>
            <div className={styles.fill} style={{ width: `${share(phase.done, phase.total) * 100}%` }} />
          </div>
          {phaseName ? (
            <span className={styles.phaseName}>
              {phaseName(phase.id)}
              {phase.found > 0 ? <b> · {formatNumber(phase.found)}</b> : null}
            </span>
          ) : null}
        </div>
      ))}
    </div>
  )
}

const share = (done: number, total: number | null) => (total === null || total === 0 ? 0 : Math.min(1, done / total))

function jobSentence(job: Job, t: ReturnType<typeof useText>): string {
  if (job.reason && job.state !== 'running') return t.message(job.reason)
  if (job.act && job.state === 'running') return t.message(job.act)
  return t(`job.told.${job.state}`)
}

/** "612 of 1’482 · 41 per s · about 21 s left", only what is known. */
export function useJobNumbers(job: Job): string {
  const t = useText()
  const parts: string[] = []
  if (!isEnded(job.state)) {
    if (job.total !== null) parts.push(t('job.of', { done: formatNumber(job.done), total: formatNumber(job.total) }))
    else if (job.done > 0) parts.push(formatNumber(job.done))
    if (job.rate !== null && job.state === 'running') parts.push(t('job.rate', { rate: formatNumber(job.rate) }))
    if (job.remainingS !== null && job.state === 'running')
      parts.push(t('job.left', { time: duration(job.remainingS, t) }))
  }
  if (isEnded(job.state) || parts.length === 0) parts.push(t('job.found', { count: job.found }))
  return parts.join(' · ')
}

function duration(seconds: number, t: ReturnType<typeof useText>): string {
  return seconds < 90 ? t('age.s', { n: Math.ceil(seconds) }) : t('age.min', { n: Math.round(seconds / 60) })
}
