import { randomUUID } from 'node:crypto'
import type { Clock } from '@shared/clock'
import { SitewrightError } from '@shared/errors'
import { isEnded, type Job } from '@shared/job'
import { type Logger, silentLogger } from '@shared/log'
import type { Message } from '@shared/message'
import type { JobRunner, JobService, JobStore, StoredJob } from './job-service'
import { type JobChange, LiveJob, RESTARTED } from './live-job'

export interface JobsOptions {
  readonly log?: Logger
  readonly newId?: () => string
  /** How long a runner that was told to stop may take before the engine goes on without it. */
  readonly stopWithinMs?: number
}

type Listener = (jobs: readonly Job[], removed: readonly string[]) => void

/** The jobs of all open sites. */
export class SiteJobs implements JobService {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #newId: () => string
  readonly #stopWithinMs: number
  readonly #runners = new Map<string, JobRunner>()
  readonly #stores = new Map<string, JobStore>()
  /** In the order they were started. */
  readonly #jobs = new Map<string, LiveJob>()
  readonly #listeners = new Set<Listener>()
  /** To be told, and to be kept, at the next tick. */
  readonly #changed = new Set<LiveJob>()
  readonly #unsaved = new Set<LiveJob>()
  readonly #removed = new Set<string>()
  #tick: Disposable | null = null
  #lastTick = Number.NEGATIVE_INFINITY
  #isStopping = false

  constructor(clock: Clock, options: JobsOptions = {}) {
    this.#clock = clock
    this.#log = options.log ?? silentLogger
    this.#newId = options.newId ?? randomUUID
    this.#stopWithinMs = options.stopWithinMs ?? 5000
  }

  define(kind: string, run: JobRunner): void {
    this.#runners.set(kind, run)
  }

  attach(siteId: string, store: JobStore): AsyncDisposable {
    this.#stores.set(siteId, store)
    for (const stored of [...store.load()].sort((a, b) => a.job.startedAt - b.job.startedAt)) {
      this.#changed.add(this.#add(isEnded(stored.job.state) ? stored : afterRestart(stored)))
    }
    this.#schedule()
    return { [Symbol.asyncDispose]: () => this.#detach(siteId, store) }
  }

  resumeWaiting(siteId?: string): void {
    for (const job of this.#of(siteId)) {
      if (job.state === 'waiting' && !job.hasRunner && this.#runners.has(job.kind)) job.queue()
    }
  }

  start({ kind, siteId, title, input }: { kind: string; siteId: string; title: Message; input: unknown }): Job {
    if (!this.#runners.has(kind)) throw new SitewrightError('internal', `There is no job of kind "${kind}"`)
    const job: Job = {
      ...NEW_JOB,
      id: this.#newId(),
      siteId,
      kind,
      title,
      startedAt: this.#clock.now(),
    }
    const live = this.#add({ job, input, checkpoint: null })
    this.#onChanged(live, 'state')
    return live.toJob()
  }

  list(siteId?: string): readonly Job[] {
    return this.#of(siteId)
      .reverse()
      .map((job) => job.toJob())
  }

  get(jobId: string): Job | undefined {
    return this.#jobs.get(jobId)?.toJob()
  }

  pause(jobId: string): void {
    const job = this.#need(jobId)
    if (isEnded(job.state) || job.isCancelling) throw notPossible(job, 'pause')
    if (job.state !== 'paused') job.pause()
    this.#startQueued()
  }

  resume(jobId: string): void {
    const job = this.#need(jobId)
    if (job.isCancelling || job.state === 'done' || job.state === 'partly-done') throw notPossible(job, 'resume')
    if (job.state === 'paused' && job.hasRunner) job.unpause()
    else if (!job.hasRunner && job.state !== 'queued') job.queue()
  }

  cancel(jobId: string): void {
    const job = this.#need(jobId)
    if (isEnded(job.state)) throw notPossible(job, 'cancel')
    job.cancel()
  }

  remove(jobId: string): void {
    const job = this.#need(jobId)
    if (!isEnded(job.state)) throw notPossible(job, 'remove')
    this.#forget(job)
    this.#inStore(job.siteId, (store) => store.remove(jobId))
  }

  onChange(listener: Listener): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  ended(jobId: string): Promise<Job> {
    return this.#need(jobId).ended()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true
    await this.#stop([...this.#jobs.values()])
    this.#tick?.[Symbol.dispose]()
    this.#listeners.clear()
  }

  #add(stored: StoredJob): LiveJob {
    const job = new LiveJob({
      stored,
      now: () => this.#clock.now(),
      changed: (changed, change) => this.#onChanged(changed, change),
    })
    this.#jobs.set(job.id, job)
    return job
  }

  #forget(job: LiveJob): void {
    this.#jobs.delete(job.id)
    this.#changed.delete(job)
    this.#unsaved.delete(job)
    this.#removed.add(job.id)
    this.#schedule()
  }

  #of(siteId: string | undefined): LiveJob[] {
    return [...this.#jobs.values()].filter((job) => siteId === undefined || job.siteId === siteId)
  }

  #need(jobId: string): LiveJob {
    const job = this.#jobs.get(jobId)
    if (!job) throw new SitewrightError('job.unknown', `There is no job "${jobId}"`, { args: { jobId } })
    return job
  }

  /** A paused job does not keep others of its kind waiting. */
  #startQueued(): void {
    if (this.#isStopping) return
    for (const job of this.#jobs.values()) {
      const runner = this.#runners.get(job.kind)
      if (job.state !== 'queued' || job.hasRunner || !runner) continue
      const isBusy = this.#of(job.siteId).some(
        (other) => other.kind === job.kind && other.hasRunner && other.state !== 'paused',
      )
      if (!isBusy) job.start(runner)
    }
  }

  #onChanged(job: LiveJob, change: JobChange): void {
    if (this.#jobs.get(job.id) !== job) return
    this.#changed.add(job)
    if (change === 'state') this.#save(job)
    else this.#unsaved.add(job)
    this.#schedule()
    // It has ended, or waits for its turn.
    if (!job.hasRunner) this.#startQueued()
  }

  #schedule(): void {
    if (this.#tick || this.#isStopping) return
    const delayMs = Math.max(0, this.#lastTick + TICK_MS - this.#clock.monotonic())
    this.#tick = this.#clock.after(delayMs, () => this.#onTick())
  }

  /** At most four times a second: measures, saves and tells what changed. */
  #onTick(): void {
    this.#tick = null
    this.#lastTick = this.#clock.monotonic()
    for (const job of this.#unsaved) this.#save(job)
    for (const job of this.#jobs.values()) if (job.measure(this.#lastTick)) this.#changed.add(job)
    const changed = [...this.#changed].map((job) => job.toJob())
    const removed = [...this.#removed]
    this.#changed.clear()
    this.#removed.clear()
    if (changed.length > 0 || removed.length > 0) {
      for (const listener of [...this.#listeners]) listener(changed, removed)
    }
    if (this.#of(undefined).some((job) => job.state === 'running')) this.#schedule()
  }

  #save(job: LiveJob): void {
    this.#unsaved.delete(job)
    this.#inStore(job.siteId, (store) => store.save(job.toStored()))
  }

  /** A full disk must not end the work; the next change tries again. */
  #inStore(siteId: string, work: (store: JobStore) => void): void {
    const store = this.#stores.get(siteId)
    if (!store) return
    try {
      work(store)
    } catch (error) {
      this.#log.error(`A job could not be kept: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  async #detach(siteId: string, store: JobStore): Promise<void> {
    if (this.#stores.get(siteId) !== store) return
    const jobs = this.#of(siteId)
    await this.#stop(jobs)
    for (const job of jobs) this.#forget(job)
    this.#stores.delete(siteId)
  }

  async #stop(jobs: readonly LiveJob[]): Promise<void> {
    const stopped = Promise.all(jobs.map((job) => job.stop()))
    const late = Promise.withResolvers<void>()
    using _limit = this.#clock.after(this.#stopWithinMs, () => late.resolve())
    await Promise.race([stopped, late.promise])
    for (const job of jobs) {
      if (job.hasRunner)
        this.#log.warn(`Job ${job.id} (${job.kind}) takes no notice of being stopped; going on without it`)
      job.abandon()
    }
  }
}

const TICK_MS = 250

const NEW_JOB = {
  state: 'queued',
  act: null,
  phases: [],
  done: 0,
  total: null,
  found: 0,
  rate: null,
  remainingS: null,
  endedAt: null,
  reason: null,
} satisfies Partial<Job>

function afterRestart({ job, input, checkpoint }: StoredJob): StoredJob {
  const state = job.state === 'paused' ? 'paused' : 'waiting'
  return { job: { ...job, state, reason: state === 'waiting' ? RESTARTED : null }, input, checkpoint }
}

function notPossible(job: LiveJob, act: string): SitewrightError {
  return new SitewrightError('job.not-possible', `A job that is ${job.state} cannot be asked to ${act}`, {
    args: { jobId: job.id, state: job.state, act },
  })
}
