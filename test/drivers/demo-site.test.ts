import { allDrivers } from '@main/drivers'
import { EnergyCounter } from '@main/edge/energy/energy-counter'
import { NATURES } from '@main/edge/nature'
import { readProfileLibrary } from '@main/profiles/profile-library'
import { TcpLinkPool } from '@main/protocols/links/tcp-link-pool'
import { startDemoPlant } from '@main/simulator/demo-plant'
import { systemClock } from '@shared/clock'
import { createLogger } from '@shared/log'
import { expect, it } from 'vitest'
import { testEdge } from '../support/test-edge'

const profiles = readProfileLibrary('resources', NATURES)

it('the demo site adds up: what is bought, produced and discharged is what the house, the car and the heat pump use', async () => {
  // Physics stand still while they are read; only the serial line behind the gateway takes its real time.
  let plantTime = 0
  const clock = { ...systemClock(), monotonic: () => plantTime }
  await using plant = await startDemoPlant({ clock, profiles, log: createLogger('', () => {}) })
  plantTime = 600_000
  await using links = new TcpLinkPool()
  const bridge = (what: string) => {
    const { host, port } = plant.hosts.find((candidate) => candidate.what === what) ?? { host: '', port: 0 }
    return { factoryId: 'Bridge.Modbus.Tcp', properties: { ip: host, port } }
  }
  const on = (id: string, unit: number, more = {}) => ({ 'modbus.id': id, modbusUnitId: unit, ...more })
  await using edge = await testEdge({
    drivers: allDrivers({ links, profiles }),
    components: {
      modbus0: bridge('gateway'),
      modbus1: bridge('inverter'),
      modbus2: bridge('charger'),
      meter0: { factoryId: 'Meter.Microcare.SDM630', properties: on('modbus0', 1) },
      meter1: {
        factoryId: 'Meter.Eastron.SDM120',
        properties: on('modbus0', 2, { type: 'CONSUMPTION_METERED', phase: 'L2' }),
      },
      ess0: { factoryId: 'Sitewright.SunSpec.HybridEss', properties: on('modbus1', 1) },
      charger0: { factoryId: 'Sitewright.SunSpec.DcCharger', properties: on('modbus1', 1) },
      evcs0: { factoryId: 'Evcs.Goe.Modbus', properties: on('modbus2', 1) },
    },
  })
  await edge.cycle(2)
  const { grid, inverter, heatPump, car } = plant.state()
  const total = (power: readonly number[]) => power.reduce((sum, watt) => sum + watt, 0)
  const read = (address: string) => Number(edge.edge.read(address))
  // Every device rounds for itself, and so does every channel.
  const near = (address: string, watt: number) =>
    expect(Math.abs(read(address) - watt), `${address} = ${read(address)}, plant ${watt}`).toBeLessThan(5)

  near('_sum/GridActivePower', total(grid.powerW))
  near('_sum/EssActivePower', total(inverter.powerW))
  near('_sum/EssDischargePower', inverter.battery.powerW)
  near('_sum/ProductionActivePower', inverter.strings[0].powerW + inverter.strings[1].powerW)
  near('_sum/ConsumptionActivePower', total(grid.powerW) + total(inverter.powerW))
  near('meter1/ActivePowerL2', total(heatPump.powerW))
  near('evcs0/ActivePower', total(car.powerW))
  expect(read('_sum/EssSoc')).toBeCloseTo(inverter.battery.soc, -1)
  expect(read('_sum/GridBuyActiveEnergy')).toBeGreaterThanOrEqual(0)
})

it('energy calculated from power comes to what the true counters of the plant say', { timeout: 60_000 }, async () => {
  let plantTime = 0
  const clock = { ...systemClock(), monotonic: () => plantTime }
  await using plant = await startDemoPlant({ clock, profiles, log: createLogger('', () => {}) })
  await using links = new TcpLinkPool()
  const { host, port } = plant.hosts.find(({ what }) => what === 'inverter') ?? { host: '', port: 0 }
  const device = { 'modbus.id': 'modbus0', modbusUnitId: 1 }
  await using edge = await testEdge({
    drivers: allDrivers({ links, profiles }),
    components: {
      modbus0: { factoryId: 'Bridge.Modbus.Tcp', properties: { ip: host, port } },
      ess0: { factoryId: 'Sitewright.SunSpec.HybridEss', properties: device },
      charger0: { factoryId: 'Sitewright.SunSpec.DcCharger', properties: device },
    },
  })
  await edge.cycle(2)
  const before = plant.state().inverter
  // The same integral over a power whose true counter the device tells.
  const produced = new EnergyCounter(0)
  const start = Number(edge.edge.read('charger0/ActualEnergy'))
  const first = Number(edge.edge.read('ess0/ActiveDischargeEnergy'))
  for (let second = 0; second <= 600; second++) {
    await edge.cycle()
    produced.add(Number(edge.edge.read('charger0/ActualPower')), plantTime, 10_000)
    plantTime += 1000
  }
  const after = plant.state().inverter
  const near = (wattHours: number, truth: number) => {
    expect(truth).toBeGreaterThan(100)
    expect(Math.abs(wattHours - truth) / truth, `${wattHours} Wh, plant ${truth} Wh`).toBeLessThan(0.01)
  }
  const delivered = Number(edge.edge.read('ess0/ActiveDischargeEnergy')) - first
  near(delivered, after.deliveredWh - before.deliveredWh)
  expect(edge.edge.channel('ess0/ActiveDischargeEnergy').doc.text).toMatch(/^Calculated/)
  near(produced.add(null, plantTime, 0), Number(edge.edge.read('charger0/ActualEnergy')) - start)
  expect(edge.edge.channel('charger0/ActualEnergy').doc.text).toBe('')
})
