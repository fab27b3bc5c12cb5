import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { FrameConnection } from '@main/transport/connection'
import { MAX_FRAME_BYTES, webSocketConnection } from '@main/transport/web-socket'
import { expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { watchLeaks } from '../support/leaks'
import { ManualClock } from '../support/manual-clock'

it('carries text both ways and closes with a code', async () => {
  await using _leaks = watchLeaks()
  await using line = await openLine()
  const heard = new Promise<string>((resolve) => line.connection.onFrame(resolve))
  line.client.send('{"a":1}')
  expect(await heard).toBe('{"a":1}')

  line.connection.send('answer')
  const [data] = await once(line.client, 'message')
  expect(String(data)).toBe('answer')

  line.connection.close(1001, 'going away')
  const [code, reason] = await once(line.client, 'close')
  expect([code, String(reason)]).toEqual([1001, 'going away'])
})

it('ends a connection that sends something else than text', async () => {
  await using _leaks = watchLeaks()
  await using line = await openLine()
  line.client.send(Buffer.from([1, 2, 3]))
  expect((await once(line.client, 'close'))[0]).toBe(1003)
})

it('ends a connection whose frame is larger than the server takes, and only that one', async () => {
  await using _leaks = watchLeaks()
  await using line = await openLine()
  const closed = new Promise<void>((resolve) => line.connection.onClose(resolve))
  line.client.send('x'.repeat(MAX_FRAME_BYTES + 1))
  expect((await once(line.client, 'close'))[0]).toBe(1009)
  await closed
})

it('ends a connection whose frame is torn', async () => {
  await using _leaks = watchLeaks()
  await using line = await openLine()
  const closed = new Promise<void>((resolve) => line.connection.onClose(resolve))
  // A client frame without the mask that RFC 6455 §5.1 demands.
  line.rawSocket().write(Buffer.from([0x81, 0x02, 0x68, 0x69]))
  await closed
})

it('notices by ping that the other side has vanished', async () => {
  await using _leaks = watchLeaks()
  await using line = await openLine({ autoPong: false })
  const closed = new Promise<void>((resolve) => line.connection.onClose(resolve))
  await line.clock.advance(60_000)
  await closed
  expect(line.clock.pending).toBe(0)
})

it('cuts off a reader that does not keep up', async () => {
  await using _leaks = watchLeaks()
  await using line = await openLine()
  line.client.pause()
  const closed = new Promise<void>((resolve) => line.connection.onClose(resolve))
  const megabyte = 'x'.repeat(1024 * 1024)
  for (let n = 0; n < 40; n++) line.connection.send(megabyte)
  await line.clock.advance(1_000)
  await closed
})

async function openLine({ autoPong = true } = {}) {
  const clock = new ManualClock()
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: MAX_FRAME_BYTES })
  await once(server, 'listening')
  const arrived = Promise.withResolvers<FrameConnection>()
  server.on('connection', (socket) => arrived.resolve(webSocketConnection(socket, 'test', clock)))
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, { autoPong })
  let raw: import('node:net').Socket | null = null
  client.on('upgrade', (response) => {
    raw = response.socket
  })
  client.on('error', () => {})
  await once(client, 'open')
  return {
    clock,
    client,
    connection: await arrived.promise,
    rawSocket() {
      if (!raw) throw new Error('not upgraded')
      return raw
    },
    async [Symbol.asyncDispose]() {
      client.terminate()
      for (const socket of server.clients) socket.terminate()
      server.close()
      await once(server, 'close')
    },
  }
}
