import { defineDriver } from '@main/edge/component/driver'
import { MemoryConfigStore } from '@main/edge/config/config-store'
import { Edge } from '@main/edge/edge'
import { ElectricityMeter } from '@main/edge/nature'
import { createLogger } from '@shared/log'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { FakeWire, fakeBridge, fakeMeter } from '../support/fake-meter'
import { ManualClock, settle } from '../support/manual-clock'
import { memoryHistory, testEdge } from '../support/test-edge'

const admin = { id: 'admin', name: 'Administrator' }
const modbus0 = { factoryId: 'Test.Bridge' }
const meter = (unit: number, bridge = 'modbus0') => ({
  factoryId: 'Test.Meter',
  properties: { 'modbus.id': bridge, unit },
})

function site(components = {}) {
  const wire = new FakeWire()
  return { wire, options: { drivers: [fakeBridge(wire), fakeMeter(wire)], components: { modbus0, ...components } } }
}

/** Something slow to start, whose starts and stops the test sees. */
function gate() {
  const open: string[] = []
  let release: () => void = () => {}
  let fails = false
  const driver = defineDriver({
    factoryId: 'Test.Gate',
    name: 'Gate',
    description: 'Starts when the test says so.',
    config: z.strictObject({ slow: z.boolean().default(false) }),
    natures: () => [],
    async start({ slow }, { id, cycle }) {
      cycle.on('AFTER_WRITE', () => {})
      if (slow)
        await new Promise<void>((resolve) => {
          release = resolve
        })
      if (fails) throw new Error('the port is taken')
      open.push(id)
      return { [Symbol.dispose]: () => void open.splice(open.indexOf(id), 1) }
    },
  })
  const fail = (is: boolean) => {
    fails = is
  }
  return { open, driver, release: () => release(), fail }
}

describe('_sum', () => {
  it('keeps the extremes it has learned when something else is configured', async () => {
    const { wire, options } = site({ meter0: meter(1) })
    await using edge = await testEdge(options)
    wire.power.set(1, 4200)
    await edge.cycle(2)
    wire.power.set(1, 100)
    await edge.edge.updateComponent('meter0', [{ name: 'alias', value: 'Main' }], admin)
    await edge.cycle(2)
    expect(edge.edge.read('_sum/GridMaxActivePower')).toBe(4200)
  })

  it('keeps them when it is configured itself, with only what is sent changed', async () => {
    const { wire, options } = site({ meter0: meter(1) })
    await using edge = await testEdge(options)
    wire.power.set(1, 4200)
    await edge.cycle(2)
    await edge.edge.createComponent('Core.Sum', [{ name: 'ignoreStateComponents', value: ['meter0'] }], admin)
    wire.power.set(1, 100)
    await edge.cycle(2)
    expect(edge.edge.read('_sum/GridMaxActivePower')).toBe(4200)
    expect(edge.edge.edgeConfig().components._sum?.properties).toMatchObject({
      gridMaxActivePower: 4200,
      ignoreStateComponents: ['meter0'],
    })
  })
})

it('follows a new cycle time at once, without a restart', async () => {
  const { options } = site()
  await using edge = await testEdge(options)
  edge.edge.start()
  await edge.clock.advance(3_000)
  const before = edge.edge.cycle.number
  await edge.edge.updateComponent('_cycle', [{ name: 'cycleTime', value: 200 }], admin)
  await edge.clock.advance(2_000)
  expect(edge.edge.cycle.number - before).toBeGreaterThanOrEqual(9)
  expect(edge.edge.edgeConfig().components._cycle).toMatchObject({ factoryId: 'Core.Cycle' })
})

it('runs with the defaults of a single component whose stored configuration is no good, and says so', async () => {
  const { options } = site({ _cycle: { factoryId: 'Core.Cycle', properties: { cycleTime: 5 } } })
  await using edge = await testEdge(options)
  await edge.cycle()
  expect(edge.edge.cycle.cycleTimeMs).toBe(1000)
  expect(edge.edge.registry.problemOf('_cycle')).toMatch(/cycleTime/)
  expect(edge.edge.read('_componentManager/ConfigNotActivated')).toBe(1)
})

it('refuses an id that only what every edge has may carry, for it could never be deleted', async () => {
  const { options } = site()
  await using edge = await testEdge(options)
  await expect(edge.edge.createComponent('Test.Bridge', [{ name: 'id', value: '_mine' }], admin)).rejects.toThrow(
    /_mine cannot be made/,
  )
})

it('stops and says why when two components refer to each other, instead of going in circles', async () => {
  const { options } = site({ meter0: meter(1), meter1: meter(2) })
  const edge = await testEdge(options)
  await edge.edge.updateComponent('meter0', [{ name: 'modbus.id', value: 'meter1' }], admin)
  await edge.edge.updateComponent('meter1', [{ name: 'modbus.id', value: 'meter0' }], admin)
  expect(edge.edge.registry.notActivated()).toEqual(['meter0', 'meter1'])
  await edge.edge.updateComponent('meter1', [{ name: 'modbus.id', value: 'modbus0' }], admin)
  expect(edge.edge.registry.notActivated()).toEqual(['meter0'])
  await edge[Symbol.asyncDispose]()
  expect(edge.edge.buses()).toEqual([])
})

it('tells all natures of a factory, although one component of it could not be built', async () => {
  const { options } = site({ meter0: meter(1), meter1: { factoryId: 'Test.Meter', properties: { unit: 'one' } } })
  await using edge = await testEdge(options)
  expect(edge.edge.edgeConfig().factories['Test.Meter']?.natureIds).toContain(ElectricityMeter.id)
})

describe('a component that cannot start', () => {
  it('leaves nothing behind and is tried again every few cycles, until it can', async () => {
    const { open, driver, fail } = gate()
    fail(true)
    await using edge = await testEdge({ drivers: [driver], components: { gate0: { factoryId: 'Test.Gate' } } })
    expect(edge.edge.registry.problemOf('gate0')).toBe('the port is taken')
    await edge.cycle(4)
    expect(edge.log.filter(({ message }) => message.includes('the port is taken'))).toHaveLength(1)
    fail(false)
    await edge.cycle(6)
    expect([open, edge.edge.registry.problemOf('gate0')]).toEqual([['gate0'], null])
  })

  it('does not make the history write everything down again at each try', async () => {
    const { driver, fail } = gate()
    fail(true)
    const history = memoryHistory()
    await using edge = await testEdge({
      drivers: [driver],
      history,
      components: { gate0: { factoryId: 'Test.Gate' }, rrd4j0: { factoryId: 'Timedata.Rrd4j' } },
    })
    await edge.cycle(20)
    const [first, ...later] = history.rows.map(({ changes }) => changes.size)
    expect(first).toBeGreaterThan(20)
    expect(Math.max(...later)).toBeLessThan(10)
  })
})

it('records a component as not known while it is made anew, known when it is there, not known when it is gone', async () => {
  const { driver, release } = gate()
  const history = memoryHistory()
  const components = { rrd4j0: { factoryId: 'Timedata.Rrd4j' }, gate0: { factoryId: 'Test.Gate' } }
  await using edge = await testEdge({ drivers: [driver], history, components })
  const last = () => history.rows.at(-1)?.changes.get('gate0/State')
  await edge.cycle()
  expect(last()).toBe(0)
  const slow = edge.edge.updateComponent('gate0', [{ name: 'slow', value: true }], admin)
  await settle()
  await edge.cycle()
  expect(last()).toBeNull()
  release()
  await slow
  await edge.cycle()
  expect(last()).toBe(0)
  await edge.edge.deleteComponent('gate0', admin)
  await edge.cycle()
  expect(last()).toBeNull()
})

it('closes what it has started when it cannot open as a whole', async () => {
  const { open, driver } = gate()
  const clock = new ManualClock()
  const store = new MemoryConfigStore({
    components: {
      gate0: { factoryId: 'Test.Gate', alias: '', properties: {} },
      _sum: { factoryId: 'Test.Gate', alias: '', properties: {} },
    },
  })
  const options = {
    clock,
    log: createLogger(
      '',
      () => {},
      () => 0,
    ),
    version: '2026.5.0',
    store,
    history: memoryHistory(),
  }
  await expect(Edge.open({ ...options, drivers: [driver] })).rejects.toThrow()
  expect(open).toEqual([])
})

it('stops everything although the store is full', async () => {
  const { wire, options } = site({ meter0: meter(1), gate0: { factoryId: 'Test.Gate' } })
  const { open, driver } = gate()
  class FullStore extends MemoryConfigStore {
    override save(): void {
      throw new Error('no space left')
    }
  }
  wire.power.set(1, 4200)
  const complete = Object.fromEntries(
    Object.entries(options.components).map(([id, component]) => [id, { alias: '', properties: {}, ...component }]),
  )
  const store = new FullStore({
    components: { ...complete, gate0: { factoryId: 'Test.Gate', alias: '', properties: {} } },
  })
  const edge = await testEdge({ drivers: [...options.drivers, driver], store })
  await edge.cycle(2)
  expect(open).toEqual(['gate0'])
  await edge[Symbol.asyncDispose]()
  expect(open).toEqual([])
  expect(edge.log.some(({ message }) => message.includes('no space left'))).toBe(true)
})

describe('the history', () => {
  it('keeps what is as important as asked for, and never what is only written', async () => {
    const { wire, options } = site({
      meter0: meter(1),
      rrd4j0: { factoryId: 'Timedata.Rrd4j', properties: { persistencePriority: 'VERY_HIGH' } },
    })
    const history = memoryHistory()
    wire.power.set(1, 1500)
    await using edge = await testEdge({ ...options, history })
    await edge.cycle()
    const kept = [...(history.rows[0]?.changes.keys() ?? [])]
    expect(kept).toContain('_sum/GridActivePower')
    expect(kept).toContain('meter0/State')
    expect(kept).not.toContain('meter0/ActivePower')
  })

  it('is not written by a historian that is read only, and not there without one', async () => {
    const { options } = site({ rrd4j0: { factoryId: 'Timedata.Rrd4j', properties: { isReadOnly: true } } })
    const history = memoryHistory()
    await using edge = await testEdge({ ...options, history })
    await edge.cycle(2)
    expect(history.rows).toEqual([])
    expect(edge.edge.history).toBe(history)
    await edge.edge.deleteComponent('rrd4j0', admin)
    expect(edge.edge.history).toBeNull()
  })
})
