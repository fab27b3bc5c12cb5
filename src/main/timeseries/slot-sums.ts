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

  /** An integral (value · ms) over `known` ms, all within one slot. */
  add(slot: number, sum: number, known: number): void {
    this.#sums[slot] = (this.#sums[slot] ?? 0) + sum
    this.#known[slot] = (this.#known[slot] ?? 0) + known
  }

  /** A value that stood from `from` to `to`, which may cover several slots, or reach beyond the first and the last. */
  addSpan(value: number, from: number, to: number): void {
    for (let slot = this.slotOf(from); slot < this.#slots.count; slot++) {
      const start = Math.max(from, this.#slots.start(slot))
      const end = Math.min(to, this.#slots.end(slot))
      if (end > start) this.add(slot, value * (end - start), end - start)
      if (this.#slots.end(slot) >= to) break
    }
  }

  means(): (number | null)[] {
    return Array.from(this.#sums, (sum, slot) => {
      const known = this.#known[slot] ?? 0
      return known > 0 ? sum / known : null
    })
  }

  slotOf(at: number): number {
    return this.#slots.find(at)
  }
}
