/** Which slot a moment lies in: slot `i` reaches from `bounds[i]` up to, but without, `bounds[i + 1]`. */
export class SlotFinder {
  readonly #bounds: readonly number[]
  #slot = 0

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
  }

  get count(): number {
    return Math.max(0, this.#bounds.length - 1)
  }

  start(slot: number): number {
    return this.#bounds[slot] ?? Number.POSITIVE_INFINITY
  }

  end(slot: number): number {
    return this.#bounds[slot + 1] ?? Number.POSITIVE_INFINITY
  }

  /**
   * The first slot for what is before it, `count` for what is behind the last. Moments mostly come in order, so it looks
   * where the last one was first.
   */
  find(at: number): number {
    if (at >= this.start(this.#slot) && at < this.end(this.#slot)) return this.#slot
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.end(middle) <= at) low = middle + 1
      else high = middle
    }
    this.#slot = low
    return low
  }

  /** The slots that [from, to) has a share in, 0…1 of its length. */
  eachShare(from: number, to: number, visit: (slot: number, share: number) => void): void {
    for (let slot = this.find(from); slot < this.count; slot++) {
      const start = Math.max(from, this.start(slot))
      const end = Math.min(to, this.end(slot))
      if (end > start) visit(slot, (end - start) / (to - from))
      if (this.end(slot) >= to) break
    }
  }
}
