import type { Job } from '@shared/job'
import type { Message } from '@shared/message'

/**
 * Everything that takes longer than a second is a job: it has a state, true totals, can be paused and cancelled, keeps its
 * results, and is *waiting* after an engine restart.
 */
export interface JobService extends AsyncDisposable {
  /** A kind of work; registered before its jobs are restored. `run` starts again from its last checkpoint. */
  define(kind: string, run: JobRunner): void
  start(request: { kind: string; siteId: string; title: Message; input: unknown }): Job
  list(siteId?: string): readonly Job[]
  get(jobId: string): Job | undefined
  pause(jobId: string): void
  resume(jobId: string): void
  cancel(jobId: string): void
  remove(jobId: string): void
  /** Changed jobs, at most four times a second; and removed ids. */
  onChange(listener: (jobs: readonly Job[], removed: readonly string[]) => void): Disposable
  /** Resolves when the job has ended (or was paused by shutdown). */
  ended(jobId: string): Promise<Job>
}

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
