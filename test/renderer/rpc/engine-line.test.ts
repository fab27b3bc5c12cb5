import { expect, it } from 'vitest'
import { bridgeLine, type LineState, webSocketLine } from '../../../src/renderer/rpc/engine-line'
import { ManualClock } from '../../support/manual-clock'

/** The part of a WebSocket that the line uses, moved by hand. */
class FakeSocket {
  readonly sent: string[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: (() => void) | null = null
  send = (frame: string) => void this.sent.push(frame)
  close = () => this.onclose?.()
}

function openLine(clock = new ManualClock()) {
  const sockets: FakeSocket[] = []
  const line = webSocketLine(() => {
    const socket = new FakeSocket()
    sockets.push(socket)
    return socket as never
  }, clock)
  return { line, sockets, clock }
}

it('sends what was asked before the socket was open as soon as it is', () => {
  const { line, sockets } = openLine()
  line.send('early')
  expect(sockets[0]?.sent).toEqual([])
  sockets[0]?.onopen?.()
  line.send('late')
  expect(sockets[0]?.sent).toEqual(['early', 'late'])
})

it('opens again after 1 s, 2 s, 4 s … at most 15 s, and says when the next try is', async () => {
  const { line, sockets, clock } = openLine()
  const waits: (number | null)[] = []
  line.onState(({ retryAt }: LineState) => waits.push(retryAt === null ? null : retryAt - clock.now()))
  for (let times = 0; times < 6; times++) {
    sockets.at(-1)?.onclose?.()
    await clock.advance(waits.at(-1) ?? 0)
  }
  expect(waits).toEqual([1000, 2000, 4000, 8000, 15_000, 15_000])

  sockets.at(-1)?.onopen?.()
  sockets.at(-1)?.onclose?.()
  expect(waits.slice(-2)).toEqual([null, 1000])
})

it('tells that what was under way is lost, and does not send it again on the next socket', async () => {
  const { line, sockets, clock } = openLine()
  let lost = 0
  line.onClose(() => lost++)
  line.send('question')
  sockets[0]?.onclose?.()
  await clock.advance(1000)
  sockets[1]?.onopen?.()
  expect({ lost, sent: sockets[1]?.sent }).toEqual({ lost: 1, sent: [] })
})

it('leaves no timer behind when it is closed', () => {
  const { line, sockets, clock } = openLine()
  sockets[0]?.onclose?.()
  line.close()
  expect(clock.pending).toBe(0)
})

it('passes frames through the bridge of the desktop window', () => {
  const sent: string[] = []
  let listener: (frame: string) => void = () => {}
  const line = bridgeLine({
    send: (frame) => sent.push(frame),
    onMessage: (given) => {
      listener = given
      return () => {}
    },
  })
  const got: string[] = []
  line.onFrame((frame) => got.push(frame))
  line.send('out')
  listener('in')
  expect({ sent, got, open: line.state.open }).toEqual({ sent: ['out'], got: ['in'], open: true })
})
