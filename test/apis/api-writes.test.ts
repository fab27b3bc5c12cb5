import { writesOf } from '@main/apis/api-writes'
import { allDrivers } from '@main/drivers'
import { NATURES } from '@main/edge/nature'
import { readProfileLibrary } from '@main/profiles/profile-library'
import { TcpLinkPool } from '@main/protocols/links/tcp-link-pool'
import { startDemoPlant } from '@main/simulator/demo-plant'
import { systemClock } from '@shared/clock'
import { silentLogger } from '@shared/log'
import { beforeEach, describe, expect, it } from 'vitest'
import { type ApiEdge, apiEdge } from '../support/api-edge'
import { edgeWire, type RawLine } from '../support/edge-wire'
import { watchLeaks } from '../support/leaks'
import { ManualClock } from '../support/manual-clock'
import { type Fetched, setPoints } from '../support/set-points'

const admin = { id: 'admin', name: 'Administrator' }
const api = (apiTimeout = 60) => ({ factoryId: 'Controller.Api.Websocket', properties: { port: 0, apiTimeout } })

describe('what is set through an API', () => {
  let edge: ApiEdge
  let fetched: Fetched[]
  beforeEach(async () => {
    fetched = []
    edge = await apiEdge({
      drivers: [setPoints(fetched)],
      components: {
        ctrlApiWebsocket0: api(),
        ctrlApiWebsocket1: api(0),
        io0: { factoryId: 'Test.SetPoints' },
      },
    })
    return () => edge[Symbol.asyncDispose]()
  })
  const set = (address: string, value: unknown, through?: string) =>
    writesOf(edge.edge, through).set(address, value, admin)
  const cycle = async (times = 1) => {
    fetched.length = 0
    await edge.cycle(times)
    return fetched
  }

  it('is asked for in every cycle, until nothing was set for 60 s; then all of it is dropped', async () => {
    set('io0/Power', 1000)
    expect(await cycle(40)).toEqual(Array(40).fill({ Power: 1000 }))
    set('io0/Small', 3)
    expect(await cycle(60)).toEqual(Array(60).fill({ Power: 1000, Small: 3 }))
    expect(await cycle(3)).toEqual([{}, {}, {}])
    expect(edge.log.map(({ message }) => message)).toContain('Nothing was set for 60 s; dropped: io0/Power, io0/Small.')
  })

  it('never ends where the time-out is 0, and ends for each API by itself', async () => {
    set('io0/Power', 1, 'ctrlApiWebsocket0')
    set('io0/Small', 2, 'ctrlApiWebsocket1')
    await cycle(60)
    expect(await cycle(600)).toEqual(Array(600).fill({ Small: 2 }))
  })

  it('is taken back by null, and by an empty text where the channel holds no text', async () => {
    for (const nothing of [null, undefined, '']) {
      set('io0/Power', 5)
      expect(await cycle()).toEqual([{ Power: 5 }])
      set('io0/Power', nothing)
      expect(await cycle()).toEqual([{}])
    }
    set('io0/Text', '')
    expect(await cycle()).toEqual([{ Text: '' }])
  })

  it.each([
    ['Power', '1499.6', 1500],
    ['Power', -0.2, 0],
    ['Power', true, 1],
    ['Share', '12.5', 12.5],
    ['InputOutput0', true, 1],
    ['InputOutput0', 'off', 0],
    ['InputOutput0', 7, 1],
    ['Text', 12, '12'],
    ['Mode', 'Force', 2],
    ['Mode', 0, 0],
    ['Command', 800, 800],
  ])('%s: %j becomes %j', async (channel, raw, value) => {
    set(`io0/${channel}`, raw)
    expect(await cycle()).toEqual([{ [channel]: value }])
  })

  it.each([
    ['io0/Measured', 1, 'channel.not-writable', 'Channel [io0/Measured] is not a Write Channel'],
    ['_sum/EssSoc', 1, 'channel.not-writable', 'Channel [_sum/EssSoc] is not a Write Channel'],
    ['io0/Nothing', 1, 'channel.unknown', ''],
    ['io7/Power', 1, 'config.component-unknown', ''],
    ['io0/Power', 'much', 'channel.value', '"much" is no value for io0/Power [INTEGER].'],
    ['io0/Power', 3e9, 'channel.value', ''],
    ['io0/Power', Number.NaN, 'channel.value', ''],
    ['io0/Small', 40_000, 'channel.value', ''],
    ['io0/Share', Number.POSITIVE_INFINITY, 'channel.value', ''],
    ['io0/InputOutput0', 'perhaps', 'channel.value', ''],
    ['io0/Text', 'x'.repeat(1001), 'channel.value', ''],
    ['io0/Power', [1], 'channel.value', ''],
    ['io0/Mode', 'Sideways', 'channel.option', ''],
    ['io0/Mode', 1, 'channel.option', ''],
    ['io0/Mode', 'constructor', 'channel.option', ''],
  ])('%s: %j is refused with %s, and nothing is set', async (address, raw, key, text) => {
    let error: unknown
    try {
      set(address, raw)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ key, message: expect.stringContaining(text) })
    expect(await cycle()).toEqual([{}])
  })

  it('is an old wish after the laptop has slept', async () => {
    set('io0/Power', 1)
    expect(await cycle()).toEqual([{ Power: 1 }])
    edge.clock.jump(3_600_000)
    expect(await cycle(2)).toEqual([{}, {}])
  })

  it('reaches nothing where no scheduler runs the API, and the log says so', async () => {
    await edge.edge.deleteComponent('scheduler0', admin)
    await cycle(20)
    set('io0/Power', 1)
    expect(edge.log.map(({ message }) => message)).toContain(
      'No scheduler runs this API: what is set through it reaches no device.',
    )
    expect(await cycle()).toEqual([{}])
  })

  it('stands in the log: who, which channel, old, new', async () => {
    await edge.cycle()
    set('io0/Power', 900)
    set('io0/Power', null)
    expect(edge.log.slice(-2)).toMatchObject([
      { source: 'ctrlApiWebsocket0', level: 'info', message: 'admin: Administrator set io0/Power from 7 to 900.' },
      { message: 'admin: Administrator set io0/Power from 900 to null.' },
    ])
  })

  it('is not handed on to another component that takes the place of a deleted one', async () => {
    set('io0/Power', 1)
    await edge.edge.deleteComponent('io0', admin)
    await cycle()
    await edge.edge.createComponent('Test.SetPoints', [{ name: 'id', value: 'io0' }], admin)
    expect(await cycle(2)).toEqual([{}, {}])
  })

  it('waits for no device: what was not fetched before the end is taken back', async () => {
    const power = edge.edge.channel('io0/Command')
    set('io0/Command', 5)
    writesOf(edge.edge, undefined).run()
    set('io0/Command', null)
    expect(power.takeNextWrite()).toBeNull()
  })

  it('ends with its API', async () => {
    set('io0/Command', 5, 'ctrlApiWebsocket1')
    writesOf(edge.edge, 'ctrlApiWebsocket1').run()
    await edge.edge.updateComponent('ctrlApiWebsocket1', [{ name: 'enabled', value: false }], admin)
    expect(edge.edge.channel('io0/Command').takeNextWrite()).toBeNull()
    expect(await cycle(2)).toEqual([{}, {}])
  })
})

describe('setChannelValue', () => {
  const ask = (line: RawLine, params: Record<string, unknown>) =>
    line.ask({ jsonrpc: '2.0', id: 'x', method: 'setChannelValue', params })

  it('needs the role admin and an API that runs', async () => {
    const fetched: Fetched[] = []
    await using edge = await apiEdge({
      drivers: [setPoints(fetched)],
      components: { ctrlApiWebsocket0: api(), io0: { factoryId: 'Test.SetPoints' } },
    })
    using wire = edgeWire(edge)
    const params = { componentId: 'io0', channelId: 'Power', value: 5 }
    const owner = wire.connect()
    await owner.login('owner')
    expect(await ask(owner, params)).toMatchObject({ error: { code: 1002 } })
    const line = wire.connect()
    await line.login('admin')
    expect(await ask(line, params)).toMatchObject({ result: {} })
    expect(await ask(line, { ...params, channelId: 'Measured' })).toMatchObject({
      error: { code: 1, message: 'Channel [io0/Measured] is not a Write Channel' },
    })
    expect(await ask(line, { ...params, componentId: 'io9' })).toMatchObject({ error: { code: 2000 } })
    expect(await ask(line, { ...params, value: { deep: 1 } })).toMatchObject({ error: { code: 1 } })
    await edge.cycle()
    expect(fetched).toEqual([{ Power: 5 }])
    await edge.edge.deleteComponent('ctrlApiWebsocket0', admin)
    expect(await ask(line, params)).toMatchObject({ error: { code: 1006 } })
  })

  it('limits the simulated GEN24: the plant obeys, and is free again when nobody has repeated it for 60 s', async () => {
    await using _leaks = watchLeaks()
    const profiles = readProfileLibrary('resources', NATURES)
    const clock = new ManualClock()
    await using plant = await startDemoPlant({
      // The plant lives on the test's time; its sockets on their own.
      clock: { ...systemClock(), monotonic: () => clock.monotonic() },
      profiles,
      log: silentLogger,
    })
    const inverter = plant.hosts.find(({ what }) => what === 'inverter')
    await using links = new TcpLinkPool({ clock })
    await using edge = await apiEdge({
      clock,
      drivers: allDrivers({ links, profiles }),
      components: {
        ctrlApiWebsocket0: api(),
        modbus0: {
          factoryId: 'Bridge.Modbus.Tcp',
          properties: { ip: inverter?.host ?? '', port: inverter?.port ?? 0 },
        },
        pvInverter0: {
          factoryId: 'Sitewright.SunSpec.PvInverter',
          properties: { 'modbus.id': 'modbus0', modbusUnitId: 1, readOnly: false },
        },
      },
    })
    using wire = edgeWire(edge)
    const line = wire.connect()
    await line.login('admin')
    const power = () => plant.state().inverter.powerW.reduce((sum, watt) => sum + watt, 0)
    await edge.cycle(10)
    const free = power()
    expect(free).toBeGreaterThan(600)

    await ask(line, { componentId: 'pvInverter0', channelId: 'ActivePowerLimit', value: 500 })
    await edge.cycle(10)
    expect(power()).toBeGreaterThan(0)
    expect(power()).toBeLessThanOrEqual(500)
    expect(edge.edge.read('pvInverter0/ActivePower')).toBeLessThanOrEqual(500)
    await edge.cycle(49)
    expect(power()).toBeLessThanOrEqual(500)
    // The driver gives it a few seconds, so that a controller that misses its turn does not flap the inverter.
    await edge.cycle(20)
    expect(power()).toBeGreaterThan(600)
  })
})
