import { beforeEach, describe, expect, it } from 'vitest'
import { edgeWire, type RawLine } from '../support/edge-wire'
import { FakeWire, fakeBridge, fakeMeter } from '../support/fake-meter'
import { type TestEdge, testEdge } from '../support/test-edge'

/**
 * Every example of the customer's document "Internal Component Communication", replayed word for word. Ids there are the
 * word UUID; ids that are no UUIDs are echoed. Its error example shows `result` where the wire has `error`; the wire's
 * form counts.
 */
const uuid = '5b0d3c4e-8f3a-4b11-9a77-0d2f0c6a1c8f'

let edge: TestEdge
let line: RawLine
const fake = new FakeWire()

beforeEach(async () => {
  fake.power.set(1, 1500)
  edge = await testEdge({
    drivers: [fakeBridge(fake), fakeMeter(fake)],
    components: {
      modbus0: { factoryId: 'Test.Bridge' },
      meter0: { factoryId: 'Test.Meter', properties: { 'modbus.id': 'modbus0', unit: 1 } },
    },
  })
  const wire = edgeWire(edge)
  line = wire.connect()
  await line.login('admin')
  return async () => {
    wire[Symbol.dispose]()
    await edge[Symbol.asyncDispose]()
  }
})

describe('1. JSON-RPC introduction', () => {
  it('1.1, 1.2: a request is answered once, with its own id and a result', async () => {
    expect(await line.ask({ jsonrpc: '2.0', id: uuid, method: 'getEdges', params: {} })).toMatchObject({
      jsonrpc: '2.0',
      id: uuid,
      result: { edges: [{ id: '0', isOnline: true, role: 'admin' }] },
    })
  })

  it('1.3: an error carries code, message and data, in the form of the wire', async () => {
    expect(await line.ask({ jsonrpc: '2.0', id: uuid, method: 'method', params: {} })).toMatchObject({
      jsonrpc: '2.0',
      id: uuid,
      error: { code: 4001, message: 'Unhandled JSON-RPC method [method]', data: ['method'] },
    })
  })

  it('1.4: a notification is not answered', async () => {
    line.send(JSON.stringify({ jsonrpc: '2.0', method: 'method', params: {} }))
    await line.ask({ jsonrpc: '2.0', id: uuid, method: 'getEdges', params: {} })
    expect(line.heard).toEqual([])
  })

  it('echoes an id that is no UUID', async () => {
    expect(await line.ask({ jsonrpc: '2.0', id: 'UUID', method: 'getEdgeConfig', params: {} })).toMatchObject({
      id: 'UUID',
    })
  })
})

describe('2. Example communication messages', () => {
  it('2.1: subscribed channels arrive as currentData every cycle, until an empty list is sent', async () => {
    const channels = ['meter0/ActivePower', 'ess0/Soc']
    const answer = await line.ask({
      jsonrpc: '2.0',
      id: uuid,
      method: 'subscribeChannels',
      params: { count: 1, channels },
    })
    expect(answer).toEqual({ jsonrpc: '2.0', id: uuid, result: {} })

    await edge.cycle(2)
    expect(line.heard).toEqual(
      Array(2).fill({
        jsonrpc: '2.0',
        method: 'currentData',
        params: { 'meter0/ActivePower': 1500, 'ess0/Soc': null },
      }),
    )
    await line.ask({ jsonrpc: '2.0', id: uuid, method: 'subscribeChannels', params: { count: 2, channels: [] } })
    await edge.cycle()
    expect(line.heard).toHaveLength(2)
  })

  it('2.2: edgeRpc wraps the request, its answer and its notifications', async () => {
    const payload = {
      jsonrpc: '2.0',
      id: 'inner',
      method: 'subscribeChannels',
      params: { count: 1, channels: ['meter0/ActivePower'] },
    }
    const answer = await line.ask({ jsonrpc: '2.0', id: uuid, method: 'edgeRpc', params: { edgeId: '0', payload } })
    expect(answer).toEqual({
      jsonrpc: '2.0',
      id: uuid,
      result: { payload: { jsonrpc: '2.0', id: 'inner', result: {} } },
    })
    await edge.cycle()
    expect(line.heard).toEqual([
      {
        jsonrpc: '2.0',
        method: 'edgeRpc',
        params: {
          edgeId: '0',
          payload: { jsonrpc: '2.0', method: 'currentData', params: { 'meter0/ActivePower': 1500 } },
        },
      },
    ])
  })

  it('2.2: when the inner request fails, the outer id gets the plain error', async () => {
    const payload = { jsonrpc: '2.0', id: 'inner', method: 'deleteComponentConfig', params: { componentId: 'nobody0' } }
    expect(
      await line.ask({ jsonrpc: '2.0', id: uuid, method: 'edgeRpc', params: { edgeId: '0', payload } }),
    ).toMatchObject({
      id: uuid,
      error: { code: 2000, data: ['nobody0'] },
    })
  })

  it('2.3: componentJsonApi asks one component; the answer is its own result', async () => {
    const payload = { jsonrpc: '2.0', id: 'inner', method: 'getChannelsOfComponent', params: { componentId: 'meter0' } }
    const params = { componentId: '_componentManager', payload }
    expect(await line.ask({ jsonrpc: '2.0', id: uuid, method: 'componentJsonApi', params })).toMatchObject({
      id: uuid,
      result: { channels: expect.arrayContaining([expect.objectContaining({ id: 'ActivePower', unit: 'W' })]) },
    })
  })

  it('2.4: getEdgeConfig tells components and the factories in use', async () => {
    const { result } = await line.ask({ jsonrpc: '2.0', id: uuid, method: 'getEdgeConfig', params: {} })
    expect(result).toMatchObject({
      components: {
        meter0: {
          factoryId: 'Test.Meter',
          properties: { enabled: true, type: 'GRID', unit: 1, 'modbus.id': 'modbus0' },
        },
        _sum: { factoryId: 'Core.Sum' },
      },
      factories: {
        'Test.Meter': { natureIds: expect.arrayContaining(['io.openems.edge.meter.api.ElectricityMeter']) },
      },
    })
  })
})

describe('3. Communication schema', () => {
  it('3.1: authenticateWithSessionId takes the token of an earlier login', async () => {
    const wire = edgeWire(edge)
    const first = wire.connect()
    const token = await first.login('owner')
    const second = wire.connect()
    const answer = await second.ask({
      jsonrpc: '2.0',
      id: uuid,
      method: 'authenticateWithSessionId',
      params: { sessionId: token },
    })
    expect(answer).toMatchObject({ id: uuid, result: { token, user: { id: 'owner', globalRole: 'owner' } } })
    await first.ask({ jsonrpc: '2.0', id: uuid, method: 'logout', params: {} })
    const third = wire.connect()
    expect(
      await third.ask({ jsonrpc: '2.0', id: uuid, method: 'authenticateWithToken', params: { token } }),
    ).toMatchObject({ error: { code: 1003 } })
    wire[Symbol.dispose]()
  })

  it('3.2: authenticateWithPassword lets in by password alone, and refuses a wrong one with 1003', async () => {
    const wire = edgeWire(edge)
    const stranger = wire.connect()
    const wrong = { jsonrpc: '2.0', id: uuid, method: 'authenticateWithPassword', params: { password: 'wrong' } }
    expect(await stranger.ask(wrong)).toMatchObject({
      error: { code: 1003, message: 'Authentication failed', data: [] },
    })
    const right = {
      jsonrpc: '2.0',
      id: uuid,
      method: 'authenticateWithPassword',
      params: { username: 'anyone', password: 'user' },
    }
    expect(await stranger.ask(right)).toMatchObject({
      result: { token: expect.any(String), user: { id: 'guest', globalRole: 'guest' }, edges: [] },
    })
    wire[Symbol.dispose]()
  })

  it('3.4: subscribeSystemLog brings the log of the edge, until it is no longer wanted', async () => {
    const ask = (subscribe: boolean) =>
      line.ask({ jsonrpc: '2.0', id: uuid, method: 'subscribeSystemLog', params: { subscribe } })
    expect(await ask(true)).toEqual({ jsonrpc: '2.0', id: uuid, result: {} })
    edge.edge.systemLog.logger.child('meter0').warn('It did not answer.')
    await ask(false)
    edge.edge.systemLog.logger.warn('Nobody listens.')
    await ask(false)
    expect(line.heard).toEqual([
      {
        jsonrpc: '2.0',
        method: 'systemLog',
        params: { line: { time: expect.any(String), level: 'WARN', source: 'meter0', message: 'It did not answer.' } },
      },
    ])
  })
})
