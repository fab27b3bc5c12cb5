import { allDrivers } from '@main/drivers'
import { NATURES } from '@main/edge/nature'
import { readProfileLibrary } from '@main/profiles/profile-library'
import { TcpLinkPool } from '@main/protocols/links/tcp-link-pool'
import { type SimulatedDeviceOptions, simulateDevice } from '@main/simulator/simulated-device'
import type { Properties } from '@shared/edge-config'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../support/manual-clock'
import { testEdge } from '../support/test-edge'

const profiles = readProfileLibrary('resources', NATURES)
const simulate = (profile: string, options: Omit<SimulatedDeviceOptions, 'profile'> = {}) =>
  simulateDevice({ profile: profiles.get(profile), ...options })

/** An edge with one bridge to a device, and the components that stand for it. */
async function edgeFor(
  device: { host: string; port: number; unit: number },
  components: Record<string, { factoryId: string; properties?: Properties }>,
) {
  const clock = new ManualClock()
  const links = new TcpLinkPool({ clock })
  const bridge = { factoryId: 'Bridge.Modbus.Tcp', properties: { ip: device.host, port: device.port } }
  const own = Object.entries(components).map(([id, { factoryId, properties }]) => [
    id,
    { factoryId, properties: { 'modbus.id': 'modbus0', modbusUnitId: device.unit, ...properties } },
  ])
  const test = await testEdge({
    clock,
    drivers: allDrivers({ links, profiles }),
    components: { modbus0: bridge, ...Object.fromEntries(own) },
  })
  return {
    ...test,
    async [Symbol.asyncDispose]() {
      await test[Symbol.asyncDispose]()
      await links[Symbol.asyncDispose]()
    },
  }
}

describe('a meter with a fixed register map', () => {
  it('shows what the meter measures, in the units of OpenEMS', async () => {
    await using meter = await simulate('eastron-sdm630', {
      values: {
        ActivePower: 1500,
        ActivePowerL2: -120,
        VoltageL1: 231_700,
        CurrentL1: 4280,
        ActiveProductionEnergy: 7000,
      },
    })
    await using edge = await edgeFor(meter, { meter0: { factoryId: 'Meter.Microcare.SDM630' } })
    await edge.cycle()
    expect(edge.snapshot('meter0')).toMatchObject({
      ActivePower: 1500,
      ActivePowerL2: -120,
      VoltageL1: 231_700,
      CurrentL1: 4280,
      Frequency: 50_000,
      ActiveProductionEnergy: 7000,
      ModbusCommunicationFailed: 0,
      State: 0,
    })
  })

  it('shows "not known", never zero, once the meter stops answering, and values again when it is back', async () => {
    await using meter = await simulate('janitza-umg-96rm-e', { values: { ActivePower: 1500 } })
    await using edge = await edgeFor(meter, { meter0: { factoryId: 'Meter.Janitza.UMG96RME' } })
    await edge.cycle()
    await meter.hangUp()
    await edge.cycle()
    expect(edge.snapshot('meter0')).toMatchObject({ ActivePower: null, Voltage: null, ModbusCommunicationFailed: 1 })
    await meter.comeBack()
    await edge.cycle(10)
    expect(edge.snapshot('meter0')).toMatchObject({ ActivePower: 1500, Voltage: 230_000, ModbusCommunicationFailed: 0 })
  })

  it('gives voltage and current of the whole where the meter tells only the phases', async () => {
    const values = { VoltageL1: 229_000, VoltageL2: 230_000, VoltageL3: 234_000, CurrentL1: 1000, CurrentL2: 500 }
    await using meter = await simulate('janitza-umg-96rm-e', { values })
    await using edge = await edgeFor(meter, { meter0: { factoryId: 'Meter.Janitza.UMG96RME' } })
    await edge.cycle()
    expect(edge.snapshot('meter0')).toMatchObject({ Voltage: 231_000, Current: 1500 })
  })

  it('turns a meter round that was wired the other way: powers change sign, energies change places', async () => {
    const values = { ActivePower: 800, ReactivePower: -50, CurrentL1: 3500, ActiveProductionEnergy: 1000 }
    await using meter = await simulate('eastron-sdm630', { values })
    const properties = { invert: true }
    await using edge = await edgeFor(meter, { meter0: { factoryId: 'Meter.Microcare.SDM630', properties } })
    await edge.cycle()
    expect(edge.snapshot('meter0')).toMatchObject({
      ActivePower: -800,
      ReactivePower: 50,
      CurrentL1: 3500,
      ActiveProductionEnergy: 0,
      ActiveConsumptionEnergy: 1000,
    })
  })

  it('puts the phases of the meter on those of the house', async () => {
    const values = { ActivePowerL1: 100, ActivePowerL2: 200, ActivePowerL3: 300 }
    await using meter = await simulate('eastron-sdm630', { values })
    const properties = { phaseRotation: 'L2_L3_L1' }
    await using edge = await edgeFor(meter, { meter0: { factoryId: 'Meter.Microcare.SDM630', properties } })
    await edge.cycle()
    expect(edge.snapshot('meter0')).toMatchObject({ ActivePowerL2: 100, ActivePowerL3: 200, ActivePowerL1: 300 })
  })

  it('puts a single-phase meter on the phase it is connected to', async () => {
    await using meter = await simulate('eastron-sdm120', { values: { ActivePower: 1200, ActivePowerL1: 1200 } })
    await using edge = await edgeFor(meter, {
      meter0: { factoryId: 'Meter.Eastron.SDM120', properties: { phase: 'L2' } },
    })
    await edge.cycle()
    expect(edge.snapshot('meter0')).toMatchObject({
      ActivePower: 1200,
      ActivePowerL1: null,
      ActivePowerL2: 1200,
      VoltageL1: null,
      VoltageL2: 230_000,
    })
  })

  it('loses only what a meter does not have, not what was asked for along with it', async () => {
    await using meter = await simulate('janitza-umg-96rm-e', { values: { ActivePower: 1500, ActivePowerL1: 500 } })
    for (const at of [19012, 19013, 19044, 19045]) meter.image.registers.refuse(3, at, 2)
    await using edge = await edgeFor(meter, { meter0: { factoryId: 'Meter.Janitza.UMG96RME' } })
    await edge.cycle(2)
    expect(edge.snapshot('meter0')).toMatchObject({
      ActivePower: 1500,
      ActivePowerL1: 500,
      CurrentL1: null,
      VoltageL1: 230_000,
      Frequency: 50_000,
      ModbusCommunicationFailed: 0,
    })
  })

  it('learns once what is missing, and then asks only for what is there', async () => {
    await using meter = await simulate('janitza-umg-96rm-e')
    meter.image.registers.refuse(3, 19044, 2)
    await using edge = await edgeFor(meter, { meter0: { factoryId: 'Meter.Janitza.UMG96RME' } })
    await edge.cycle(2)
    const before = meter.server.asked
    await edge.cycle()
    const eachCycle = meter.server.asked - before
    await edge.cycle(3)
    expect(meter.server.asked - before).toBe(4 * eachCycle)
    expect(meter.server.answered).toBe(meter.server.asked)
  })
})

describe('a SunSpec device', () => {
  it('is a battery and DC-side PV when it is a hybrid', async () => {
    await using inverter = await simulate('fronius-gen24', {
      values: {
        'ess/ActivePower': 3100,
        'ess/DcDischargePower': -1400,
        'ess/Soc': 64,
        'ess/Capacity': 10_240,
        'charger/ActualPower': 4600,
        'charger/ActualEnergy': 12_000,
      },
    })
    await using edge = await edgeFor(inverter, {
      ess0: { factoryId: 'Sitewright.SunSpec.HybridEss' },
      charger0: { factoryId: 'Sitewright.SunSpec.DcCharger' },
    })
    await edge.cycle(2)
    expect(edge.snapshot('ess0')).toMatchObject({
      ActivePower: 3100,
      DcDischargePower: -1400,
      Soc: 64,
      Capacity: 10_240,
      ModbusCommunicationFailed: 0,
    })
    expect(edge.snapshot('charger0')).toMatchObject({ ActualPower: 4600, ActualEnergy: 12_000 })
    expect(edge.edge.read('_sum/EssActivePower')).toBe(3100)
    expect(edge.edge.read('_sum/ProductionActivePower')).toBe(4600)
  })

  it('is a PV inverter when there is no battery, whole numbers with scale factors or floats', async () => {
    for (const model of [103, 113]) {
      await using inverter = await simulate('fronius-gen24', {
        sunspec: { models: [1, model, 120, 121, 122, 123] },
        values: { 'pv/ActivePower': 5520, 'pv/MaxActivePower': 10_000, 'pv/VoltageL1': 231_500, 'pv/CurrentL2': 7970 },
      })
      await using edge = await edgeFor(inverter, { pvInverter0: { factoryId: 'PV-Inverter.Fronius' } })
      await edge.cycle(2)
      expect(edge.snapshot('pvInverter0')).toMatchObject({
        ActivePower: 5520,
        VoltageL1: 231_500,
        CurrentL2: 7970,
        MaxActivePower: 10_000,
        Frequency: 50_000,
      })
      expect(edge.edge.read('_sum/ProductionAcActivePower')).toBe(5520)
    }
  })

  it.each([40_000, 0, 50_000, 39_999, 30_000])('is found with its marker at %i, and read rightly', async (base) => {
    await using meter = await simulate('sunspec-meter', {
      sunspec: { base, models: [1, 203], end: base !== 39_999 },
      values: { ActivePower: -2340, VoltageL2: 229_800, ActiveProductionEnergy: 88_000 },
    })
    await using edge = await edgeFor(meter, { meter0: { factoryId: 'Sitewright.SunSpec.Meter' } })
    await edge.cycle()
    expect(edge.snapshot('meter0')).toMatchObject({
      ActivePower: -2340,
      VoltageL2: 229_800,
      ActiveProductionEnergy: 88_000,
    })
  })

  it('is walked anew after it was lost: its owner may have changed the kind of its map', async () => {
    await using inverter = await simulate('sunspec-inverter', { values: { ActivePower: 4000 } })
    await using edge = await edgeFor(inverter, { pvInverter0: { factoryId: 'Sitewright.SunSpec.PvInverter' } })
    await edge.cycle()
    const { port } = inverter
    await inverter.hangUp()
    await edge.cycle()
    expect(edge.snapshot('pvInverter0')).toMatchObject({ ActivePower: null, ModbusCommunicationFailed: 1 })
    const sunspec = { base: 0, models: [1, 103] }
    await using other = await simulate('sunspec-inverter', { port, sunspec, values: { ActivePower: 3900 } })
    await edge.cycle(10)
    expect(other.server.asked).toBeGreaterThan(0)
    expect(edge.snapshot('pvInverter0')).toMatchObject({ ActivePower: 3900, ModbusCommunicationFailed: 0 })
  })

  it('fails with a reason when it is none', async () => {
    await using meter = await simulate('eastron-sdm630')
    await using edge = await edgeFor(meter, { meter0: { factoryId: 'Sitewright.SunSpec.Meter' } })
    await edge.cycle()
    expect(edge.snapshot('meter0')).toMatchObject({ ModbusCommunicationFailed: 1 })
    expect(edge.log.some(({ message }) => message.includes('SunSpec marker'))).toBe(true)
  })

  it('puts a single-phase inverter on its phase', async () => {
    await using inverter = await simulate('sunspec-inverter', {
      sunspec: { models: [1, 101] },
      values: { ActivePower: 1800, VoltageL1: 233_000 },
    })
    const properties = { phase: 'L3' }
    await using edge = await edgeFor(inverter, {
      pvInverter0: { factoryId: 'Sitewright.SunSpec.PvInverter', properties },
    })
    await edge.cycle()
    expect(edge.snapshot('pvInverter0')).toMatchObject({ ActivePower: 1800, ActivePowerL3: 1800, VoltageL3: 233_000 })
  })
})

describe('a charging station', () => {
  it('tells what the car does, and counts as a consumer that can be managed', async () => {
    await using charger = await simulate('go-e-charger', {
      values: {
        Status: 3,
        ActivePower: 6900,
        CurrentL1: 10_000,
        ActiveProductionEnergy: 1_234_500,
        EnergySession: 5000,
      },
    })
    await using edge = await edgeFor(charger, { evcs0: { factoryId: 'Evcs.Goe.Modbus' } })
    await edge.cycle(2)
    expect(edge.snapshot('evcs0')).toMatchObject({
      Status: 3,
      ActivePower: 6900,
      CurrentL1: 10_000,
      ActiveProductionEnergy: 1_234_500,
      EnergySession: 5000,
      MinimumPower: 4140,
      MaximumPower: 22_080,
      ChargingstationCommunicationFailed: 0,
    })
    expect(edge.edge.registry.need('evcs0').traits).toEqual({ meterType: 'MANAGED_CONSUMPTION_METERED' })
  })
})

describe('writing', () => {
  const room = (readOnly: boolean) => ({
    room0: { factoryId: 'Sitewright.Modbus.Device', properties: { profile: 'bemcom-demo-room', readOnly } },
  })

  it('sends a set-point once, in the form the device keeps it', async () => {
    await using device = await simulate('bemcom-demo-room', { values: { Temperature: 210, Setpoint: 24 } })
    await using edge = await edgeFor(device, room(false))
    await edge.cycle()
    expect(edge.snapshot('room0')).toMatchObject({ Temperature: 210, Setpoint: 24 })
    edge.edge.channel('room0/Setpoint').setNextWrite(22)
    await edge.cycle(2)
    // 22.0 = half 4D80, its bytes swapped.
    expect(device.writes).toEqual([{ functionCode: 6, at: 1, values: [0x804d] }])
    expect(edge.snapshot('room0')).toMatchObject({ Setpoint: 22 })
  })

  it('sends nothing that does not fit, and says so', async () => {
    await using device = await simulate('bemcom-demo-room')
    await using edge = await edgeFor(device, room(false))
    edge.edge.channel('room0/Setpoint').setNextWrite(1e6)
    await edge.cycle()
    expect(device.writes).toEqual([])
    expect(edge.log.some(({ message }) => message.includes('1000000 was not sent'))).toBe(true)
    expect(edge.snapshot('room0')).toMatchObject({ ModbusCommunicationFailed: 0 })
  })

  it('never happens while a component is read-only', async () => {
    await using device = await simulate('bemcom-demo-room')
    await using edge = await edgeFor(device, room(true))
    edge.edge.channel('room0/Setpoint').setNextWrite(22)
    await edge.cycle(3)
    expect(device.writes).toEqual([])
  })
})

describe('limiting a SunSpec inverter', () => {
  const inverterWith = (readOnly: boolean) => ({
    pvInverter0: { factoryId: 'Sitewright.SunSpec.PvInverter', properties: { readOnly } },
  })
  const sunspec = { models: [1, 103, 120, 121, 122, 123] }

  it('sends percent of WMax with a fuse that frees the inverter when we are gone, repeats it, and takes it back', async () => {
    await using inverter = await simulate('sunspec-inverter', { sunspec })
    await using edge = await edgeFor(inverter, inverterWith(false))
    const limit = edge.edge.channel('pvInverter0/ActivePowerLimit')
    const cycles = async (times: number, value: number | null) => {
      for (let count = 0; count < times; count++) {
        limit.setNextWrite(value)
        await edge.cycle()
      }
    }
    await cycles(2, null)
    expect(inverter.writes).toEqual([])
    await cycles(10, 6000)
    const base = inverter.writes[1]?.at ?? 0
    const sent = () => inverter.writes.map(({ at, values }) => [at - base, ...values])
    // WMaxLimPct has scale factor -2; its revert time stands two registers after it, its switch four.
    expect(sent()).toEqual([
      [2, 60],
      [0, 6000],
      [4, 1],
    ])
    await cycles(25, 6000)
    expect(sent().slice(3)).toEqual([
      [2, 60],
      [0, 6000],
      [4, 1],
    ])
    await cycles(8, null)
    expect(sent().slice(6)).toEqual([
      [4, 0],
      [0, 10_000],
    ])
  })

  it('never asks for zero percent, from which some inverters take minutes to come back', async () => {
    await using inverter = await simulate('sunspec-inverter', { sunspec })
    await using edge = await edgeFor(inverter, inverterWith(false))
    await edge.cycle()
    edge.edge.channel('pvInverter0/ActivePowerLimit').setNextWrite(0)
    await edge.cycle()
    expect(inverter.writes[1]?.values).toEqual([100])
  })

  it('never writes while the inverter is read-only', async () => {
    await using inverter = await simulate('sunspec-inverter', { sunspec })
    await using edge = await edgeFor(inverter, inverterWith(true))
    await edge.cycle()
    edge.edge.channel('pvInverter0/ActivePowerLimit').setNextWrite(1000)
    await edge.cycle(2)
    expect(inverter.writes).toEqual([])
  })
})

describe('a configuration', () => {
  it('is refused with the name of what is wrong', async () => {
    await using meter = await simulate('eastron-sdm630')
    await using edge = await edgeFor(meter, {})
    const author = { id: 'admin', name: 'Admin' }
    const create = (factory: string, properties: Properties) =>
      edge.edge.createComponent(
        factory,
        Object.entries({ id: 'meter5', 'modbus.id': 'modbus0', ...properties }).map(([name, value]) => ({
          name,
          value,
        })),
        author,
      )
    await expect(create('Meter.Microcare.SDM630', { type: 'NONSENSE' })).rejects.toThrow(/type/)
    await expect(create('Meter.Microcare.SDM630', { phase: 'L1' })).rejects.toThrow(/phase/)
    await expect(create('Meter.Eastron.SDM120', { modbusUnitId: 300 })).rejects.toThrow(/modbusUnitId/)
    await expect(create('Meter.Eastron.SDM120', { 'modbus.id': 'modbus9' })).rejects.toThrow(/modbus9/)
  })

  it('of a device without a known profile does not run, and says which profile is missing', async () => {
    await using meter = await simulate('eastron-sdm630')
    const properties = { profile: 'nobody-knows' }
    await using edge = await edgeFor(meter, { meter0: { factoryId: 'Sitewright.Modbus.Device', properties } })
    expect(edge.edge.registry.problemOf('meter0')).toContain('nobody-knows')
  })

  it('may ask the bridge to log what goes over the line', async () => {
    await using meter = await simulate('eastron-sdm630')
    await using edge = await edgeFor(meter, { meter0: { factoryId: 'Meter.Microcare.SDM630' } })
    const list = [{ name: 'logVerbosity', value: 'READS_AND_WRITES' }]
    await edge.edge.updateComponent('modbus0', list, { id: 'admin', name: 'Admin' })
    await edge.cycle()
    expect(edge.log.some(({ message }) => message.includes('unit 1 FC4 0 ×'))).toBe(true)
  })
})
