import type { Clock } from '@shared/clock'
import { SitewrightError } from '@shared/errors'
import type { Logger } from '@shared/log'
import type { Bus, BusDescription, BusDevice, BusDeviceOptions, Poll } from './bus'

const BACK_OFF_STEP_MS = 2_000
const BACK_OFF_MAX_MS = 300_000
/** A refused block is asked again after five minutes: some devices open registers only after a setting was changed. */
const REFUSED_RETRY_MS = 300_000
/** LOW reads beyond the first may use the cycle up to here. */
const LOW_BUDGET = 0.5

interface Task {
  readonly poll: Poll
  readonly channels: readonly string[]
  readonly run: (signal: AbortSignal) => Promise<void>
  /** Monotonic ms before which this task is not asked, after the device refused it. */
  refusedUntil: number
}

interface Member {
  readonly options: BusDeviceOptions
  tasks: Task[]
  writes: ((signal: AbortSignal) => Promise<void>)[]
  prepare: ((signal: AbortSignal) => Promise<void>) | null
  prepared: boolean
  failures: number
  retryAt: number
  nextLow: number
  error: { key: string; text: string } | null
}

/** How one device on a bus fares. */
export interface BusDeviceHealth {
  readonly componentId: string
  readonly unit: number | null
  readonly failures: number
  readonly backOffMs: number | null
  readonly error: { readonly key: string; readonly text: string } | null
}

/**
 * The Bus of an edge, see the interface for its rules. A round is started once per cycle; when the previous one is still
 * running, the new one is skipped and `tooShort` says so. Because tasks of a device that fails are skipped until its
 * back-off ends, and then only one of them is tried after everybody else had their turn, a dead device costs the others
 * nothing but its first time-out.
 */
export class BusScheduler implements Bus {
  readonly id: string
  readonly description: BusDescription
  readonly #clock: Clock
  readonly #log: Logger
  readonly #members = new Set<Member>()
  readonly #stop = new AbortController()
  #round: Promise<void> | null = null
  #rotation = 0
  #busyMs = 0
  #cycleTimeMs = 1000
  /** The last round did not fit into its cycle. */
  tooShort = false

  constructor(id: string, description: BusDescription, clock: Clock, log: Logger) {
    this.id = id
    this.description = description
    this.#clock = clock
    this.#log = log
  }

  /** Share of the cycle the last round took, 0…1 and more. */
  get busy(): number {
    return this.#busyMs / this.#cycleTimeMs
  }

  join(options: BusDeviceOptions): BusDevice {
    const member: Member = {
      options,
      tasks: [],
      writes: [],
      prepare: null,
      prepared: false,
      failures: 0,
      retryAt: 0,
      nextLow: 0,
      error: null,
    }
    this.#members.add(member)
    return {
      read: (poll, channels, run) => void member.tasks.push({ poll, channels, run, refusedUntil: 0 }),
      write: (run) => void member.writes.push(run),
      prepare: (run) => {
        member.prepare = run
      },
      clear: () => {
        member.tasks = []
        member.nextLow = 0
      },
      [Symbol.dispose]: () => void this.#members.delete(member),
    }
  }

  /** Starts the round of a cycle, unless one is still running. */
  startRound(cycleTimeMs: number): void {
    if (this.#stop.signal.aborted) return
    this.#cycleTimeMs = cycleTimeMs
    if (this.#round) {
      this.tooShort = true
      return
    }
    const began = this.#clock.monotonic()
    this.#round = this.#runRound(began, cycleTimeMs).finally(() => {
      this.#round = null
      this.#busyMs = this.#clock.monotonic() - began
      this.tooShort = this.#busyMs > cycleTimeMs
    })
  }

  /** Resolves when no round is running. */
  async settled(): Promise<void> {
    await this.#round
  }

  /** After a sleep: back-offs are forgiven and every device is prepared anew. */
  wake(): void {
    for (const member of this.#members) {
      member.prepared = false
      member.retryAt = 0
    }
  }

  health(): BusDeviceHealth[] {
    const now = this.#clock.monotonic()
    return [...this.#members].map((member) => ({
      componentId: member.options.componentId,
      unit: member.options.unit,
      failures: member.failures,
      backOffMs: member.failures > 0 ? Math.max(0, member.retryAt - now) : null,
      error: member.error,
    }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new SitewrightError('link.closed', `${this.id} was stopped.`))
    await this.#round?.catch(() => {})
    this.#members.clear()
  }

  async #runRound(began: number, cycleTimeMs: number): Promise<void> {
    const members = this.#rotated()
    const healthy = members.filter((member) => member.failures === 0)

    await this.#inTurn(healthy.flatMap((member) => member.writes.map((run) => () => this.#write(member, run))))
    await this.#inTurn(healthy.map((member) => () => this.#readHigh(member)))

    const lows = healthy
      .map((member) => ({ member, tasks: this.#due(member, 'low') }))
      .filter((low) => low.tasks.length > 0)
    let asked = 0
    for (let turn = 0; lows.some((low) => turn < low.tasks.length); turn++) {
      for (const { member, tasks } of lows) {
        if (turn >= tasks.length) continue
        if (asked > 0 && this.#clock.monotonic() - began > cycleTimeMs * LOW_BUDGET) return
        const task = tasks[(member.nextLow + turn) % tasks.length]
        if (!task || this.#stop.signal.aborted) continue
        await this.#read(member, task)
        asked++
      }
    }
    for (const { member } of lows) member.nextLow++

    const now = this.#clock.monotonic()
    const dead = members.find((member) => member.failures > 0 && member.retryAt <= now)
    if (dead) await this.#tryAgain(dead)
  }

  /** The members, each round beginning with another one, so that nobody is always last. */
  #rotated(): Member[] {
    const members = [...this.#members]
    const start = members.length === 0 ? 0 : this.#rotation++ % members.length
    return [...members.slice(start), ...members.slice(0, start)]
  }

  #due(member: Member, poll: Poll): Task[] {
    const now = this.#clock.monotonic()
    return member.tasks.filter((task) => task.poll === poll && task.refusedUntil <= now)
  }

  async #inTurn(acts: readonly (() => Promise<void>)[]): Promise<void> {
    let next = 0
    const worker = async () => {
      for (let act = acts[next++]; act && !this.#stop.signal.aborted; act = acts[next++]) await act()
    }
    await Promise.all(Array.from({ length: Math.min(this.description.concurrency ?? 1, acts.length) }, worker))
  }

  async #readHigh(member: Member): Promise<void> {
    if (!(await this.#prepare(member))) return
    for (const task of this.#due(member, 'high')) await this.#read(member, task)
  }

  async #prepare(member: Member): Promise<boolean> {
    if (member.prepared) return true
    try {
      await member.prepare?.(this.#stop.signal)
      member.prepared = true
    } catch (error) {
      this.#fail(member, error)
    }
    return member.prepared
  }

  async #read(member: Member, task: Task): Promise<void> {
    if (member.failures > 0 || !this.#members.has(member)) return
    try {
      await this.#onceMore(task.run)
    } catch (error) {
      if (isRefusal(error)) this.#refuse(member, task, error)
      else this.#fail(member, error)
    }
  }

  async #write(member: Member, run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await run(this.#stop.signal)
    } catch (error) {
      if (!isRefusal(error)) return this.#fail(member, error)
      member.error = describe(error)
      this.#log.warn(`${member.options.componentId}: a write was refused. ${member.error.text}`)
    }
  }

  /** One lost frame is not a lost device: a time-out is asked once more before it counts. */
  async #onceMore(run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await run(this.#stop.signal)
    } catch (error) {
      const lostFrame =
        error instanceof SitewrightError && (error.key === 'link.timeout' || error.key === 'link.closed')
      if (!lostFrame || this.#stop.signal.aborted) throw error
      await run(this.#stop.signal)
    }
  }

  async #tryAgain(member: Member): Promise<void> {
    const task = member.tasks.find((candidate) => candidate.poll === 'high') ?? member.tasks[0]
    try {
      if (member.prepare && !member.prepared) await member.prepare(this.#stop.signal)
      else if (task) await task.run(this.#stop.signal)
    } catch (error) {
      if (!isRefusal(error)) return this.#fail(member, error)
      if (task) this.#refuse(member, task, error)
    }
    member.prepared = true
    member.failures = 0
    member.error = null
    member.options.onDefective(false)
    this.#log.info(`${member.options.componentId} answers again.`)
    for (const high of this.#due(member, 'high')) if (high !== task) await this.#read(member, high)
  }

  /** The device lives but does not have this block: only its channels become unknown. */
  #refuse(member: Member, task: Task, error: unknown): void {
    task.refusedUntil = this.#clock.monotonic() + REFUSED_RETRY_MS
    member.error = describe(error)
    member.options.onFailed(error, task.channels)
    this.#log.warn(`${member.options.componentId}: a block is left out for five minutes. ${member.error.text}`)
  }

  #fail(member: Member, error: unknown): void {
    if (this.#stop.signal.aborted || !this.#members.has(member)) return
    member.failures++
    member.retryAt = this.#clock.monotonic() + Math.min(BACK_OFF_STEP_MS * member.failures, BACK_OFF_MAX_MS)
    member.prepared = false
    member.error = describe(error)
    // Nothing of this device is read until it answers again, so nothing of it is known.
    member.options.onFailed(
      error,
      member.tasks.flatMap((task) => task.channels),
    )
    if (member.failures > 1) return
    member.options.onDefective(true)
    this.#log.warn(`${member.options.componentId} does not answer. ${member.error.text}`)
  }
}

/** An exception answer proves that the device lives (0x0A and 0x0B, which do not, come as `device.gateway`). */
const isRefusal = (error: unknown): boolean => error instanceof SitewrightError && error.key === 'device.exception'

function describe(error: unknown): { key: string; text: string } {
  if (error instanceof SitewrightError) return { key: error.key, text: error.message }
  return { key: 'internal', text: error instanceof Error ? error.message : String(error) }
}
