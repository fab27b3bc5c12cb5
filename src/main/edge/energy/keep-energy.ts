import type { DriverContext } from '../component/driver'
import { EnergyCounters } from './energy-counters'
import { calculatedText, energyRules } from './energy-rules'

/**
 * Calculates the energies a device does not count, right before every process image; the text of such a channel says so.
 * `natures` are short names; `isRead` says what the device itself tells.
 */
export function keepEnergy(
  { channels, cycle, clock, recorded }: DriverContext,
  natures: readonly string[],
  isRead: (channel: string) => boolean,
): void {
  const rules = energyRules(natures).filter(({ energy, power }) => channels.has(energy) && channels.has(power))
  const texts = new Map(rules.map(({ energy }) => [energy, channels.doc(energy)?.text ?? '']))
  const counters = new EnergyCounters(rules, {
    isCalculated: (energy) => !isRead(energy),
    power: (channel) => channels.peek(channel),
    recorded,
    put: (energy, wattHours) => channels.set(energy, wattHours),
    calculated: (rule, is) =>
      channels.describe(rule.energy, is ? calculatedText(rule) : (texts.get(rule.energy) ?? '')),
  })
  cycle.on('BEFORE_PROCESS_IMAGE', ({ cycleTimeMs }) => counters.update(clock.monotonic(), cycleTimeMs))
}
