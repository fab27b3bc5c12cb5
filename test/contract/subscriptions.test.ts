import { edgeMethods } from '@shared/rpc'
import { beforeEach, expect, it } from 'vitest'
import { edgeWire, type RawLine } from '../support/edge-wire'
import { FakeWire, fakeBridge, fakeMeter } from '../support/fake-meter'
import { ManualClock } from '../support/manual-clock'
import { type TestEdge, testEdge } from '../support/test-edge'

let edge: TestEdge
let wire: ReturnType<typeof edgeWire>
let admin: RawLine

beforeEach(async () => {
  const fake = new FakeWire()
  edge = await testEdge({
    clock: new ManualClock(Date.UTC(2026, 0, 31, 11, 0, 0, 123)),
    drivers: [fakeBridge(fake), fakeMeter(fake)],
    components: {
      modbus0: { factoryId: 'Test.Bridge' },
      meter0: { factoryId: 'Test.Meter', properties: { 'modbus.id': 'modbus0', unit: 1 } },
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

const ask = (line: RawLine, method: string, params: Record<string, unknown> = {}) =>
  line.ask({ jsonrpc: '2.0', id: method, method, params })
const askWrapped = (line: RawLine, method: string, params: Record<string, unknown> = {}) =>
  ask(line, 'edgeRpc', { edgeId: '0', payload: { jsonrpc: '2.0', id: 'inner', method, params } })

it('a system log asked for in edgeRpc comes in edgeRpc, with the time of the machine and no debug lines', async () => {
  await askWrapped(admin, 'subscribeSystemLog', { subscribe: true })
  const log = edge.edge.systemLog.logger
  log.child('modbus0').debug('too small to tell')
  log.info('The cycle runs.')
  await ask(admin, 'getEdges')
  expect(admin.heard).toEqual([
    {
      jsonrpc: '2.0',
      method: 'edgeRpc',
      params: {
        edgeId: '0',
        payload: {
          jsonrpc: '2.0',
          method: 'systemLog',
          params: {
            line: {
              time: expect.stringMatching(/^2026-01-31T\d\d:00:00\.123[+-]\d\d:\d\d$/),
              level: 'INFO',
              source: 'edge',
              message: 'The cycle runs.',
            },
          },
        },
      },
    },
  ])
  const [heard] = admin.heard as { params: { payload: { params: { line: { time: string } } } } }[]
  expect(Date.parse(heard?.params.payload.params.line.time ?? '')).toBe(Date.UTC(2026, 0, 31, 11, 0, 0, 123))
  expect(edge.log.map(({ source, message }) => `${source} ${message}`)).toContain('modbus0 too small to tell')
})

it('the system log ends with the session, and is not for guests', async () => {
  await ask(admin, 'subscribeSystemLog', { subscribe: true })
  await ask(admin, 'logout')
  edge.edge.systemLog.logger.info('after logout')
  await ask(admin, 'getEdges')
  expect(admin.heard).toEqual([])

  const guest = wire.connect()
  await guest.login('user')
  expect(await ask(guest, 'subscribeSystemLog', { subscribe: true })).toMatchObject({ error: { code: 1002 } })
})

it('a UI hears of new channels once, with the process image that has them', async () => {
  await ask(admin, 'subscribeChannelUpdate', { subscribe: true })
  await edge.cycle(2)
  expect(admin.heard).toEqual([])
  const meter1 = [
    { name: 'id', value: 'meter1' },
    { name: 'modbus.id', value: 'modbus0' },
    { name: 'unit', value: 2 },
  ]
  await ask(admin, 'createComponentConfig', { factoryPid: 'Test.Meter', properties: meter1 })
  await edge.cycle(3)
  expect(admin.heard).toEqual([{ jsonrpc: '2.0', method: 'channelUpdate', params: {} }])

  await ask(admin, 'subscribeChannelUpdate', { subscribe: false })
  await ask(admin, 'deleteComponentConfig', { componentId: 'meter1' })
  await edge.cycle()
  expect(admin.heard).toHaveLength(1)
})

it('a component that cannot start is tried again without a word to anybody', async () => {
  const broken = { factoryId: 'Test.Meter', alias: '', properties: { 'modbus.id': 'modbus9', unit: 3 } }
  await using other = await testEdge({
    drivers: [fakeMeter(new FakeWire())],
    components: { meter9: broken },
  })
  using otherWire = edgeWire(other)
  const line = otherWire.connect()
  await line.login('admin')
  await ask(line, 'subscribeChannelUpdate', { subscribe: true })
  await other.cycle(20)
  expect(line.heard).toEqual([])
})

it('routes describes every method of the contract and of the components', async () => {
  const { result } = await ask(admin, 'routes')
  const { version, endpoints } = result as { version: string; endpoints: { method: string; parent: unknown[] }[] }
  expect(version).toBe('1')
  const own = endpoints.filter(({ parent }) => parent.length === 0).map(({ method }) => method)
  expect(own.sort()).toEqual(Object.keys(edgeMethods).sort())
  expect(endpoints.find(({ method }) => method === 'createComponentConfig')).toMatchObject({
    guards: [{ name: 'role', role: 'ADMIN' }],
    request: { json: { type: 'object', required: ['factoryPid', 'properties'] } },
  })
  expect(endpoints.find(({ method }) => method === 'getNetworkInfo')).toMatchObject({
    guards: [{ role: 'OWNER' }],
    parent: [
      { method: 'componentJsonApi', request: { base: { componentId: '_host' }, pathToSubrequest: ['payload'] } },
    ],
  })
})

it('the user page of the official UI gets an answer', async () => {
  expect(await ask(admin, 'getUserInformation')).toMatchObject({
    result: { user: { lastname: 'Administrator', address: { city: '' }, company: { name: '' } } },
  })
})
