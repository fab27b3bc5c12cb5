import { NATURES } from '@main/edge/nature'
import { readProfileLibrary } from '@main/profiles/profile-library'
import { type DemoHostName, type DemoPlant, startDemoPlant } from '@main/simulator/demo-plant'
import { silentLogger } from '@shared/log'
import ModbusClient from 'modbus-serial'
import { describe, expect, it } from 'vitest'
import { watchLeaks } from '../support/leaks'
import { ManualClock } from '../support/manual-clock'

const profiles = readProfileLibrary('resources', NATURES)
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

async function start(ports = {}) {
  const clock = new ManualClock()
  const plant = await startDemoPlant({ clock, profiles, log: silentLogger, ports })
  return Object.assign(plant, { clock })
}

async function clientOf(plant: DemoPlant, what: DemoHostName, unit = 1) {
  const { host, port } = plant.hosts.find((candidate) => candidate.what === what) ?? { host: '', port: 0 }
  const client = new ModbusClient()
  await client.connectTCP(host, { port })
  client.setTimeout(5000)
  client.setID(unit)
  return Object.assign(client, {
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => client.close(() => resolve())),
  })
}

/** The gateway takes time of the plant's clock; this lets it pass until the answer is there. */
async function answered<T>(clock: ManualClock, question: Promise<T>): Promise<T> {
  let isDone = false
  const done = () => {
    isDone = true
  }
  question.then(done, done)
  while (!isDone) await clock.advance(5)
  return question
}

const floats = (buffer: Buffer) =>
  Array.from({ length: buffer.length / 4 }, (_, index) => buffer.readFloatBE(4 * index))

describe('the demo site', () => {
  it('is three hosts on free ports, one of them a gateway with two meters, and leaves nothing open', async () => {
    await using _ = watchLeaks()
    await using plant = await start()
    expect(plant.hosts.map(({ host, what, units }) => ({ host, what, units }))).toEqual([
      { host: '127.0.0.1', what: 'gateway', units: { 1: 'eastron-sdm630', 2: 'eastron-sdm120' } },
      { host: '127.0.0.1', what: 'inverter', units: { 1: 'fronius-gen24' } },
      { host: '127.0.0.1', what: 'charger', units: { 1: 'go-e-charger' } },
    ])
    expect(new Set(plant.hosts.map(({ port }) => port)).size).toBe(3)
  })

  it('listens where it did last time, and elsewhere if that is taken', async () => {
    const first = await start()
    const ports = Object.fromEntries(first.hosts.map(({ what, port }) => [what, port]))
    await using elsewhere = await start(ports)
    expect(elsewhere.hosts.some(({ what, port }) => ports[what] === port)).toBe(false)
    await first[Symbol.asyncDispose]()
    await using again = await start(ports)
    expect(Object.fromEntries(again.hosts.map(({ what, port }) => [what, port]))).toEqual(ports)
  })

  it('shows at its devices what truly happens, so that the figures of all of them add up', async () => {
    await using plant = await start()
    await using gateway = await clientOf(plant, 'gateway')
    await using inverter = await clientOf(plant, 'inverter')
    await using charger = await clientOf(plant, 'charger')

    const grid = floats((await answered(plant.clock, gateway.readInputRegisters(0x0c, 6))).buffer)
    gateway.setID(2)
    const [heatPump = 0] = floats((await answered(plant.clock, gateway.readInputRegisters(0x0c, 2))).buffer)
    const [ac = 0] = floats((await inverter.readHoldingRegisters(40_069 + 22, 2)).buffer)
    const car = [0, 1, 2].map(
      async (phase) => (await charger.readInputRegisters(146 + 2 * phase, 2)).buffer.readUInt32BE() / 10,
    )
    const cars = await Promise.all(car)

    const truth = plant.state()
    expect(grid).toEqual(truth.grid.powerW.map(Math.fround))
    expect(heatPump).toBeCloseTo(truth.heatPump.powerW[1], 2)
    expect(ac).toBeCloseTo(sum(truth.inverter.powerW), 2)
    expect(sum(cars)).toBeCloseTo(sum(truth.car.powerW), 0)
    expect(sum(grid)).toBeCloseTo(sum(truth.house.powerW) + heatPump + sum(cars) - ac, 0)
    expect(sum(grid)).toBeGreaterThan(-10_000)
  })

  it('tells battery and strings apart in model 160 and 124', async () => {
    await using plant = await start()
    await plant.clock.advance(10_000)
    await using inverter = await clientOf(plant, 'inverter')
    const trackers = (await inverter.readHoldingRegisters(40_263, 90)).data
    const powerOf = (tracker: number) => trackers[10 + 20 * (tracker - 1) + 11] ?? 0
    const [soc = 0] = (await inverter.readHoldingRegisters(40_353 + 8, 1)).data

    const { strings, battery } = plant.state().inverter
    expect(powerOf(1)).toBe(Math.round(strings[0].powerW))
    expect(powerOf(2)).toBe(Math.round(strings[1].powerW))
    expect(powerOf(4) - powerOf(3)).toBeCloseTo(battery.powerW, -1)
    expect(soc / 100).toBeCloseTo(battery.soc, 1)
  })

  it('moves on with the clock, and counters never go back', async () => {
    await using plant = await start()
    await using charger = await clientOf(plant, 'charger')
    const session = async () => (await charger.readInputRegisters(132, 2)).buffer.readUInt32BE()
    const before = await session()
    await plant.clock.advance(60_000)
    const { sessionWh } = plant.state().car
    expect(await session()).toBe(Math.round((sessionWh * 3600) / 10))
    expect(await session()).toBeGreaterThan(before)
  })

  it('lets an edge throttle the car and the inverter', async () => {
    await using plant = await start()
    await using charger = await clientOf(plant, 'charger')
    await using inverter = await clientOf(plant, 'inverter')
    await charger.writeRegisters(299, [6])
    await inverter.writeRegisters(40_242, [3000])
    await inverter.writeRegister(40_246, 1)
    await charger.readInputRegisters(100, 1)
    await plant.clock.advance(1000)

    const { car, voltageV, inverter: limited } = plant.state()
    expect(car.powerW[0] / voltageV[0]).toBeCloseTo(6, 0)
    expect(sum(limited.powerW)).toBeLessThanOrEqual(3000)

    await charger.writeRegisters(337, [1])
    await charger.readInputRegisters(100, 1)
    await plant.clock.advance(1000)
    expect(plant.state().car.state).toBe(3)
    await expect(charger.writeRegister(299, 16)).rejects.toMatchObject({ modbusCode: 1 })
  })

  it('answers for absent units behind the gateway with exception 0x0B', async () => {
    await using plant = await start()
    await using gateway = await clientOf(plant, 'gateway', 3)
    await expect(answered(plant.clock, gateway.readInputRegisters(0, 2))).rejects.toMatchObject({ modbusCode: 0x0b })
  })
})
