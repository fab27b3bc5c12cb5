import type { Ask } from './ask'

/**
 * Requests waiting for their turn. A more urgent level goes first; within a level the units take turns, so that one with
 * many questions does not hold up its neighbours. Every eighth turn goes to the least urgent: a line that polling keeps
 * busy all the time still lets a scan come to its end.
 */
export class FairQueue {
  readonly #levels: readonly Map<number, Lane>[] = [new Map(), new Map(), new Map(), new Map()]
  #size = 0
  #turn = 0

  /** Requests in it, settled ones included until their turn comes. */
  get size(): number {
    return this.#size
  }

  push(ask: Ask): void {
    const lanes = this.#levels[ask.level]
    const lane = lanes?.get(ask.unit)
    if (lane) {
      lane.last.next = ask
      lane.last = ask
    } else {
      lanes?.set(ask.unit, { first: ask, last: ask })
    }
    this.#size++
  }

  /** The next one in turn among those that may be asked now; settled ones (aborted while waiting) fall out. */
  take(mayAsk: (ask: Ask) => boolean): Ask | undefined {
    if (this.#size === 0) return undefined
    const upwards = ++this.#turn % 8 === 0
    for (let step = 0; step < this.#levels.length; step++) {
      const lanes = this.#levels[upwards ? this.#levels.length - 1 - step : step]
      const ask = lanes && this.#takeFrom(lanes, mayAsk)
      if (ask) return ask
    }
    return undefined
  }

  /** Takes all of them out. */
  drain(): Ask[] {
    const all: Ask[] = []
    for (const lanes of this.#levels) {
      for (const lane of lanes.values()) {
        for (let ask: Ask | undefined = lane.first; ask; ask = ask.next) if (!ask.settled) all.push(ask)
      }
      lanes.clear()
    }
    this.#size = 0
    return all
  }

  #takeFrom(lanes: Map<number, Lane>, mayAsk: (ask: Ask) => boolean): Ask | undefined {
    for (const [unit, lane] of lanes) {
      while (lane.first.settled) {
        if (!this.#removeFirst(lanes, unit, lane)) break
      }
      const ask = lane.first
      if (ask.settled || !mayAsk(ask)) continue
      // To the back of the row: a Map keeps the order of insertion.
      if (this.#removeFirst(lanes, unit, lane)) {
        lanes.delete(unit)
        lanes.set(unit, lane)
      }
      return ask
    }
    return undefined
  }

  /** Returns false when the lane is empty now and gone. */
  #removeFirst(lanes: Map<number, Lane>, unit: number, lane: Lane): boolean {
    this.#size--
    const next = lane.first.next
    if (next) {
      lane.first.next = undefined
      lane.first = next
      return true
    }
    lanes.delete(unit)
    return false
  }
}

interface Lane {
  first: Ask
  last: Ask
}
