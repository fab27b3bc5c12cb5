/**
 * Counts energy (Wh) from power (W), one sample per cycle: the mean of two samples times the time between them. Time in
 * which the power was not known, or between samples too far apart, is not bridged. It never goes back.
 */
export class EnergyCounter {
  #wattHours: number
  #last: { power: number; at: number } | null = null

  /** `start`: where it was before, in Wh. */
  constructor(start: number) {
    this.#wattHours = start
  }

  /** `at` and `longestMs` on a clock that is never set (ms); `power` ≥ 0, null = not known. Returns the reading in Wh. */
  add(power: number | null, at: number, longestMs: number): number {
    const last = this.#last
    this.#last = power === null ? null : { power, at }
    if (last && power !== null && at > last.at && at - last.at <= longestMs) {
      this.#wattHours += (((last.power + power) / 2) * (at - last.at)) / MS_PER_HOUR
    }
    return this.#wattHours
  }
}

const MS_PER_HOUR = 3_600_000
