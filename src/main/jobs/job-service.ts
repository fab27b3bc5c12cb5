import type { Job } from '@shared/job'
import type { Message } from '@shared/message'

/**
 * Everything that takes longer than a second is a job: it has a state, true totals, can be paused and cancelled, keeps its
 * results, and is *waiting* after an engine restart. At one site, jobs of one kind run one after the other.
 */
export interface JobService extends AsyncDisposable {
  /** A kind of work; registered before its jobs are restored. `run` starts again from its last checkpoint. */
  define(kind: string, run: JobRunner): void
  /**
   * Brings back the jobs of a site: those that had not ended are `waiting` (paused ones stay paused), until `resumeWaiting`.
   * From here on its jobs are kept in `store`. Disposing of the result stops them, as `waiting`, and forgets them here.
   */
  attach(siteId: string, store: JobStore): AsyncDisposable
  /** Lets go on what an earlier engine left behind. Jobs of kinds that nobody defined go on waiting. */
  resumeWaiting(siteId?: string): void
  /** Without a store at its site, the job is forgotten when the engine ends. */
  start(request: { kind: string; siteId: string; title: Message; input: unknown }): Job
  /** Newest first. */
  list(siteId?: string): readonly Job[]
  get(jobId: string): Job | undefined
  pause(jobId: string): void
  /** Goes on with a paused or waiting job, and from its checkpoint with a cancelled or failed one. */
  resume(jobId: string): void
  /** The signal is aborted at once; the state is `cancelled` when the runner has returned. */
  cancel(jobId: string): void
  /** Only an ended job. */
  remove(jobId: string): void
  /** Changed jobs, at most four times a second; and removed ids. */
  onChange(listener: (jobs: readonly Job[], removed: readonly string[]) => void): Disposable
  /** Resolves when the job has ended (or was stopped by shutdown). */
  ended(jobId: string): Promise<Job>
}

/** Does the work. When it throws, the job has failed, for the reason a `SitewrightError` names. */
export type JobRunner = (input: unknown, control: JobControl) => Promise<void>

export interface JobControl {
  readonly jobId: string
  readonly siteId: string
  /** Aborted by cancel and by shutdown. Nothing is sent after the current frame. */
  readonly signal: AbortSignal
  /** Waits while the job is paused; call it between two requests. Rejects when cancelled. */
  gate(): Promise<void>
  /** Begins or updates a phase; the job's totals are the sums. */
  phase(id: string, progress: { done?: number; total?: number | null; found?: number }): void
  act(act: Message | null): void
  /** Says why it waits; cleared with null. */
  waiting(reason: Message | null): void
  /** The job ended, but something was left out: it becomes `partly-done` with this reason. */
  leftOut(reason: Message): void
  /** Small JSON from which `run` can go on after a restart. */
  readonly checkpoint: unknown
  /** On disk at most a quarter of a second later. */
  save(checkpoint: unknown): void
}

/** Where jobs outlive the engine; one per site. */
export interface JobStore {
  load(): readonly StoredJob[]
  save(job: StoredJob): void
  remove(jobId: string): void
}

export interface StoredJob {
  readonly job: Job
  readonly input: unknown
  readonly checkpoint: unknown
}
