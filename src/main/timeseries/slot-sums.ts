/**
 * Gathers time-weighted means of consecutive slots: slot `i` reaches from `bounds[i]` to `bounds[i + 1]`. Time in which
 * nothing was known does not count; a slot without any known time is null.
 */
export class SlotSums {
  readonly #bounds: readonly number[]
  readonly #sums: Float64Array
  readonly #known: Float64Array
  #slot = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#sums = new Float64Array(Math.max(0, bounds.length - 1))
    this.#known = new Float64Array(this.#sums.length)
  }

  /** An integral (value · ms) over `known` ms, all within one slot. */
  add(slot: number, sum: number, known: number): void {
    this.#sums[slot] = (this.#sums[slot] ?? 0) + sum
    this.#known[slot] = (this.#known[slot] ?? 0) + known
  }

  /** A value that stood from `from` to `to`, which may cover several slots, or reach beyond the first and the last. */
  addSpan(value: number, from: number, to: number): void {
    for (let slot = this.slotOf(from); slot < this.#sums.length; slot++) {
      const start = Math.max(from, this.#bound(slot))
      const end = Math.min(to, this.#bound(slot + 1))
      if (end > start) this.add(slot, value * (end - start), end - start)
      if (this.#bound(slot + 1) >= to) break
      this.#slot = slot + 1
    }
  }

  means(): (number | null)[] {
    return Array.from(this.#sums, (sum, slot) => {
      const known = this.#known[slot] ?? 0
      return known > 0 ? sum / known : null
    })
  }

  /** The slot of a moment; the first one for what is before it. Moments mostly come in order, so it looks where the last one was first. */
  slotOf(at: number): number {
    if (at >= this.#bound(this.#slot) && at < this.#bound(this.#slot + 1)) return this.#slot
    let low = 0
    let high = this.#sums.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#bound(middle + 1) <= at) low = middle + 1
      else high = middle
    }
    this.#slot = low
    return low
  }

  #bound(index: number): number {
    return this.#bounds[index] ?? Number.POSITIVE_INFINITY
  }
}
