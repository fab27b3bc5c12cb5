import type { FrameConnection } from '@main/transport/connection'
import { MultiplexedWire, Multiplexer } from '@main/transport/multiplexer'
import { expect, it } from 'vitest'
import { messageLines } from '../process/fake-engine'
import { settle } from '../support/manual-clock'

it('carries many connections over one channel, each to its own other end', async () => {
  const { channels, arrived } = ends()
  const first = channels.open('window 1', 'admin')
  const second = channels.open('browser', null)
  await settle()
  expect(arrived.map(({ connection, role }) => [connection.peer, role])).toEqual([
    ['window 1', 'admin'],
    ['browser', null],
  ])

  const seen = listen({ first, second })
  first.send('a')
  second.send('b')
  for (const { connection } of arrived) connection.send(`to ${connection.peer}`)
  await settle()
  expect(arrived.map((end) => end.frames)).toEqual([['a'], ['b']])
  expect(seen).toEqual(['first: to window 1', 'second: to browser'])
})

it('tells the other end that one connection is closed, and leaves the others open', async () => {
  const { channels, arrived } = ends()
  const first = channels.open('1', 'admin')
  const second = channels.open('2', 'admin')
  await settle()
  const seen = listen({ first, second })
  arrived[0]?.connection.close()
  await settle()
  first.send('into nothing')
  second.send('still here')
  await settle()
  expect(seen).toEqual(['first: closed'])
  expect(arrived.map((end) => [end.frames, end.isClosed])).toEqual([
    [[], true],
    [['still here'], false],
  ])
})

it('closes every connection when the channel is lost', async () => {
  const { channels } = ends()
  const seen = listen({ first: channels.open('1', 'admin'), second: channels.open('2', 'admin') })
  channels.lost()
  expect(seen).toEqual(['first: closed', 'second: closed'])
})

it('leaves other messages on the channel alone, and survives nonsense', async () => {
  const { channels, arrived, line } = ends()
  for (const message of [null, 7, 'text', { t: 'log' }, { t: 'frame', c: 99, frame: 'x' }, { t: 'open', c: 'one' }])
    line.post(message)
  channels.open('1', 'admin')
  await settle()
  expect(arrived.length).toBe(1)
})

function ends() {
  const [line, otherLine] = messageLines()
  const channels = new Multiplexer(line)
  const arrived: { connection: FrameConnection; role: 'admin' | null; frames: string[]; isClosed: boolean }[] = []
  new MultiplexedWire(otherLine).onConnection((connection, role) => {
    const end = { connection, role, frames: [] as string[], isClosed: false }
    arrived.push(end)
    connection.onFrame((frame) => end.frames.push(frame))
    connection.onClose(() => {
      end.isClosed = true
    })
  })
  return { channels, arrived, line }
}

function listen(connections: Record<string, FrameConnection>): string[] {
  const seen: string[] = []
  for (const [name, connection] of Object.entries(connections)) {
    connection.onFrame((frame) => seen.push(`${name}: ${frame}`))
    connection.onClose(() => seen.push(`${name}: closed`))
  }
  return seen
}
