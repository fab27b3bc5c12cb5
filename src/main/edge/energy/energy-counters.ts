import type { ChannelValue } from '@shared/channel'
import { EnergyCounter } from './energy-counter'
import type { EnergyRule } from './energy-rules'

/** Where the counters find powers and put energies: one component. */
export interface EnergyPlace {
  /** False where the device counts itself. */
  isCalculated(energy: string): boolean
  power(channel: string): ChannelValue
  /** Where a counter goes on: the last reading that is known, from before a restart. */
  recorded(energy: string): number | null
  put(energy: string, wattHours: number): void
  /** Called when a channel becomes a calculated one, and when it no longer is. */
  calculated(rule: EnergyRule, isCalculated: boolean): void
}

/**
 * The energies of one component that are calculated from its powers. A counter begins when its power is known for the first
 * time: only then it is certain that the device does not count itself.
 */
export class EnergyCounters {
  readonly #rules: readonly EnergyRule[]
  readonly #place: EnergyPlace
  readonly #counters = new Map<EnergyRule, EnergyCounter>()

  constructor(rules: readonly EnergyRule[], place: EnergyPlace) {
    this.#rules = rules
    this.#place = place
  }

  /** Once per cycle; `at` on the monotonic clock, ms. */
  update(at: number, cycleTimeMs: number): void {
    const longestMs = Math.max(LONGEST_MS, 3 * cycleTimeMs)
    for (const rule of this.#rules) {
      if (!this.#place.isCalculated(rule.energy)) {
        if (this.#counters.delete(rule)) this.#place.calculated(rule, false)
        continue
      }
      const watts = this.#place.power(rule.power)
      const power = typeof watts === 'number' ? Math.max(0, rule.sign * watts) : null
      let counter = this.#counters.get(rule)
      if (!counter) {
        if (power === null) continue
        counter = new EnergyCounter(this.#place.recorded(rule.energy) ?? 0)
        this.#counters.set(rule, counter)
        this.#place.calculated(rule, true)
      }
      this.#place.put(rule.energy, counter.add(power, at, longestMs))
    }
  }
}

/** Samples further apart than this, and than three cycles, say nothing about the time between them. */
const LONGEST_MS = 10_000
