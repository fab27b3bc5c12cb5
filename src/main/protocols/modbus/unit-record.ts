import type { SitewrightError } from '@shared/errors'
import type { LinkStats } from './link'

/**
 * What is known of one unit behind a link: counters for the screen, and how long it takes to answer, from which its
 * time-out is learned: four times its slow turnarounds (95th percentile of the last 32), between 250 ms and the link's
 * bound. A first request waits the full bound. Silence doubles the time-out; an answer that came too late proves it too
 * short, and from then on it is never below twice that.
 */
export class UnitRecord {
  readonly unit: number
  /** On the wire now. */
  inFlight = 0
  /** Time-outs since the last answer. */
  silent = 0
  #asked = 0
  #answered = 0
  #exceptions = 0
  #timeouts = 0
  #discarded = 0
  #lastError: { readonly key: string; readonly text: string } | null = null
  readonly #turnarounds = new Float64Array(SAMPLES)
  #samples = 0
  #slowMs = 0
  #slowestLateMs = 0

  constructor(unit: number) {
    this.unit = unit
  }

  /** How long to wait for the next answer, at most `boundMs`. */
  limit(boundMs: number): number {
    if (this.#samples === 0) return boundMs
    const learned = Math.max(LEAST_MS, 4 * this.#slowMs, 2 * this.#slowestLateMs)
    return Math.min(boundMs, learned * 2 ** Math.min(this.silent, 10))
  }

  sent(): void {
    this.#asked++
    this.inFlight++
  }

  /** null: an answer from whose turnaround nothing is to be learned. */
  answered(turnaroundMs: number | null): void {
    this.inFlight--
    this.#answered++
    this.silent = 0
    if (turnaroundMs !== null) this.#learn(turnaroundMs)
  }

  /** The gateway answered in the unit's place: no turnaround of the unit, and no answer of it. */
  gatewayAnswered(): void {
    this.inFlight--
    this.#exceptions++
    this.silent = 0
  }

  refused(): void {
    this.#exceptions++
  }

  timedOut(): void {
    this.inFlight--
    this.#timeouts++
    this.silent++
  }

  /** The connection went while it was asked. */
  lost(): void {
    this.inFlight--
  }

  discarded(): void {
    this.#discarded++
  }

  answeredLate(turnaroundMs: number): void {
    this.#discarded++
    this.#slowestLateMs = Math.max(this.#slowestLateMs, turnaroundMs)
    this.#learn(turnaroundMs)
  }

  failed(error: SitewrightError): void {
    this.#lastError = { key: error.key, text: error.message }
  }

  stats(): LinkStats {
    return {
      asked: this.#asked,
      answered: this.#answered,
      exceptions: this.#exceptions,
      timeouts: this.#timeouts,
      discarded: this.#discarded,
      medianMs: this.#percentile(0.5),
      lastError: this.#lastError,
    }
  }

  #learn(turnaroundMs: number): void {
    this.#turnarounds[this.#samples % SAMPLES] = turnaroundMs
    this.#samples++
    // Sorting for every answer would cost more than the answer; a slower one than all before counts at once.
    if (this.#samples % 16 === 0 || this.#samples < 4 || turnaroundMs > this.#slowMs * 4) {
      this.#slowMs = this.#percentile(0.95) ?? 0
    }
  }

  #percentile(share: number): number | null {
    const count = Math.min(this.#samples, SAMPLES)
    if (count === 0) return null
    const sorted = this.#turnarounds.slice(0, count).sort()
    return sorted[Math.ceil(count * share) - 1] ?? null
  }
}

const SAMPLES = 32
/** No time-out is shorter: a busy device or a busy laptop is late by this much now and then. */
const LEAST_MS = 250
