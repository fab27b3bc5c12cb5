import type { ModbusLink } from '@main/protocols/modbus/link'
import { readRegisters } from '@main/protocols/modbus/pdu'
import { decode, FORMAT_WORDS } from '@shared/modbus-numbers'
import type { NumberFormat } from '@shared/profile'
import { describe, expect, it } from 'vitest'
import { fixture } from '../../support/fixtures'
import { frame, hostileModbus } from '../../support/hostile-modbus'
import { linkTo, outcome } from './support'

interface FieldFrame {
  readonly device: string
  readonly framing: 'tcp' | 'rtu'
  readonly request: string
  readonly response: string | null
  readonly unit: number
  readonly fc: 3 | 4 | 6 | 16
  readonly start: number
  readonly count?: number
  readonly words?: readonly number[]
  readonly write?: readonly number[]
  readonly exception?: number
  readonly expect?: readonly { offset: number; type: string; value: number | string | null }[]
}

const recorded = fixture('modbus/frames-field.json')
const frames = recorded.present ? (recorded.json() as { frames: readonly FieldFrame[] }).frames : []

/** Transactions that users of real devices published; source of each beside it in the fixture. */
describe.skipIf(!recorded.present)(`recorded from real devices${recorded.why}`, () => {
  it.each(frames.filter(({ framing }) => framing === 'tcp').map((one) => [titleOf(one), one] as const))(
    '%s: the same bytes asked, the same values read',
    async (_title, one) => {
      await using server = await hostileModbus((request, line) =>
        line.send(frame(request.id, one.unit, Buffer.from(one.response?.slice(14) ?? '', 'hex'))),
      )
      await using given = linkTo(server)
      const answer = await replay(given.link, one)
      expect(server.requests[0]?.pdu.toString('hex')).toBe(one.request.slice(14))
      if (one.exception !== undefined) {
        expect(answer.error).toMatchObject({ key: 'device.exception', args: { code: one.exception } })
      } else {
        expect(answer.value && [...answer.value]).toEqual(one.words)
      }
    },
  )

  it.each(
    frames.filter(({ framing, response }) => framing === 'rtu' && response).map((one) => [titleOf(one), one] as const),
  )('%s: the PDU inside the serial frame is asked and read alike', (_title, one) => {
    if (one.fc !== 3 && one.fc !== 4) throw new Error('The recordings hold reads only.')
    const call = readRegisters(one.fc, one.start, one.count ?? 0)
    const request = new Uint8Array(call.length)
    call.write(request, 0)
    expect(Buffer.from(request).toString('hex')).toBe(one.request.slice(2, -4))
    const response = Buffer.from(one.response ?? '', 'hex')
    expect([...call.read(response, 1, response.length - 2, { target: 'bus', unit: one.unit })]).toEqual(one.words)
  })

  it.each(
    frames.flatMap((one) =>
      (one.expect ?? []).map((value) => [titleOf(one), value.type, value.value, one, value] as const),
    ),
  )('%s: %s is %s', (_title, type, value, one, { offset }) => {
    const words = one.words ?? one.write ?? []
    expect(read(words, offset, type)).toEqual(typeof value === 'number' ? expect.closeTo(value, 4) : value)
  })
})

async function replay(link: ModbusLink, one: FieldFrame) {
  const { unit, start, count = 1, write = [] } = one
  const asked: Promise<Uint16Array | undefined> = {
    3: () => link.readHolding(unit, start, count),
    4: () => link.readInput(unit, start, count),
    6: () => link.writeRegister(unit, start, write[0] ?? 0).then(() => undefined),
    16: () => link.writeRegisters(unit, start, write).then(() => undefined),
  }[one.fc]()
  const answer = outcome(asked)
  await asked.catch(() => {})
  return answer
}

/** The fixture's own words for a type: `int16 SF at 4`, `uint16 x0.1`, `float32 low word first`, `string8`. */
function read(words: readonly number[], offset: number, type: string): number | string | null {
  const [, name = '', factor, scaleAt] = /^(\w+)(?: x([\d.]+))?(?: SF at (\d+))?/.exec(type) ?? []
  if (type === 'uint32, one byte per part') {
    return [(words[0] ?? 0) >> 8, (words[0] ?? 0) & 255, (words[1] ?? 0) >> 8].join('.')
  }
  const format = FORMATS[name] ?? (name.startsWith('string') ? 'string' : (name as NumberFormat))
  const length = format === 'string' ? Number(name.slice(6) || words.length) : FORMAT_WORDS[format]
  const raw = decode(format, words.slice(offset, offset + length), {
    wordOrder: type.endsWith('low word first') ? 'little' : 'big',
  })
  if (typeof raw !== 'number') return raw
  // SunSpec's "not implemented" of a scaled int16; for drivers it stands in the profile.
  if (scaleAt !== undefined && format === 'int16' && raw === -0x8000) return null
  const scale =
    scaleAt === undefined ? Number(factor ?? 1) : 10 ** Number(decode('int16', words.slice(Number(scaleAt))))
  return raw * scale
}

const FORMATS: Readonly<Record<string, NumberFormat>> = {
  acc32: 'uint32',
  sunssf: 'int16',
  enum16: 'uint16',
  count: 'uint16',
}

const titleOf = ({ device, fc, start }: FieldFrame) => `${device}, function ${fc} at ${start}`
