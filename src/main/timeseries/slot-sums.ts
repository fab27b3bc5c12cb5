import { SlotFinder } from './slot-finder'

/**
 * Gathers time-weighted means of consecutive slots: slot `i` reaches from `bounds[i]` to `bounds[i + 1]`. Time in which
 * nothing was known does not count; a slot without any known time is null.
 */
export class SlotSums {
  readonly #slots: SlotFinder
  readonly #sums: Float64Array
  readonly #known: Float64Array

  constructor(bounds: readonly number[]) {
    this.#slots = new SlotFinder(bounds)
    this.#sums = new Float64Array(this.#slots.count)
    this.#known = new Float64Array(this.#slots.count)
  }

  /** A value that stood from `from` to `to`, which may cover several slots, or reach beyond the first and the last. */
  addSpan(value: number, from: number, to: number): void {
    // Called for every single value, so without a callback.
    for (let slot = this.#slots.find(from); slot < this.#slots.count; slot++) {
      const start = Math.max(from, this.#slots.start(slot))
      const end = Math.min(to, this.#slots.end(slot))
      if (end > start) this.#add(slot, value * (end - start), end - start)
      if (this.#slots.end(slot) >= to) break
    }
  }

  /** An integral (value · ms) over `known` ms, of which no more is told than that they lie in [from, to). */
  addSpread(sum: number, known: number, from: number, to: number): void {
    this.#slots.eachShare(from, to, (slot, share) => this.#add(slot, sum * share, known * share))
  }

  #add(slot: number, sum: number, known: number): void {
    this.#sums[slot] = (this.#sums[slot] ?? 0) + sum
    this.#known[slot] = (this.#known[slot] ?? 0) + known
  }

  means(): (number | null)[] {
    return Array.from(this.#sums, (sum, slot) => {
      const known = this.#known[slot] ?? 0
      return known > 0 ? sum / known : null
    })
  }
}
