import type { Clock } from '@shared/clock'
import type { Logger } from '@shared/log'
import type { CycleHooks, CycleInfo, Phase, WakeInfo } from './phases'

/** A gap this long between two ticks means that nothing ran: the laptop slept. */
const SLEPT_MS = 10_000
/** The wall clock went another way than the monotonic one by this much. */
const JUMPED_MS = 2_000

/** What the cycle drives; the edge. */
export interface CycleWork {
  /** Next values become the process image. */
  switchImage(info: CycleInfo): void
  runControllers(info: CycleInfo): void
  /** Reads and writes of the cycle begin. */
  startRounds(info: CycleInfo): void
  woke(wake: WakeInfo): void
}

/**
 * The heartbeat of an edge: every `cycleTimeMs` the phases of OpenEMS in their order (modules description B1), aligned to
 * multiples of the cycle time on the wall clock. What a listener throws is logged and stops nobody. A cycle that takes too
 * long delays the next one and shows in `measuredMs`.
 */
export class Cycle implements CycleHooks, Disposable {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #work: CycleWork
  readonly #listeners = new Map<Phase, Set<(cycle: CycleInfo) => void>>()
  readonly #wakeListeners = new Set<(wake: WakeInfo) => void>()
  #timer: Disposable | null = null
  #number = 0
  #last: { wall: number; monotonic: number } | null = null
  #cycleTimeMs: number
  /** How long the last cycle's own work took, ms. */
  measuredMs: number | null = null

  constructor(options: { clock: Clock; log: Logger; work: CycleWork; cycleTimeMs: number }) {
    this.#clock = options.clock
    this.#log = options.log
    this.#work = options.work
    this.#cycleTimeMs = options.cycleTimeMs
  }

  get cycleTimeMs(): number {
    return this.#cycleTimeMs
  }

  /** Counts at once: who comes back from a cycle of ten minutes does not wait for its end. */
  set cycleTimeMs(ms: number) {
    if (ms === this.#cycleTimeMs) return
    this.#cycleTimeMs = ms
    // The time since the last tick says nothing under the new rule.
    this.#last = null
    if (!this.#timer) return
    this.#timer[Symbol.dispose]()
    this.#schedule()
  }

  get number(): number {
    return this.#number
  }

  on(phase: Phase, listener: (cycle: CycleInfo) => void): Disposable {
    const set = this.#listeners.get(phase) ?? new Set()
    this.#listeners.set(phase, set.add(listener))
    return { [Symbol.dispose]: () => void set.delete(listener) }
  }

  onWake(listener: (wake: WakeInfo) => void): Disposable {
    this.#wakeListeners.add(listener)
    return { [Symbol.dispose]: () => void this.#wakeListeners.delete(listener) }
  }

  start(): void {
    if (!this.#timer) this.#schedule()
  }

  /** One whole cycle, now. The timer calls it; tests call it themselves. */
  run(): void {
    const began = this.#clock.monotonic()
    this.#watchClocks()
    const now = this.#clock.now()
    const info: CycleInfo = {
      number: ++this.#number,
      // A timer may fire a hair early; the cycle still belongs to the tick it aims at.
      timestamp: floorTo(now + this.cycleTimeMs / 20, this.cycleTimeMs),
      cycleTimeMs: this.cycleTimeMs,
    }
    this.#emit('BEFORE_PROCESS_IMAGE', info)
    this.#guard('process image', () => this.#work.switchImage(info))
    this.#emit('AFTER_PROCESS_IMAGE', info)
    this.#emit('BEFORE_CONTROLLERS', info)
    this.#guard('controllers', () => this.#work.runControllers(info))
    this.#emit('AFTER_CONTROLLERS', info)
    this.#emit('BEFORE_WRITE', info)
    this.#emit('EXECUTE_WRITE', info)
    this.#guard('bus rounds', () => this.#work.startRounds(info))
    this.#emit('AFTER_WRITE', info)
    this.measuredMs = Math.round(this.#clock.monotonic() - began)
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]()
    this.#timer = null
  }

  #schedule(): void {
    const now = this.#clock.now()
    // Never less than half a cycle away, so that a timer that fires a little early does not run a cycle twice.
    const ahead = now + this.cycleTimeMs / 2
    const next = ahead - (ahead % this.cycleTimeMs) + this.cycleTimeMs
    const timer = this.#clock.after(Math.min(next - now, this.cycleTimeMs * 1.5), () => {
      if (this.#timer !== timer) return
      this.run()
      // Stopped, or set anew, by something in this very cycle.
      if (this.#timer === timer) this.#schedule()
    })
    this.#timer = timer
  }

  /** The wall clock may be set and the laptop may sleep; either makes every value old at once. */
  #watchClocks(): void {
    const now = { wall: this.#clock.now(), monotonic: this.#clock.monotonic() }
    const last = this.#last
    this.#last = now
    if (!last) return
    const ran = now.monotonic - last.monotonic
    const drift = now.wall - last.wall - ran
    const limit = Math.max(SLEPT_MS, 3 * this.cycleTimeMs)
    const wake: WakeInfo | null =
      drift > limit || ran > limit
        ? { reason: 'slept', byMs: Math.round(Math.max(drift, ran)) }
        : Math.abs(drift) > JUMPED_MS
          ? { reason: 'clock-jumped', byMs: Math.round(drift) }
          : null
    if (!wake) return
    this.#log.warn(
      wake.reason === 'slept'
        ? `Nothing ran for ${Math.round(wake.byMs / 1000)} s (sleep?). Links are opened again.`
        : `The clock of this laptop jumped by ${Math.round(wake.byMs / 1000)} s. Links are opened again.`,
    )
    this.#guard('wake', () => this.#work.woke(wake))
    for (const listener of this.#wakeListeners) this.#guard('wake', () => listener(wake))
  }

  #emit(phase: Phase, info: CycleInfo): void {
    for (const listener of this.#listeners.get(phase) ?? []) this.#guard(phase, () => listener(info))
  }

  #guard(what: string, act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#log.error(`In ${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    }
  }
}

const floorTo = (value: number, step: number): number => value - (value % step)
