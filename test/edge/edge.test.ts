import { describe, expect, it } from 'vitest'
import { FakeWire, fakeBridge, fakeMeter } from '../support/fake-meter'
import { memoryHistory, testEdge } from '../support/test-edge'

const meter = (unit: number, type = 'GRID') => ({
  factoryId: 'Test.Meter',
  properties: { 'modbus.id': 'modbus0', unit, type },
})
const modbus0 = { factoryId: 'Test.Bridge' }
const admin = { id: 'admin', name: 'Administrator' }

function site(components = {}) {
  const wire = new FakeWire()
  return { wire, options: { drivers: [fakeBridge(wire), fakeMeter(wire)], components: { modbus0, ...components } } }
}

describe('the process image', () => {
  it('stands still while devices are read, and switches at the start of the next cycle', async () => {
    const { wire, options } = site({ meter0: meter(1) })
    wire.power.set(1, 1500)
    await using edge = await testEdge(options)

    edge.edge.startRounds({ number: 1, timestamp: 0, cycleTimeMs: 1000 })
    await edge.edge.buses()[0]?.settled()
    expect(edge.edge.read('meter0/ActivePower')).toBeNull()
    edge.edge.cycle.run()
    expect(edge.edge.read('meter0/ActivePower')).toBe(1500)
  })

  it('shows "not known", never zero and never the last number, once a meter stops answering', async () => {
    const { wire, options } = site({ meter0: meter(1) })
    wire.power.set(1, 1500)
    await using edge = await testEdge(options)
    await edge.cycle()
    expect(edge.snapshot('meter0')).toMatchObject({ ActivePower: 1500, ModbusCommunicationFailed: 0, State: 0 })

    wire.silent.add(1)
    await edge.cycle()
    expect(edge.snapshot('meter0')).toMatchObject({ ActivePower: null, ModbusCommunicationFailed: 1, State: 2 })
    expect(edge.edge.channel('meter0/ActivePower').lastValue).toBe(1500)
    expect(edge.edge.read('_sum/State')).toBe(2)
  })

  it('makes every value unknown after a sleep, and reads again in the next round', async () => {
    const { wire, options } = site({ meter0: meter(1) })
    wire.power.set(1, 700)
    await using edge = await testEdge(options)
    await edge.cycle(2)
    edge.clock.jump(3_600_000)
    edge.edge.cycle.run()
    expect(edge.edge.read('meter0/ActivePower')).toBeNull()
    expect(edge.log.some((entry) => entry.message.includes('sleep'))).toBe(true)
    await edge.cycle()
    expect(edge.edge.read('meter0/ActivePower')).toBe(700)
  })
})

describe('a dead device', () => {
  it('costs the others nothing: it is asked again after 2, 4, 6 … seconds only, and last', async () => {
    const { wire, options } = site({ meter0: meter(1), meter1: meter(2, 'PRODUCTION') })
    wire.silent.add(1)
    wire.power.set(2, 10)
    await using edge = await testEdge(options)
    await edge.cycle(1)
    wire.asked.length = 0
    await edge.cycle(12)
    const dead = wire.asked.filter((unit) => unit === 1).length
    const alive = wire.asked.filter((unit) => unit === 2).length
    expect(dead).toBeLessThanOrEqual(4)
    expect(alive).toBeGreaterThanOrEqual(12)
    expect(edge.edge.read('meter1/ActivePower')).toBe(10)
  })

  it('is read again as soon as it answers', async () => {
    const { wire, options } = site({ meter0: meter(1) })
    wire.silent.add(1)
    await using edge = await testEdge(options)
    await edge.cycle()
    wire.silent.delete(1)
    wire.power.set(1, 42)
    await edge.cycle(3)
    expect(edge.snapshot('meter0')).toMatchObject({ ActivePower: 42, ModbusCommunicationFailed: 0 })
  })

  it('that refuses a block lives: only that block is unknown, and it is not called lost', async () => {
    const { wire, options } = site({ meter0: meter(1) })
    wire.refusing.add(1)
    await using edge = await testEdge(options)
    await edge.cycle(3)
    expect(edge.snapshot('meter0')).toMatchObject({ ActivePower: null, ModbusCommunicationFailed: 0 })
    expect(wire.asked.length).toBe(1)
  })
})

it('keeps the values of a device through as many misses as its bridge tolerates', async () => {
  const { wire, options } = site({ meter0: meter(1) })
  wire.power.set(1, 900)
  const patient = { factoryId: 'Test.Bridge', properties: { failuresUntilUnknown: 3 } }
  await using edge = await testEdge({ ...options, components: { ...options.components, modbus0: patient } })
  await edge.cycle()
  wire.silent.add(1)
  await edge.cycle()
  expect(edge.snapshot('meter0')).toMatchObject({ ActivePower: 900, ModbusCommunicationFailed: 0 })
  await edge.cycle(2)
  expect(edge.snapshot('meter0')).toMatchObject({ ActivePower: null, ModbusCommunicationFailed: 1 })
})

describe('the configuration', () => {
  it('creates, changes and deletes components, and tells who listens', async () => {
    const { wire, options } = site()
    wire.power.set(7, 99)
    await using edge = await testEdge(options)
    const heard: string[][] = []
    edge.edge.onConfig((config) => heard.push(Object.keys(config.components).filter((id) => id.startsWith('meter'))))

    const properties = [
      { name: 'id', value: 'meter0' },
      { name: 'modbus.id', value: 'modbus0' },
      { name: 'unit', value: 7 },
    ]
    await edge.edge.createComponent('Test.Meter', properties, admin)
    await edge.cycle()
    expect(edge.edge.read('meter0/ActivePower')).toBe(99)
    await edge.edge.updateComponent('meter0', [{ name: 'alias', value: 'Main meter' }], admin)
    expect(edge.edge.edgeConfig().components.meter0).toMatchObject({
      alias: 'Main meter',
      factoryId: 'Test.Meter',
      properties: { unit: 7, enabled: true, type: 'GRID', _lastChangeBy: 'admin: Administrator' },
    })
    await edge.edge.deleteComponent('meter0', admin)
    expect(heard).toEqual([['meter0'], ['meter0'], []])
    expect(Object.keys(edge.store.load().components)).toEqual(['modbus0'])
  })

  it.each([
    ['an unknown factory', 'Test.Nothing', [{ name: 'id', value: 'meter0' }], /no factory Test\.Nothing/],
    ['a missing id', 'Test.Meter', [{ name: 'unit', value: 1 }], /"id" is missing/],
    ['an id that is none', 'Test.Bridge', [{ name: 'id', value: 'Meter 1' }], /"Meter 1" is no component id/],
    [
      'a property that does not exist',
      'Test.Bridge',
      [
        { name: 'id', value: 'modbus1' },
        { name: 'ipp', value: 'x' },
      ],
      /no such property: ipp/,
    ],
    [
      'a text where a number is due',
      'Test.Meter',
      [
        { name: 'id', value: 'meter0' },
        { name: 'modbus.id', value: 'modbus0' },
        { name: 'unit', value: 'one' },
      ],
      /unit: /,
    ],
    [
      'a reference to nothing',
      'Test.Meter',
      [
        { name: 'id', value: 'meter0' },
        { name: 'modbus.id', value: 'modbus9' },
        { name: 'unit', value: 1 },
      ],
      /no component modbus9/,
    ],
  ])('refuses %s with what is wrong, and stores nothing', async (_name, factory, properties, message) => {
    const { options } = site()
    await using edge = await testEdge(options)
    const before = edge.store.load()
    await expect(edge.edge.createComponent(factory, properties, admin)).rejects.toThrow(message)
    expect(edge.store.load()).toEqual(before)
  })

  it('does not delete a bridge that is in use, and names who uses it', async () => {
    const { options } = site({ meter0: meter(1) })
    await using edge = await testEdge(options)
    await expect(edge.edge.deleteComponent('modbus0', admin)).rejects.toThrow(/meter0 still uses it/)
  })

  it('keeps what cannot run, says so on _componentManager, and starts it once it can', async () => {
    const { wire, options } = site({ meter0: meter(1) })
    wire.power.set(1, 5)
    await using edge = await testEdge(options)
    await edge.edge.updateComponent('modbus0', [{ name: 'enabled', value: false }], admin)
    await edge.cycle()
    expect(edge.edge.read('_componentManager/ConfigNotActivated')).toBe(1)
    expect(edge.edge.registry.problemOf('meter0')).toMatch(/modbus0, which it needs, does not run/)
    await edge.edge.updateComponent('modbus0', [{ name: 'enabled', value: true }], admin)
    await edge.cycle(2)
    expect(edge.snapshot('_componentManager')).toMatchObject({ ConfigNotActivated: 0 })
    expect(edge.edge.read('meter0/ActivePower')).toBe(5)
  })
})

it('records changed values once per cycle, all known ones first, under the cycle time', async () => {
  const { wire, options } = site({ meter0: meter(1), rrd4j0: { factoryId: 'Timedata.Rrd4j' } })
  const history = memoryHistory()
  wire.power.set(1, 1)
  await using edge = await testEdge({ ...options, history })
  await edge.cycle(3)
  expect(history.rows).toHaveLength(3)
  expect(history.rows[0]?.changes.get('meter0/ActivePower')).toBe(1)
  expect(history.rows[2]?.changes.has('meter0/ActivePower')).toBe(false)
  expect(history.rows.every((row) => row.at % 1000 === 0)).toBe(true)
})

it('records that a removed or restarted component is not known, so that no old value stands on', async () => {
  const { wire, options } = site({ meter0: meter(1), rrd4j0: { factoryId: 'Timedata.Rrd4j' } })
  const history = memoryHistory()
  wire.power.set(1, 77)
  await using edge = await testEdge({ ...options, history })
  const last = () => history.rows.at(-1)?.changes.get('meter0/ActivePower')
  await edge.cycle()
  expect(last()).toBe(77)
  await edge.edge.updateComponent('meter0', [{ name: 'alias', value: 'Main' }], admin)
  edge.edge.cycle.run()
  expect(last()).toBeNull()
  await edge.clock.advance(1000)
  await edge.cycle()
  expect(last()).toBe(77)
  await edge.edge.deleteComponent('meter0', admin)
  await edge.cycle()
  expect(last()).toBeNull()
})

it('keeps the extremes of _sum over a restart', async () => {
  const { wire, options } = site({ meter0: meter(1) })
  wire.power.set(1, 4200)
  const first = await testEdge(options)
  await first.cycle(2)
  await first[Symbol.asyncDispose]()
  await using second = await testEdge({ drivers: options.drivers, store: first.store })
  await second.cycle()
  expect(second.edge.read('_sum/GridMaxActivePower')).toBe(4200)
})
