import type { ChannelValue } from '@shared/channel'

/** How a device is wired into this house, as OpenEMS's properties say it. */
export interface Wiring {
  readonly invert?: boolean | undefined
  readonly phase?: 'ALL' | 'L1' | 'L2' | 'L3' | undefined
  readonly phaseRotation?: 'L1_L2_L3' | 'L2_L3_L1' | 'L3_L1_L2' | undefined
}

/** Where a value of the device belongs in this house, and with which sign. */
export interface Oriented {
  readonly channel: string
  readonly sign: 1 | -1
}

/**
 * Turns the device's channels into the house's. `invert` negates powers and swaps produced and consumed energy; currents and
 * voltages stay as measured. `phaseRotation` L2_L3_L1 says: the device's first phase is wired to L2, its second to L3.
 * `phase` says where a single-phase device sits; what it may tell about further phases belongs nowhere: null.
 * Source: OpenEMS, PhaseRotation and MeterChintDtsu666ImplTest, 2026.
 */
export function orientation({
  invert,
  phase,
  phaseRotation = 'L1_L2_L3',
}: Wiring): (channel: string) => Oriented | null {
  const phases = phase && phase !== 'ALL' ? [phase] : phaseRotation.split('_')
  return (channel) => {
    const [, quantity = channel, number] = /^(.*?)(?:L([123]))?$/.exec(channel) ?? []
    const housePhase = number === undefined ? '' : phases[Number(number) - 1]
    if (housePhase === undefined) return null
    const isPower = quantity === 'ActivePower' || quantity === 'ReactivePower'
    return { channel: `${invert ? swapped(quantity) : quantity}${housePhase}`, sign: invert && isPower ? -1 : 1 }
  }
}

export function turn(value: ChannelValue, sign: 1 | -1): ChannelValue {
  return typeof value === 'number' && sign < 0 ? -value + 0 : value
}

function swapped(quantity: string): string {
  if (quantity === 'ActiveProductionEnergy') return 'ActiveConsumptionEnergy'
  if (quantity === 'ActiveConsumptionEnergy') return 'ActiveProductionEnergy'
  return quantity
}
