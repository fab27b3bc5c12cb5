import type { TimeSeries } from '@main/timeseries/timeseries'
import { type ChannelValue, LEVELS } from '@shared/channel'
import { isCumulated } from '@shared/units'
import { z } from 'zod'
import type { Component } from '../component/component'
import { defineDriver } from '../component/driver'
import { EnergyCounters } from '../energy/energy-counters'
import { calculatedText, SUM_ENERGY_RULES } from '../energy/energy-rules'
import { calculateSum } from './sum-calculation'
import { SUM_CHANNELS } from './sum-channels'

/** Counters stay unknown while devices are still being read for the first time (OpenEMS: one minute). */
const ENERGY_AFTER_MS = 60_000

/** Extremes seen so far; OpenEMS keeps them in the component's configuration under these names. */
export const SUM_EXTREMES = {
  gridMinActivePower: 'GridMinActivePower',
  gridMaxActivePower: 'GridMaxActivePower',
  productionMaxActivePower: 'ProductionMaxActivePower',
  essMinDischargePower: 'EssMinDischargePower',
  essMaxDischargePower: 'EssMaxDischargePower',
  consumptionMaxActivePower: 'ConsumptionMaxActivePower',
} as const

const extremes: readonly (readonly [keyof typeof SUM_EXTREMES, string, 'min' | 'max'])[] = [
  ['gridMinActivePower', 'GridActivePower', 'min'],
  ['gridMaxActivePower', 'GridActivePower', 'max'],
  ['productionMaxActivePower', 'ProductionActivePower', 'max'],
  ['essMinDischargePower', 'EssDischargePower', 'min'],
  ['essMaxDischargePower', 'EssDischargePower', 'max'],
  ['consumptionMaxActivePower', 'ConsumptionActivePower', 'max'],
]

const watts = z.int().default(0)

export const sumDriver = defineDriver({
  factoryId: 'Core.Sum',
  name: 'Core Sum',
  description: 'Adds up what all meters, storages and chargers tell.',
  singleton: { id: '_sum' },
  config: z.strictObject({
    gridMinActivePower: watts,
    gridMaxActivePower: watts,
    productionMaxActivePower: watts,
    essMinDischargePower: watts,
    essMaxDischargePower: watts,
    consumptionMaxActivePower: watts,
    ignoreStateComponents: z.array(z.string()).default([]),
  }),
  natures: () => [],
  channels: () => SUM_CHANNELS,
  start: () => undefined,
})

/**
 * Switches `_sum` after all other components: from their fresh values, in the same cycle. It is not a driver's work because
 * it must come after everybody else's image and before anybody looks.
 */
export class SumImage {
  readonly component: Component
  readonly #startedAt: number
  readonly #flows: EnergyCounters
  #isSettling = true
  #now = 0

  constructor(sum: Component, startedAt: number, history: TimeSeries) {
    this.component = sum
    this.#startedAt = startedAt
    this.#flows = new EnergyCounters(SUM_ENERGY_RULES, {
      isCalculated: () => true,
      power: (id) => sum.channel(id).next,
      recorded: (id) => {
        const { next, address } = sum.channel(id)
        return typeof next === 'number' ? next : (history.latest(address)?.value ?? null)
      },
      put: (id, wattHours) => {
        if (!this.#isSettling) sum.channel(id).setNext(wattHours, this.#now)
      },
      calculated: (rule) => sum.channel(rule.energy).describe(calculatedText(rule)),
    })
    for (const [property, channel] of Object.entries(SUM_EXTREMES)) {
      sum.channel(channel).setNext(Number(sum.config[property] ?? 0), startedAt)
    }
  }

  /** Writes the next values of `_sum`; `now` is the wall clock of the cycle, `at` the monotonic one. */
  update(components: readonly Component[], now: number, cycle: { at: number; cycleTimeMs: number }): void {
    const sum = this.component
    this.#now = now
    this.#isSettling = now - this.#startedAt < ENERGY_AFTER_MS && now >= this.#startedAt
    const values = calculateSum(components)
    for (const [id, value] of values) {
      const channel = sum.channel(id)
      if (this.#isSettling && isCumulated(channel.doc.unit)) continue
      channel.setNext(value, now)
    }
    this.#flows.update(cycle.at, cycle.cycleTimeMs)
    this.#updateExtremes(values, now)
    this.#updateState(components, now)
  }

  #updateExtremes(values: ReadonlyMap<string, ChannelValue>, now: number): void {
    for (const [property, source, kind] of extremes) {
      const value = values.get(source)
      if (typeof value !== 'number') continue
      const channel = this.component.channel(SUM_EXTREMES[property])
      const known = typeof channel.next === 'number' ? channel.next : 0
      channel.setNext(kind === 'min' ? Math.min(known, value) : Math.max(known, value), now)
    }
  }

  /** The highest State of all others; components the person ignores count at most as INFO. */
  #updateState(components: readonly Component[], now: number): void {
    const ignored = new Set((this.component.config.ignoreStateComponents as string[] | undefined) ?? [])
    let highest = 0
    let hasIgnored = 0
    for (const component of components) {
      if (component === this.component || !component.enabled) continue
      const level = Number(component.value('State') ?? 0)
      if (ignored.has(component.id) && level > LEVELS.indexOf('INFO')) hasIgnored = 1
      highest = Math.max(highest, ignored.has(component.id) ? Math.min(level, LEVELS.indexOf('INFO')) : level)
    }
    this.component.channel('HasIgnoredComponentStates').setNext(hasIgnored, now)
    this.component.stateFloor = highest
  }
}
