/**
 * How fast something goes on, told from what was done over the last five seconds; a guess from less is worse than none.
 * Fed four times a second.
 */
export class ProgressMeter {
  #samples: { at: number; done: number }[] = []

  /** `at` is monotonic. Going back (a phase began anew) starts the measurement again. */
  sample(at: number, done: number): void {
    if (done < (this.#samples.at(-1)?.done ?? 0)) this.#samples = []
    this.#samples.push({ at, done })
    while ((this.#samples[1]?.at ?? at) <= at - WINDOW_MS) this.#samples.shift()
  }

  /** Nothing is going on: paused, or waiting. */
  reset(): void {
    this.#samples = []
  }

  /** Per second; null until there are five seconds. */
  get rate(): number | null {
    const [first] = this.#samples
    const last = this.#samples.at(-1)
    if (!first || !last || last.at - first.at < WINDOW_MS) return null
    return Number(((1000 * (last.done - first.done)) / (last.at - first.at)).toPrecision(3))
  }

  /** Whole seconds; null unless both halves of the five seconds went about equally fast (within 20 %). */
  remainingS(left: number | null): number | null {
    const { rate } = this
    const [first] = this.#samples
    const last = this.#samples.at(-1)
    if (left === null || rate === null || !first || !last) return null
    const middle = this.#samples.find(({ at }) => at >= last.at - WINDOW_MS / 2) ?? last
    const all = last.done - first.done
    const difference = Math.abs(middle.done - first.done - (last.done - middle.done))
    // Fewer than five cannot tell 20 %, and one more or less in a half is no difference.
    const isStable = all >= 1 / STABLE && difference <= Math.max(1, (STABLE * all) / 2)
    return isStable ? Math.ceil(left / rate) : null
  }
}

const WINDOW_MS = 5000
const STABLE = 0.2
