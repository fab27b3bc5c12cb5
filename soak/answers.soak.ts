import { MbapFramer } from '@main/protocols/modbus/mbap'
import type { ModbusCall } from '@main/protocols/modbus/modbus-call'
import {
  readBits,
  readRegisters,
  writeCoil,
  writeCoils,
  writeRegister,
  writeRegisters,
} from '@main/protocols/modbus/pdu'
import { SitewrightError } from '@shared/errors'
import { repeatableRandom } from '../test/support/random'
import { inMegabytes, memoryInUse } from './memory'
import type { SoakReport } from './report'

/**
 * Answers that were changed, cut, lengthened or made up, torn anywhere, go through framer and decoder. What comes out is a
 * value when the specification says so and an error of ours otherwise; nothing else is thrown, and nothing is kept.
 */
export default function soakAnswers(report: SoakReport): void {
  const wanted = report.isShort ? 50_000 : 2_000_000
  const random = repeatableRandom(3)
  const tally = { values: 0, refused: 0, lost: 0 }
  const wrong: string[] = []
  let longest = 0
  let framer = newFramer()
  fuzz(1_000)
  const before = memoryInUse()
  fuzz(wanted)
  const more = memoryInUse() - before

  report.check(`${wanted} answers, each taken or refused as the specification says`, wrong.length === 0, wrong[0])
  report.check(
    'some of each kind',
    Object.values(tally).every((count) => count > wanted / 100),
    JSON.stringify(tally),
  )
  report.check('a framer holds one frame at most', longest <= 260, `${longest} bytes`)
  report.check('memory is given back', more < MOST_MEMORY, `${inMegabytes(more)} more than at the beginning`)

  function fuzz(count: number): void {
    for (let index = 0; index < count; index++) {
      const { call, answer } = anyQuestion(random)
      const pdu = mutated(answer, random)
      // Now and then the length in the header is another than that of what follows.
      const header = random() < 0.05 ? pdu.length + 1 + Math.floor(random() * 5) - 2 : pdu.length + 1
      const frame = Uint8Array.of(0, index, 0, 0, header >> 8, header, 1, ...pdu)
      framer.begin((bytes, start, end) => judge(call, bytes.slice(start + 1, end)))
      if (!framer.feed(frame, random)) {
        tally.lost++
        framer = newFramer()
      }
      longest = Math.max(longest, framer.unfinished)
    }
  }

  function judge(call: ModbusCall<unknown>, pdu: Uint8Array): void {
    const expected = fits(call, pdu)
    try {
      const value = call.read(pdu, 0, pdu.length, { target: 'soak', unit: 1 })
      tally.values++
      if (!expected || !isSame(value, pdu, call)) wrong.push(`${call.describe()}: took ${[...pdu]} as ${String(value)}`)
    } catch (error) {
      tally.refused++
      const isOurs = error instanceof SitewrightError && REFUSALS.includes(error.key)
      if (expected || !isOurs) wrong.push(`${call.describe()}: ${[...pdu]} threw ${String(error)}`)
    }
  }
}

const MOST_MEMORY = 20e6

const REFUSALS: readonly string[] = ['device.exception', 'device.gateway', 'device.wrong-answer']

/** A framer that is fed in torn pieces; false when it has lost its place, which ends a connection. */
function newFramer() {
  let onFrame: (bytes: Uint8Array, start: number, end: number) => void = () => {}
  const framer = new MbapFramer((_id, bytes, start, end) => onFrame(bytes, start, end))
  return {
    get unfinished() {
      return framer.unfinished
    },
    begin: (listener: typeof onFrame) => {
      onFrame = listener
    },
    feed(frame: Uint8Array, random: () => number): boolean {
      for (let at = 0; at < frame.length; ) {
        const piece = frame.subarray(at, at + 1 + Math.floor(random() * frame.length))
        if (framer.push(piece)) return false
        at += piece.length
      }
      return true
    },
  }
}

/** A question, and its right answer by the Modbus Application Protocol V1.1b3, §6. */
function anyQuestion(random: () => number): { call: ModbusCall<unknown>; answer: Uint8Array } {
  const upTo = (most: number) => 1 + Math.floor(random() * most)
  const address = Math.floor(random() * 60_000)
  const data = (length: number) => Array.from({ length }, () => Math.floor(random() * 256))
  const pair = (word: number) => [word >> 8, word & 0xff]
  switch (Math.floor(random() * 6)) {
    case 0: {
      const count = upTo(2000)
      const length = Math.ceil(count / 8)
      return { call: readBits(1, address, count), answer: Uint8Array.of(1, length, ...data(length)) }
    }
    case 1: {
      const count = upTo(125)
      return { call: readRegisters(4, address, count), answer: Uint8Array.of(4, count * 2, ...data(count * 2)) }
    }
    case 2:
      return { call: writeCoil(address, true), answer: Uint8Array.of(5, ...pair(address), 0xff, 0) }
    case 3:
      return { call: writeRegister(address, 4711), answer: Uint8Array.of(6, ...pair(address), ...pair(4711)) }
    case 4: {
      const coils = Array.from({ length: upTo(1968) }, () => random() < 0.5)
      return { call: writeCoils(address, coils), answer: Uint8Array.of(15, ...pair(address), ...pair(coils.length)) }
    }
    default: {
      const words = data(upTo(123))
      const answer = Uint8Array.of(16, ...pair(address), ...pair(words.length))
      return { call: writeRegisters(address, words), answer }
    }
  }
}

/** The answer as it is, changed in a few bytes, cut off, too long, an exception, or noise. */
function mutated(answer: Uint8Array, random: () => number): Uint8Array {
  const byte = () => Math.floor(random() * 256)
  const fate = random()
  if (fate < 0.3) return answer
  if (fate < 0.6) {
    const changed = answer.slice()
    for (let count = 1 + Math.floor(random() * 3); count > 0; count--) {
      // The first bytes say what the answer is; they are hit as often as all its data.
      const at = random() < 0.5 ? random() * 5 : random() * changed.length
      changed[Math.floor(at)] = byte()
    }
    return changed
  }
  if (fate < 0.7) return answer.slice(0, Math.max(1, Math.floor(random() * answer.length)))
  if (fate < 0.8)
    return Uint8Array.of(...answer, ...Array.from({ length: 1 + Math.floor(random() * 8) }, byte)).slice(0, 253)
  if (fate < 0.9) return Uint8Array.of((answer[0] ?? 0) | 0x80, byte())
  return Uint8Array.from({ length: 1 + Math.floor(random() * 253) }, byte)
}

/** Would the specification take this for the answer? Told by the request's own bytes, not by our decoder. */
function fits(call: ModbusCall<unknown>, pdu: Uint8Array): boolean {
  const request = new Uint8Array(call.length)
  call.write(request, 0)
  const [code = 0, high = 0, low = 0, countHigh = 0, countLow = 0] = request
  if (pdu[0] !== code) return false
  if (code <= 4) {
    const count = countHigh * 256 + countLow
    const bytes = code <= 2 ? Math.ceil(count / 8) : count * 2
    return pdu.length === 2 + bytes && pdu[1] === bytes
  }
  return pdu.length === 5 && [code, high, low, countHigh, countLow].every((byte, at) => pdu[at] === byte)
}

/** Does the value say what the bytes say? */
function isSame(value: unknown, pdu: Uint8Array, call: ModbusCall<unknown>): boolean {
  if (value instanceof Uint16Array) {
    return value.every((word, index) => word === (pdu[2 + index * 2] ?? 0) * 256 + (pdu[3 + index * 2] ?? 0))
  }
  if (value instanceof Uint8Array) {
    return value.every((bit, index) => bit === Math.floor((pdu[2 + Math.floor(index / 8)] ?? 0) / 2 ** (index % 8)) % 2)
  }
  return value === undefined && call.functionCode >= 5
}
