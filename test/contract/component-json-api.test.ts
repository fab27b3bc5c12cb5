import { defineDriver } from '@main/edge/component/driver'
import { DigitalInput } from '@main/edge/nature'
import { channelDocs, channelOf } from '@main/edge/nature/nature'
import { beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { edgeWire, type RawLine } from '../support/edge-wire'
import { FakeWire, fakeBridge, fakeMeter } from '../support/fake-meter'
import { rowsOf, unzip } from '../support/spreadsheet'
import { type TestEdge, testEdge } from '../support/test-edge'

const contacts = defineDriver({
  factoryId: 'Test.Contacts',
  name: 'Contacts',
  description: 'Two contacts and a count.',
  config: z.strictObject({}),
  natures: () => [DigitalInput],
  channels: () =>
    channelDocs({
      Input1: channelOf('BOOLEAN', '', 'RO'),
      Input2: channelOf('BOOLEAN', '', 'RO'),
      Count: channelOf('LONG', '', 'RO'),
    }),
  start: () => undefined,
})

let edge: TestEdge
let wire: ReturnType<typeof edgeWire>
let admin: RawLine

beforeEach(async () => {
  const fake = new FakeWire()
  edge = await testEdge({
    drivers: [fakeBridge(fake), fakeMeter(fake), contacts],
    components: {
      modbus0: { factoryId: 'Test.Bridge' },
      meter0: { factoryId: 'Test.Meter', properties: { 'modbus.id': 'modbus0', unit: 1 } },
      meter1: { factoryId: 'Test.Meter', properties: { 'modbus.id': 'modbus0', unit: 2, enabled: false } },
      io0: { factoryId: 'Test.Contacts' },
    },
  })
  wire = edgeWire(edge)
  admin = wire.connect()
  await admin.login('admin')
  return async () => {
    wire[Symbol.dispose]()
    await edge[Symbol.asyncDispose]()
  }
})

const ask = (line: RawLine, componentId: string, method: string, params: Record<string, unknown> = {}) => {
  const payload = { jsonrpc: '2.0', id: 'inner', method, params }
  return line.ask({ jsonrpc: '2.0', id: 'outer', method: 'componentJsonApi', params: { componentId, payload } })
}
const manager = (method: string, params?: Record<string, unknown>, line = admin) =>
  ask(line, '_componentManager', method, params)

const meterPower = {
  id: 'ActivePower',
  type: 'INTEGER',
  unit: 'W',
  accessMode: 'RO',
  category: 'OPENEMS_TYPE',
  persistencePriority: 'HIGH',
}

describe('_componentManager', () => {
  it('lists every factory with its natures, also those not in use', async () => {
    const { result } = await manager('getAllComponentFactories')
    expect(result).toMatchObject({
      factories: {
        'Test.Meter': {
          name: 'Test meter',
          natureIds: [
            'io.openems.edge.meter.api.ElectricityMeter',
            'io.openems.edge.bridge.modbus.api.ModbusComponent',
            'io.openems.edge.common.component.OpenemsComponent',
          ],
        },
        'Timedata.Rrd4j': { natureIds: expect.arrayContaining(['io.openems.edge.timedata.api.Timedata']) },
        'Core.Sum': {},
      },
    })
  })

  it('describes the properties of a factory, with the next free id', async () => {
    const { result } = await manager('getPropertiesOfFactory', { factoryId: 'Timedata.Rrd4j' })
    expect(result).toMatchObject({
      factory: { name: 'Timedata' },
      properties: [
        { id: 'id', defaultValue: 'rrd4j0' },
        { id: 'alias', defaultValue: '' },
        { id: 'enabled', defaultValue: true, schema: { type: 'toggle' } },
        { id: 'persistencePriority', defaultValue: 'HIGH', schema: { type: 'select' } },
        { id: 'isReadOnly', type: 'boolean' },
        { id: 'debugMode', type: 'boolean' },
        { id: 'keepSamplesDays', type: 'integer', defaultValue: 90 },
        { id: 'keepMinutesDays' },
        { id: 'maxSizeMb' },
      ],
    })
    expect(await manager('getPropertiesOfFactory', { factoryId: 'Acme.Meter' })).toMatchObject({
      error: { code: 1, key: 'config.factory-unknown', message: 'There is no factory Acme.Meter in this edge.' },
    })
  })

  it('exports the channels of a component as a sheet', async () => {
    await edge.cycle()
    const { payload } = (await manager('channelExportXlsx', { componentId: 'meter0' })).result as { payload: string }
    const rows = rowsOf(unzip(Buffer.from(payload, 'base64')))
    expect(rows[0]).toEqual({ A: 'Component', B: 'meter0' })
    expect(rows[5]).toMatchObject({ A: 'Channel', B: 'Value', C: 'Unit' })
    const power = rows.find(({ A }) => A === 'ActivePower')
    expect(power).toMatchObject({ C: 'W', E: 'RO', F: 'INTEGER' })
    expect(power?.B).toBe(edge.edge.read('meter0/ActivePower'))
    expect(rows.find(({ A }) => A === 'State')).toMatchObject({ B: 0 })
    const owner = wire.connect()
    await owner.login('owner')
    expect(await manager('channelExportXlsx', { componentId: 'meter0' }, owner)).toMatchObject({
      error: { code: 1002 },
    })
  })

  it('tells the channels of a component, one channel, its states and how many there are', async () => {
    expect(await manager('getChannelsOfComponent', { componentId: 'meter0' })).toMatchObject({
      result: { channels: expect.arrayContaining([expect.objectContaining(meterPower)]) },
    })
    expect(await manager('getChannel', { componentId: 'meter0', channelId: 'ActivePower' })).toMatchObject({
      id: 'outer',
      result: { channel: meterPower },
    })
    const states = await manager('getStateChannelsOfComponent', { componentId: 'meter0' })
    expect(states.result).toMatchObject({
      channels: [{ id: 'ModbusCommunicationFailed', category: 'STATE', level: 'WARNING', type: 'BOOLEAN' }],
    })
    const all = [...edge.edge.registry.channels()].length
    expect(await manager('getChannelCount')).toMatchObject({ result: { numberOfChannels: all } })
  })

  it('tells the contacts of digital inputs alone', async () => {
    const { result } = await manager('getDigitalInputChannelsOfComponents', { componentIds: ['io0', 'meter0'] })
    expect(result).toMatchObject({
      channelsPerComponent: [{ componentId: 'io0', channels: [{ id: 'Input1' }, { id: 'Input2' }] }],
    })
  })

  it('shows a component that is switched off, unless only enabled ones are asked for', async () => {
    const meter1 = { componentId: 'meter1' }
    expect(await manager('getChannelsOfComponent', meter1)).toHaveProperty('result.channels')
    expect(await manager('getChannelsOfComponent', { ...meter1, requireEnabled: true })).toMatchObject({
      error: { code: 2000, data: ['meter1'] },
    })
  })

  it('shows a guest channels, not factories', async () => {
    const guest = wire.connect()
    await guest.login('user')
    expect(await manager('getChannelsOfComponent', { componentId: 'meter0' }, guest)).toHaveProperty('result')
    for (const method of ['getAllComponentFactories', 'getPropertiesOfFactory', 'getChannelCount']) {
      expect(await manager(method, { factoryId: 'Core.Sum' }, guest)).toMatchObject({
        error: { code: 1002, data: [method, 'GUEST'] },
      })
    }
  })
})

describe('_host', () => {
  it('tells the addresses of the machine to an owner, not to a guest', async () => {
    const owner = wire.connect()
    await owner.login('owner')
    expect(await ask(owner, '_host', 'getNetworkInfo')).toMatchObject({
      result: { networkInterfaces: expect.any(Array), routes: [] },
    })
    expect(await ask(owner, '_host', 'getNetworkConfig')).toHaveProperty('result.interfaces')
    const guest = wire.connect()
    await guest.login('user')
    expect(await ask(guest, '_host', 'getNetworkInfo')).toMatchObject({ error: { code: 1002 } })
  })

  it.each([
    'setNetworkConfig',
    'executeSystemCommand',
    'executeSystemRestart',
    'executeSystemUpdate',
    'getSystemUpdateState',
  ])('%s is never served, not even to an admin', async (method) => {
    expect(await ask(admin, '_host', method)).toMatchObject({ id: 'outer', error: { code: 4001, data: [method] } })
  })
})

describe('a question nobody answers', () => {
  it('is refused with the code that tells why', async () => {
    expect(await ask(admin, 'meter9', 'getChannels')).toMatchObject({ error: { code: 2000, data: ['meter9'] } })
    expect(await ask(admin, 'meter0', 'getChannels')).toMatchObject({
      error: { code: 1, key: 'rpc.no-json-api', message: 'Component meter0 has no JSON-API.' },
    })
    expect(await ask(admin, '_meta', 'getChannels')).toMatchObject({ error: { code: 4001, data: ['getChannels'] } })
    expect(await manager('toString')).toMatchObject({ error: { code: 4001 } })
    expect(await manager('getChannel', { componentId: 'meter0', channelId: 'Nothing' })).toMatchObject({
      error: { code: 1000, data: ['meter0/Nothing'] },
    })
    expect(await manager('getChannel', { componentId: 7 })).toMatchObject({ error: { code: 1, key: 'rpc.params' } })
    const params = { componentId: '_componentManager', payload: { method: 'getChannelCount' } }
    expect(await admin.ask({ jsonrpc: '2.0', id: '1', method: 'componentJsonApi', params })).toMatchObject({
      error: { code: 4002 },
    })
  })

  it('inside edgeRpc comes back one level deep, as the official UI reads it', async () => {
    const inner = { jsonrpc: '2.0', id: 'c', method: 'getChannelCount', params: {}, requiredState: 9 }
    const payload = {
      jsonrpc: '2.0',
      id: 'b',
      method: 'componentJsonApi',
      params: { componentId: '_componentManager', payload: inner },
    }
    expect(await admin.ask({ jsonrpc: '2.0', id: 'a', method: 'edgeRpc', params: { edgeId: '0', payload } })).toEqual({
      jsonrpc: '2.0',
      id: 'a',
      result: { payload: { jsonrpc: '2.0', id: 'b', result: { numberOfChannels: expect.any(Number) } } },
    })
  })
})
