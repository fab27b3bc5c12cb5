import { SlotFinder } from './slot-finder'

/**
 * Gathers what a counter (a cumulated channel) counted in consecutive slots, from its readings in the order of time.
 *
 * - A rise belongs to the slot in which the higher reading was taken first, also when nothing was known in between: so
 *   the slots of a range add up to the range, and what was counted while the edge was off shows when it is seen.
 * - A reading that went back a little (a difference of counters that are not read in the same moment does) counts nothing,
 *   and nothing is counted again until it is where it was.
 * - A reading that fell further is a counter that began anew, or another meter: what was counted before and what is
 *   counted after is added. What it counted unseen in between is not known. So nothing is ever negative.
 * - A counter that fell and then *jumps* back over where it was had not begun anew: a device that showed 0 for a moment, a
 *   sum without one of its meters. Of that jump only what is above the old reading was counted. (One that really began
 *   anew and comes to where it was loses that single step.)
 * - A slot without a reading is null.
 */
export class SlotCounts {
  readonly #slots: SlotFinder
  readonly #counted: Float64Array
  readonly #isKnown: Uint8Array
  /** The highest reading since the counter began; null = no reading yet. */
  #level: number | null
  /** Levels before the counter began anew that were not reached again; each lower than the one before it. */
  readonly #summits: number[] = []

  /** `before`: the reading that stood right before the first slot. */
  constructor(bounds: readonly number[], before: number | null) {
    this.#slots = new SlotFinder(bounds)
    this.#counted = new Float64Array(this.#slots.count)
    this.#isKnown = new Uint8Array(this.#slots.count)
    this.#level = before
  }

  /** A reading taken at `from`, which stood until `to`. What lies before the first slot is left out. */
  addSpan(reading: number, from: number, to: number): void {
    const first = this.#slots.start(0)
    if (from < first && to <= first) return
    const slot = this.#slots.find(from)
    if (slot >= this.#slots.count) return
    this.#count(slot, this.#rise(reading))
    for (let later = slot; later < this.#slots.count && this.#slots.start(later) < to; later++) {
      this.#isKnown[later] = 1
    }
  }

  /** Does a summary of readings say as much as the readings themselves? Else they should be added one by one. */
  isEnough({ min, max, anew }: Readings): boolean {
    const summit = this.#summits.at(-1)
    if (anew || this.#level === null || beganAnew(this.#level, min)) return false
    return summit === undefined || summit > max
  }

  /**
   * Readings taken in [from, to) of which only a summary is left. What they counted is spread evenly over that time; if the
   * counter began anew in it, what it counted on both sides of that moment within this time is lost.
   */
  addSummary({ min, max, last, anew }: Readings, from: number, to: number): void {
    const rise = anew ? this.#rise(last) : this.#rise(min) + this.#rise(max)
    this.#slots.eachShare(from, to, (slot, share) => this.#count(slot, rise * share))
  }

  counts(): (number | null)[] {
    return Array.from(this.#counted, (counted, slot) => (this.#isKnown[slot] ? counted : null))
  }

  #count(slot: number, counted: number): void {
    this.#isKnown[slot] = 1
    this.#counted[slot] = (this.#counted[slot] ?? 0) + counted
  }

  /** What was counted up to this reading since the one before. */
  #rise(reading: number): number {
    let level = this.#level
    if (level !== null && reading < level) {
      if (!beganAnew(level, reading)) return 0
      this.#summits.push(level)
      level = null
    }
    this.#level = reading
    if (level === null) return 0
    for (let summit = this.#summits.at(-1); summit !== undefined && summit <= reading; summit = this.#summits.at(-1)) {
      level = summit
      this.#summits.pop()
    }
    return reading - level
  }
}

/** What is left of a counter's readings. */
export interface Readings {
  readonly min: number
  readonly max: number
  readonly last: number
  /** It began anew among them, or may have. */
  readonly anew: boolean
}

/** 10 kWh, ten counts of the coarsest meters there are. */
const LITTLE = 10_000
const LITTLE_SHARE = 0.01

/** A counter that showed `level` and then `reading`: began it anew (or is it another one), or did it go back a little? */
export function beganAnew(level: number, reading: number): boolean {
  if (reading >= level) return false
  return level - reading > Math.max(LITTLE, LITTLE_SHARE * level) || reading <= LITTLE_SHARE * level
}
