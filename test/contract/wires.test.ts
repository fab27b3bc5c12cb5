import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FrameConnection } from '@main/transport/connection'
import { memoryPair } from '@main/transport/memory'
import { type MessageLine, MultiplexedWire, Multiplexer } from '@main/transport/multiplexer'
import { webSocketConnection } from '@main/transport/web-socket'
import { systemClock } from '@shared/clock'
import { createRpcClient, type FrameLine } from '@shared/rpc/client'
import { expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { edgeWire } from '../support/edge-wire'
import { FakeWire, fakeBridge, fakeMeter } from '../support/fake-meter'
import { watchLeaks } from '../support/leaks'
import { testEdge } from '../support/test-edge'

type Serve = (connection: FrameConnection) => void
type Open = (serve: Serve) => Promise<{ line: FrameLine } & AsyncDisposable>

const memory: Open = async (serve) => {
  const [ours, theirs] = memoryPair()
  serve(theirs)
  return { line: ours, [Symbol.asyncDispose]: async () => ours.close() }
}

/** The channel between a process and its child, as structured clones in later turns. */
const ipc: Open = async (serve) => {
  const [near, far] = messagePair()
  const wire = new MultiplexedWire(far)
  wire.onConnection((connection) => serve(connection))
  const multiplexer = new Multiplexer(near)
  const line = multiplexer.open('window', 'admin')
  return {
    line,
    [Symbol.asyncDispose]: async () => {
      multiplexer[Symbol.dispose]()
      wire[Symbol.dispose]()
    },
  }
}

const webSocket: Open = async (serve) => {
  const clock = systemClock()
  const http = createServer()
  const server = new WebSocketServer({ server: http })
  server.on('connection', (socket) => serve(webSocketConnection(socket, 'page', clock)))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const socket = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`)
  await new Promise((resolve) => socket.once('open', resolve))
  const line: FrameLine = {
    send: (frame) => socket.send(frame),
    onFrame: (listener) => {
      socket.on('message', (data) => listener(String(data)))
      return () => {}
    },
    onClose: (listener) => {
      socket.on('close', listener)
      return () => {}
    },
  }
  return {
    line,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.close()
      await closed
      server.close()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

function messagePair(): [MessageLine, MessageLine] {
  const listeners: [Set<(message: unknown) => void>, Set<(message: unknown) => void>] = [new Set(), new Set()]
  const end = (mine: 0 | 1, other: 0 | 1): MessageLine => ({
    post: (message) => {
      const copy: unknown = structuredClone(message)
      setImmediate(() => {
        for (const listener of listeners[other]) listener(copy)
      })
    },
    onMessage: (listener) => {
      listeners[mine].add(listener)
      return () => void listeners[mine].delete(listener)
    },
  })
  return [end(0, 1), end(1, 0)]
}

it.each([
  ['memory', memory],
  ['IPC', ipc],
  ['WebSocket', webSocket],
])('over %s: the same answers, the same errors, the same notifications', async (_name, open) => {
  await using _leaks = watchLeaks()
  const fake = new FakeWire()
  fake.power.set(1, 230)
  await using edge = await testEdge({
    drivers: [fakeBridge(fake), fakeMeter(fake)],
    components: {
      modbus0: { factoryId: 'Test.Bridge' },
      meter0: { factoryId: 'Test.Meter', properties: { 'modbus.id': 'modbus0', unit: 1 } },
    },
  })
  using wire = edgeWire(edge)
  await using opened = await open(wire.serve)
  const client = createRpcClient(opened.line)

  await expect(client.call('getEdges', {})).rejects.toMatchObject({ key: 'auth.required', code: 1001 })
  await expect(client.call('authenticateWithPassword', { password: 'no' })).rejects.toMatchObject({
    key: 'auth.failed',
  })
  const { user } = await client.call('authenticateWithPassword', { password: 'admin' })
  expect(user).toMatchObject({ id: 'admin', globalRole: 'admin' })
  expect((await client.call('getEdges', {})).edges).toMatchObject([{ id: '0' }])

  const values = new Promise((resolve) => client.onEdge('0', 'currentData', resolve))
  await client.callEdge('0', 'subscribeChannels', { channels: ['meter0/ActivePower'] })
  await edge.cycle()
  expect(await values).toEqual({ 'meter0/ActivePower': 230 })

  const config = new Promise<{ components: Record<string, unknown> }>((resolve) =>
    client.onEdge('0', 'edgeConfig', resolve),
  )
  await client.callEdge('0', 'updateComponentConfig', {
    componentId: 'meter0',
    properties: [{ name: 'alias', value: 'Grid' }],
  })
  expect((await config).components.meter0).toMatchObject({ alias: 'Grid' })
  await expect(
    client.callEdge('0', 'updateComponentConfig', { componentId: 'meter9', properties: [] }),
  ).rejects.toMatchObject({ key: 'config.component-unknown', code: 2000 })
  await expect(client.callEdge('0', 'readChannels', { addresses: ['meter0/Nothing'] })).rejects.toMatchObject({
    key: 'channel.unknown',
  })
  // A changed component starts anew; after one cycle it reads again.
  await edge.cycle()
  expect(await client.callEdge('0', 'listChannels', { componentId: 'meter0' })).toMatchObject({
    channels: expect.arrayContaining([expect.objectContaining({ id: 'ActivePower', unit: 'W', value: 230 })]),
  })
  expect((await client.callEdge('0', 'getLinkHealth', {})).bridges).toMatchObject([
    { id: 'modbus0', devices: [{ componentId: 'meter0', failures: 0 }] },
  ])

  const askComponent = (componentId: string, method: string, params = {}) =>
    client.callEdge('0', 'componentJsonApi', { componentId, payload: { jsonrpc: '2.0', id: 'inner', method, params } })
  expect(await askComponent('_componentManager', 'getChannelsOfComponent', { componentId: 'meter0' })).toMatchObject({
    channels: expect.arrayContaining([expect.objectContaining({ id: 'ActivePower' })]),
  })
  for (const method of ['executeSystemCommand', 'executeSystemRestart', 'executeSystemUpdate', 'setNetworkConfig'])
    await expect(askComponent('_host', method)).rejects.toMatchObject({ key: 'rpc.method-unknown', code: 4001 })

  const line = new Promise((resolve) => client.onEdge('0', 'systemLog', resolve))
  await client.callEdge('0', 'subscribeSystemLog', { subscribe: true })
  edge.edge.systemLog.logger.info('Said once.')
  expect(await line).toMatchObject({ line: { level: 'INFO', message: 'Said once.' } })
  client.close()
})
