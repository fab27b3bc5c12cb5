import type { DriverContext } from '@main/edge/component/driver'
import type { ChannelValue } from '@shared/channel'
import type { DeviceConfig } from './device-config'

const PHASES = ['L1', 'L2', 'L3'] as const
/** What OpenEMS calculates with for a mains of 230 V. */
const NOMINAL_V = 230

/**
 * Keeps the channels that follow from others, right before every process image: the mean voltage, the summed current
 * and the summed power of the phases where the device tells only phases, the one phase of a single-phase device, and what a charging station can
 * take by its configuration. `isRead` says what the device itself tells. As OpenEMS: ElectricityMeter
 * .calculateAverageVoltageFromPhases and .calculateSumCurrentFromPhases, .calculateSumActivePowerFromPhases, EvcsUtils.milliampereToWatt.
 */
export function deriveChannels(
  { channels, cycle }: DriverContext,
  { phase, minHwCurrent, maxHwCurrent }: DeviceConfig,
  isRead: (channel: string) => boolean,
): void {
  const put = (channel: string, value: () => ChannelValue) => {
    if (channels.has(channel) && !isRead(channel)) channels.set(channel, value())
  }
  const ofPhases = (quantity: string) =>
    PHASES.map((name) => `${quantity}${name}`)
      .filter((channel) => channels.has(channel))
      .map((channel) => channels.peek(channel))
      .filter((value) => typeof value === 'number')
  const copies = phase && phase !== 'ALL' ? ['ActivePower', 'ReactivePower'] : []

  cycle.on('BEFORE_PROCESS_IMAGE', () => {
    put('Voltage', () => mean(ofPhases('Voltage')))
    put('Current', () => sum(ofPhases('Current')))
    if (PHASES.some((name) => isRead(`ActivePower${name}`))) put('ActivePower', () => sum(ofPhases('ActivePower')))
    for (const quantity of copies) put(`${quantity}${phase}`, () => channels.peek(quantity))
    if (minHwCurrent !== undefined) put('MinimumPower', () => milliampereToWatt(minHwCurrent))
    if (maxHwCurrent !== undefined) put('MaximumPower', () => milliampereToWatt(maxHwCurrent))
    put('ChargingstationCommunicationFailed', () => channels.peek('ModbusCommunicationFailed'))
  })
}

const sum = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((total, value) => total + value, 0)

const mean = (values: readonly number[]): number | null => {
  const total = sum(values)
  return total === null ? null : total / values.length
}

const milliampereToWatt = (current: number): number => (current / 1000) * NOMINAL_V * PHASES.length
