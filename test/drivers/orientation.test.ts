import { orientation, turn } from '@main/drivers/modbus/orientation'
import { describe, expect, it } from 'vitest'

describe('how a device is wired into the house', () => {
  const places = (wiring: Parameters<typeof orientation>[0], ...channels: string[]) =>
    channels.map((channel) => {
      const place = orientation(wiring)(channel)
      return place && `${place.sign < 0 ? '-' : ''}${place.channel}`
    })

  it('changes nothing by itself', () => {
    expect(places({}, 'ActivePower', 'VoltageL2', 'Soc')).toEqual(['ActivePower', 'VoltageL2', 'Soc'])
  })

  it('inverted: powers change sign, energies change places, voltages and currents stay', () => {
    expect(
      places({ invert: true }, 'ActivePowerL1', 'ReactivePower', 'ActiveProductionEnergyL3', 'CurrentL1', 'Frequency'),
    ).toEqual(['-ActivePowerL1', '-ReactivePower', 'ActiveConsumptionEnergyL3', 'CurrentL1', 'Frequency'])
  })

  // OpenEMS, MeterChintDtsu666ImplTest.testInvertAndPhaseRotation: the device's L1 is on L2, its L2 on L3, its L3 on L1.
  it('rotated: each phase of the device is shown where it is wired to', () => {
    expect(places({ phaseRotation: 'L2_L3_L1' }, 'VoltageL1', 'VoltageL2', 'VoltageL3')).toEqual([
      'VoltageL2',
      'VoltageL3',
      'VoltageL1',
    ])
    expect(places({ phaseRotation: 'L3_L1_L2' }, 'VoltageL1', 'ActivePower')).toEqual(['VoltageL3', 'ActivePower'])
  })

  it('single-phase: its one phase goes where it is connected, further ones nowhere', () => {
    expect(places({ phase: 'L3' }, 'CurrentL1', 'CurrentL2', 'ActivePower')).toEqual(['CurrentL3', null, 'ActivePower'])
    expect(places({ phase: 'ALL' }, 'CurrentL1', 'CurrentL2')).toEqual(['CurrentL1', 'CurrentL2'])
  })

  it('turns numbers, keeps "not known" unknown and never makes a negative zero', () => {
    expect([turn(5, -1), turn(null, -1), turn('x', -1)]).toEqual([-5, null, 'x'])
    expect(Object.is(turn(0, -1), 0)).toBe(true)
  })
})
