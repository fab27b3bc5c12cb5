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
  /** Monotonic ms before which this task is not asked, after the device refused it; 0 = not refused. */
  refusedUntil: number
  /** Grows with every LOW read of the bus: who waited longest is asked first. */
  lastTurn: number
}

interface Member {
  readonly options: BusDeviceOptions
  tasks: Task[]
  writes: ((signal: AbortSignal) => Promise<void>)[]
  prepare: ((signal: AbortSignal) => Promise<void>) | null
  prepared: boolean
  failures: number
  retryAt: number
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
  #turns = 0
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
      error: null,
    }
    this.#members.add(member)
    return {
      read: (poll, channels, run) => void member.tasks.push({ poll, channels, run, refusedUntil: 0, lastTurn: 0 }),
      write: (run) => void member.writes.push(run),
      prepare: (run) => {
        member.prepare = run
      },
      clear: () => {
        member.tasks = []
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
    this.#round = this.#runRound(began, cycleTimeMs)
      // A fault in a driver, e.g. a channel it does not have, must not end the engine.
      .catch((error: unknown) => this.#log.error(`A round broke off: ${describe(error).text}`))
      .finally(() => {
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
    await this.#readLow(healthy, began + cycleTimeMs * LOW_BUDGET)

    const now = this.#clock.monotonic()
    const [dead] = members
      .filter((member) => member.failures > 0 && member.retryAt <= now)
      .sort((a, b) => a.retryAt - b.retryAt)
    if (dead && !this.#stop.signal.aborted) await this.#tryAgain(dead)
  }

  /** LOW reads, whoever waited longest first, until the budget is used up; at least one in every round. */
  async #readLow(members: readonly Member[], until: number): Promise<void> {
    const waiting = members
      .flatMap((member) => this.#due(member, 'low').map((task) => ({ member, task })))
      .sort((a, b) => a.task.lastTurn - b.task.lastTurn)
    for (const [index, { member, task }] of waiting.entries()) {
      if (this.#stop.signal.aborted || (index > 0 && this.#clock.monotonic() > until)) return
      task.lastTurn = ++this.#turns
      await this.#read(member, task)
    }
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
      task.refusedUntil = 0
      this.#accepted(member)
    } catch (error) {
      if (isRefusal(error)) this.#refuse(member, task, error)
      else this.#fail(member, error)
    }
  }

  /** A device that was lost is looked at before anything is written to it: another one may stand in its place. */
  async #write(member: Member, run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (member.failures > 0 || !this.#members.has(member) || !(await this.#prepare(member))) return
    try {
      await run(this.#stop.signal)
      this.#accepted(member)
    } catch (error) {
      if (!isRefusal(error)) return this.#fail(member, error)
      const { text } = describe(error)
      // A controller asks in every cycle; one sentence is enough.
      if (text !== member.error?.text) {
        this.#log.warn(`${member.options.componentId}: a write was refused. ${text}`)
      }
      member.error = describe(error)
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

  /** One question only: the preparation, or the first read of a device that needs none. */
  async #tryAgain(member: Member): Promise<void> {
    const task = member.prepare
      ? undefined
      : (member.tasks.find((candidate) => candidate.poll === 'high') ?? member.tasks[0])
    let refusal: unknown = null
    try {
      await (member.prepare ?? task?.run)?.(this.#stop.signal)
    } catch (error) {
      // What refuses to be prepared cannot be read, although it lives.
      if (!task || !isRefusal(error)) return this.#fail(member, error)
      refusal = error
    }
    if (!this.#members.has(member)) return
    member.prepared = true
    member.failures = 0
    member.error = null
    member.options.onDefective(false)
    this.#log.info(`${member.options.componentId} answers again.`)
    if (task && refusal !== null) this.#refuse(member, task, refusal)
    for (const high of this.#due(member, 'high')) if (high !== task) await this.#read(member, high)
  }

  /** The device lives but does not have this block: only its channels become unknown. */
  #refuse(member: Member, task: Task, error: unknown): void {
    task.refusedUntil = this.#clock.monotonic() + REFUSED_RETRY_MS
    member.error = describe(error)
    member.options.onFailed(error, task.channels)
    this.#log.warn(`${member.options.componentId}: a block is left out for five minutes. ${member.error.text}`)
  }

  /** Something was answered; where nothing is refused any more, nothing is wrong any more. */
  #accepted(member: Member): void {
    if (member.error && member.tasks.every(({ refusedUntil }) => refusedUntil === 0)) member.error = null
  }

  #fail(member: Member, error: unknown): void {
    if (this.#stop.signal.aborted || !this.#members.has(member)) return
    member.failures++
    member.prepared = false
    member.error = describe(error)
    const tolerated = (this.description.failuresUntilUnknown ?? 1) - 1
    // As long as misses are tolerated the device is asked again in the next round, and its values stand.
    if (member.failures <= tolerated) return
    const counted = member.failures - tolerated
    member.retryAt = this.#clock.monotonic() + Math.min(BACK_OFF_STEP_MS * counted, BACK_OFF_MAX_MS)
    // Nothing of this device is read until it answers again, so nothing of it is known.
    member.options.onFailed(
      error,
      member.tasks.flatMap((task) => task.channels),
    )
    if (counted > 1) return
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
