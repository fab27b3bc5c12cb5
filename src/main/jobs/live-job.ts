import { SitewrightError } from '@shared/errors'
import type { Job, JobPhase, JobState } from '@shared/job'
import { type Message, message } from '@shared/message'
import { JobRun } from './job-run'
import type { JobControl, JobRunner, StoredJob } from './job-service'
import { ProgressMeter } from './progress-meter'

/** Told by a job about itself: `progress` may be passed on when there is time, `state` is on disk at once. */
export type JobChange = 'progress' | 'state'

export interface LiveJobParts {
  readonly stored: StoredJob
  /** Epoch ms. */
  readonly now: () => number
  readonly changed: (job: LiveJob, change: JobChange) => void
}

/**
 * One job as the engine has it: what it is, how far it is, and its runner while it runs. The state is told from a few
 * plain facts, so no order of events can bring it out of step.
 */
export class LiveJob {
  readonly #parts: LiveJobParts
  readonly #meter = new ProgressMeter()
  readonly #phases: Map<string, JobPhase>
  readonly #enders: ((job: Job) => void)[] = []
  #checkpoint: unknown
  #act: Message | null = null
  #run: JobRun | null = null
  #ended: JobState | null = null
  #endedAt: number | null
  #isPaused: boolean
  #waitsFor: Message | null = null
  #leftOut: Message | null = null
  #reason: Message | null

  constructor(parts: LiveJobParts) {
    const { job, checkpoint } = parts.stored
    this.#parts = parts
    this.#checkpoint = checkpoint
    this.#phases = new Map(job.phases.map((phase) => [phase.id, phase]))
    this.#endedAt = job.endedAt
    this.#reason = job.reason
    this.#isPaused = job.state === 'paused'
    if (job.endedAt !== null) this.#ended = job.state
    else if (job.state === 'waiting') this.#waitsFor = job.reason
  }

  get id(): string {
    return this.#parts.stored.job.id
  }

  get siteId(): string {
    return this.#parts.stored.job.siteId
  }

  get kind(): string {
    return this.#parts.stored.job.kind
  }

  get state(): JobState {
    if (this.#ended) return this.#ended
    if (this.#isPaused) return 'paused'
    if (this.#waitsFor) return 'waiting'
    return this.#run ? 'running' : 'queued'
  }

  get hasRunner(): boolean {
    return this.#run !== null
  }

  get isCancelling(): boolean {
    return this.#run?.isCancelled ?? false
  }

  toJob(): Job {
    const phases = [...this.#phases.values()]
    const done = sum(phases.map((phase) => phase.done))
    const total = phases.length === 0 ? null : sumOrNull(phases.map((phase) => phase.total))
    const isRunning = this.state === 'running'
    return {
      ...this.#parts.stored.job,
      state: this.state,
      act: this.#act,
      phases,
      done,
      total,
      found: sum(phases.map((phase) => phase.found)),
      rate: isRunning ? this.#meter.rate : null,
      remainingS: isRunning ? this.#meter.remainingS(total === null ? null : total - done) : null,
      endedAt: this.#endedAt,
      reason: this.#ended ? this.#reason : this.state === 'waiting' ? this.#waitsFor : null,
    }
  }

  toStored(): StoredJob {
    return { job: this.toJob(), input: this.#parts.stored.input, checkpoint: this.#checkpoint }
  }

  /** Begins, or goes on from the checkpoint. */
  start(runner: JobRunner): void {
    const run = new JobRun()
    this.#run = run
    this.#ended = null
    this.#endedAt = null
    this.#reason = null
    this.#waitsFor = null
    this.#leftOut = null
    this.#changed('state')
    // Later, so that whoever started the job knows its id before it tells of itself.
    run.settled = Promise.resolve()
      .then(() => runner(this.#parts.stored.input, this.#control(run)))
      .then(
        () => this.#settle(run, null),
        (error: unknown) => this.#settle(run, reasonOf(error)),
      )
  }

  /** Not running yet, or not any more, but meant to: it has its turn when the ones before it have ended. */
  queue(): void {
    this.#ended = null
    this.#endedAt = null
    this.#isPaused = false
    this.#waitsFor = null
    this.#changed('state')
  }

  pause(): void {
    this.#isPaused = true
    this.#meter.reset()
    this.#changed('state')
  }

  unpause(): void {
    this.#isPaused = false
    this.#run?.openGate()
    this.#changed('state')
  }

  cancel(): void {
    if (this.#run) {
      this.#run.isCancelled = true
      this.#run.abort(new DOMException('The job was cancelled', 'AbortError'))
    } else {
      this.#end('cancelled', null)
    }
  }

  /**
   * The engine ends or the site is closed. The job is `waiting` at once, on disk too; resolves when its runner has
   * returned, until when its last words are heard.
   */
  async stop(): Promise<void> {
    const run = this.#run
    if (this.#ended || run?.isCancelled) return run?.settled
    this.#waitsFor = RESTARTED
    this.#act = null
    this.#changed('state')
    if (!run) return this.#tellEnders()
    run.isStopped = true
    run.abort(new DOMException('The engine stops', 'AbortError'))
    await run.settled
  }

  /** Its runner takes no notice of being stopped: nothing it says is heard any more. */
  abandon(): void {
    if (this.#run) this.#settle(this.#run, null)
  }

  /** Takes note of how far it is; true if that changed what a person sees. */
  measure(at: number): boolean {
    if (this.state !== 'running') return false
    const before = this.toJob()
    this.#meter.sample(at, before.done)
    const after = this.toJob()
    return before.rate !== after.rate || before.remainingS !== after.remainingS
  }

  /** Resolves when it has ended, or was stopped. */
  ended(): Promise<Job> {
    if (this.#ended) return Promise.resolve(this.toJob())
    return new Promise((resolve) => this.#enders.push(resolve))
  }

  #control(run: JobRun): JobControl {
    const live = (work: () => void) => {
      if (this.#run === run) work()
    }
    const checkpoint = () => this.#checkpoint
    return {
      jobId: this.id,
      siteId: this.siteId,
      signal: run.signal,
      gate: () => run.gate(() => this.#isPaused),
      phase: (id, progress) =>
        live(() => {
          const before = this.#phases.get(id) ?? { id, done: 0, total: null, found: 0 }
          this.#phases.set(id, { ...before, ...progress })
          this.#changed('progress')
        }),
      act: (act) =>
        live(() => {
          this.#act = act
          this.#changed('progress')
        }),
      waiting: (reason) =>
        live(() => {
          if (run.isStopped || (reason === null && this.#waitsFor === null)) return
          this.#waitsFor = reason
          this.#meter.reset()
          this.#changed('state')
        }),
      leftOut: (reason) =>
        live(() => {
          this.#leftOut = reason
        }),
      get checkpoint() {
        return checkpoint()
      },
      save: (saved) =>
        live(() => {
          this.#checkpoint = saved
          this.#changed('progress')
        }),
    }
  }

  #settle(run: JobRun, failure: Message | null): void {
    if (this.#run !== run) return
    if (run.isStopped) {
      this.#run = null
      this.#changed('state')
      this.#tellEnders()
    } else if (run.isCancelled) this.#end('cancelled', this.#leftOut)
    else if (failure) this.#end('failed', failure)
    else this.#end(this.#leftOut ? 'partly-done' : 'done', this.#leftOut)
  }

  #end(state: JobState, reason: Message | null): void {
    this.#run = null
    this.#ended = state
    this.#reason = reason
    this.#endedAt = this.#parts.now()
    this.#isPaused = false
    this.#waitsFor = null
    this.#act = null
    this.#meter.reset()
    this.#changed('state')
    this.#tellEnders()
  }

  #tellEnders(): void {
    for (const resolve of this.#enders.splice(0)) resolve(this.toJob())
  }

  #changed(change: JobChange): void {
    this.#parts.changed(this, change)
  }
}

/** Why a job waits that an earlier engine left behind. */
export const RESTARTED: Message = message('job.restarted')

function reasonOf(error: unknown): Message {
  if (error instanceof SitewrightError) return message(error.key, { ...error.args })
  return message('internal', { reason: error instanceof Error ? error.message : String(error) })
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** A sum with an unknown part is not known. */
const sumOrNull = (values: readonly (number | null)[]): number | null =>
  values.reduce((total, value) => (total === null || value === null ? null : total + value), 0)
