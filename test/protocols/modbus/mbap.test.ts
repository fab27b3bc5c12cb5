import { type FrameFault, MbapFramer } from '@main/protocols/modbus/mbap'
import { expect, it } from 'vitest'
import { repeatableRandom } from '../../support/random'

/** Frames as `id:unit and PDU in hex`, and the first fault. */
function run(chunks: readonly Uint8Array[]): { frames: string[]; fault: FrameFault | null; unfinished: number } {
  const frames: string[] = []
  const framer = new MbapFramer((id, bytes, start, end) =>
    frames.push(`${id}:${Buffer.from(bytes.subarray(start, end)).toString('hex')}`),
  )
  for (const chunk of chunks) {
    const fault = framer.push(chunk)
    // The listener's bytes are only lent: overwriting the chunk must not change what it saw.
    chunk.fill(0xee)
    if (fault) return { frames, fault, unfinished: framer.unfinished }
  }
  return { frames, fault: null, unfinished: framer.unfinished }
}

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const TWO = '1501 0000 0005 11 0302000a  1502 0000 0005 11 0302000b'

it('takes two frames of one segment', () => {
  expect(run([bytes(TWO)])).toEqual({ frames: ['5377:110302000a', '5378:110302000b'], fault: null, unfinished: 0 })
})

it('takes a frame wherever the network tears it', () => {
  const whole = bytes(TWO)
  for (let cut = 1; cut < whole.length; cut++) {
    const { frames } = run([whole.slice(0, cut), whole.slice(cut)])
    expect(frames, `torn after ${cut} bytes`).toEqual(['5377:110302000a', '5378:110302000b'])
  }
  expect(run([...whole].map((byte) => Uint8Array.of(byte))).frames).toEqual(['5377:110302000a', '5378:110302000b'])
})

it('waits for the end of a frame and says what is unfinished', () => {
  expect(run([bytes('1501 0000 0005 11 0302')])).toEqual({ frames: [], fault: null, unfinished: 9 })
})

it('takes the shortest and the longest frame', () => {
  const longest = new Uint8Array(260).fill(7)
  longest.set(bytes('0001 0000 00fe'))
  const { frames, fault } = run([bytes('0000 0000 0002 01 07'), longest.slice(0, 259), longest.slice(259)])
  expect([fault, frames.map((frame) => frame.length)]).toEqual([null, ['0:0107'.length, '1:'.length + 254 * 2]])
})

it.each([
  ['length 0', '1501 0000 0000 11', 'length'],
  ['length 1', '1501 0000 0001 11', 'length'],
  ['length 255', '1501 0000 00ff 11', 'length'],
  ['length 300', '1501 0000 012c 1103', 'length'],
  ['a protocol id that is not 0', '1501 0001 0006 11 03006b0003', 'protocol-id'],
  ['a web server', '485454502f312e312034303020426164', 'protocol-id'],
])('gives up on %s, in one piece or byte by byte', (_name, hex, reason) => {
  for (const chunks of [[bytes(hex)], [...bytes(hex)].map((byte) => Uint8Array.of(byte))]) {
    expect(run(chunks)).toMatchObject({ frames: [], fault: { reason } })
  }
})

it('hands out what was whole before the place was lost', () => {
  expect(run([bytes('0001 0000 0005 01 0302000a  0002 0000 0000')])).toMatchObject({
    frames: ['1:010302000a'],
    fault: { reason: 'length', seen: bytes('0002 0000 0000') },
  })
})

it('finds 2,000 frames of all lengths in a stream torn at random places', () => {
  const random = repeatableRandom(7)
  const expected: string[] = []
  const stream: number[] = []
  for (let id = 0; id < 2000; id++) {
    const body = Array.from({ length: 2 + Math.floor(random() * 253) }, () => Math.floor(random() * 256))
    stream.push(id >> 8, id & 255, 0, 0, 0, body.length, ...body)
    expected.push(`${id}:${Buffer.from(body).toString('hex')}`)
  }
  const chunks: Uint8Array[] = []
  for (let at = 0; at < stream.length; ) {
    const size = 1 + Math.floor(random() ** 3 * 1400)
    chunks.push(Uint8Array.from(stream.slice(at, at + size)))
    at += size
  }
  expect(run(chunks)).toEqual({ frames: expected, fault: null, unfinished: 0 })
})
