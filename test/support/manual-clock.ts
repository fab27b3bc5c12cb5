import type { Clock } from '@shared/clock'

/**
 * A clock that stands still until the test moves it. `advance` runs every timer that becomes due, in order, and lets
 * promises and finished socket work settle before, between and after them, so that a test of ten minutes takes ten
 * milliseconds. `jump` moves the wall clock alone, as a sleeping laptop or a time server does.
 */
export class ManualClock implements Clock {
  #now: number
  #monotonic = 0
  #order = 0
  readonly #timers = new Map<number, { readonly due: number; readonly callback: () => void }>()

  constructor(startMs: number = Date.UTC(2026, 0, 1, 12)) {
    this.#now = startMs
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#monotonic
  }

  /** Timers that have not run yet: a stopped part leaves none. */
  get pending(): number {
    return this.#timers.size
  }

  after(delayMs: number, callback: () => void): Disposable {
    const id = this.#order++
    this.#timers.set(id, { due: this.#monotonic + Math.max(0, delayMs), callback })
    return { [Symbol.dispose]: () => void this.#timers.delete(id) }
  }

  /** Moves both clocks on by `ms`. Timers set by timers run too, if they fall into that span. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonic + ms
    await settle()
    for (let next = this.#nextDue(end); next !== undefined; next = this.#nextDue(end)) {
      const timer = this.#timers.get(next)
      this.#timers.delete(next)
      if (timer === undefined) continue
      this.#moveTo(Math.max(timer.due, this.#monotonic))
      timer.callback()
      await settle()
    }
    this.#moveTo(end)
    await settle()
  }

  /**
   * The process was held up for `ms`: both clocks have moved on, and the timers that became due run now, late, before any
   * promise or socket gets its turn.
   */
  stall(ms: number): void {
    this.#moveTo(this.#monotonic + ms)
    for (let next = this.#nextDue(this.#monotonic); next !== undefined; next = this.#nextDue(this.#monotonic)) {
      const timer = this.#timers.get(next)
      this.#timers.delete(next)
      timer?.callback()
    }
  }

  /** Moves the wall clock only; no timer runs. */
  jump(ms: number): void {
    this.#now += ms
  }

  #moveTo(monotonic: number): void {
    this.#now += monotonic - this.#monotonic
    this.#monotonic = monotonic
  }

  /** Timers of the same moment run in the order they were set; a Map keeps it. */
  #nextDue(end: number): number | undefined {
    let id: number | undefined
    let due = end
    for (const [candidate, timer] of this.#timers) {
      if (timer.due < due || (id === undefined && timer.due <= due)) {
        id = candidate
        due = timer.due
      }
    }
    return id
  }
}

/**
 * Lets everything run that waits for no timer: promises, `nextTick` and socket events. Several turns of the event loop,
 * so that a question and its answer over a loopback socket within this process are over afterwards.
 */
export async function settle(turns = 8): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
}
