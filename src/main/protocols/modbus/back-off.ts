import type { SitewrightError } from '@shared/errors'

/**
 * How long a host is left alone after a connection failed: 0.5 s, 1 s, 2 s … at most 10 s, each a seventh shorter or
 * longer, so that many links that failed together do not come back together.
 */
export class BackOff {
  readonly #random: () => number
  #failures = 0
  #until = 0
  #last: SitewrightError | undefined

  constructor(random: () => number) {
    this.#random = random
  }

  /** The last failure and how much longer to wait because of it, or null when it may be tried. */
  rest(now: number): { error: SitewrightError; ms: number } | null {
    return this.#last && this.#until > now ? { error: this.#last, ms: this.#until - now } : null
  }

  failed(error: SitewrightError, now: number): void {
    const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(this.#failures, 10))
    this.#failures++
    this.#until = now + ms * (6 / 7 + (2 / 7) * this.#random())
    this.#last = error
  }

  recovered(): void {
    this.#failures = 0
    this.#last = undefined
  }
}

const FIRST_MS = 500
const LONGEST_MS = 10_000
