import type { Clock } from '@shared/clock'

/** Does one thing after the other; each takes its time first. What takes no time is done at once. */
export class OneAtATime {
  readonly #clock: Clock
  #jobs: { readonly takesMs: number; readonly act: () => void }[] = []
  #current: Disposable | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get waiting(): number {
    return this.#jobs.length + (this.#current === null ? 0 : 1)
  }

  add(takesMs: number, act: () => void): void {
    this.#jobs.push({ takesMs, act })
    if (this.#current === null) this.#next()
  }

  clear(): void {
    this.#jobs = []
    this.#current?.[Symbol.dispose]()
    this.#current = null
  }

  #next(): void {
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) {
      const { takesMs, act } = job
      if (takesMs > 0) {
        this.#current = this.#clock.after(takesMs, () => {
          this.#current = null
          act()
          this.#next()
        })
        return
      }
      act()
    }
  }
}
