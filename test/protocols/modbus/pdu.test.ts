import { identificationObject, identificationPart, serverId } from '@main/protocols/modbus/identification-calls'
import type { ModbusCall } from '@main/protocols/modbus/modbus-call'
import {
  maskWriteRegister,
  rawCall,
  readBits,
  readRegisters,
  readWriteRegisters,
  writeCoil,
  writeCoils,
  writeRegister,
  writeRegisters,
} from '@main/protocols/modbus/pdu'
import { SitewrightError } from '@shared/errors'
import { describe, expect, it } from 'vitest'
import { fixture } from '../../support/fixtures'

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const who = { target: '192.168.1.31:502', unit: 17 }

function encoded(call: ModbusCall<unknown>): string {
  const pdu = new Uint8Array(call.length)
  call.write(pdu, 0)
  return Buffer.from(pdu).toString('hex')
}

function answered<T>(call: ModbusCall<T>, hex: string): T {
  const pdu = bytes(hex)
  return call.read(pdu, 0, pdu.length, who)
}

function refusal(act: () => unknown): Pick<SitewrightError, 'key' | 'args' | 'message'> {
  try {
    act()
  } catch (error) {
    if (error instanceof SitewrightError) return error
    throw error
  }
  throw new Error('It was not refused.')
}

interface Vectors {
  readonly vectors: readonly {
    readonly name: string
    readonly request: { readonly pdu: string }
    readonly response: { readonly pdu: string } | null
    readonly exception: { readonly pdu: string } | null
  }[]
}

const vectors = fixture('modbus/frames-protocol.json')

const object = (id: number, text: string) => ({ id, bytes: new Uint8Array(Buffer.from(text, 'latin1')) })
const COMPANY = object(0, 'Company identification')
const PRODUCT = object(1, 'Product code XX')
const REVISION = object(2, 'V2.11')

/** The calls that stand for the examples of the specification, and what their answers say. */
const KNOWN: Readonly<Record<string, { call: ModbusCall<unknown>; value: unknown }>> = {
  '01 Read Coils': { call: readBits(1, 19, 19), value: bitsOf('1011 0011 1101 0110 101') },
  '02 Read Discrete Inputs': { call: readBits(2, 196, 22), value: bitsOf('0011 0101 1101 1011 1010 11') },
  '03 Read Holding Registers': { call: readRegisters(3, 107, 3), value: Uint16Array.of(555, 0, 100) },
  '04 Read Input Registers': { call: readRegisters(4, 8, 1), value: Uint16Array.of(10) },
  '05 Write Single Coil': { call: writeCoil(172, true), value: undefined },
  '06 Write Single Register': { call: writeRegister(1, 3), value: undefined },
  '0F Write Multiple Coils': { call: writeCoils(19, [...bitsOf('1011 0011 10')].map(Boolean)), value: undefined },
  '10 Write Multiple Registers': { call: writeRegisters(1, [10, 258]), value: undefined },
  '11 Report Server ID': { call: serverId(), value: undefined },
  '16 Mask Write Register': { call: maskWriteRegister(4, { and: 0xf2, or: 0x25 }), value: undefined },
  '17 Read/Write Multiple Registers': {
    call: readWriteRegisters({ address: 3, count: 6 }, { address: 14, words: [255, 255, 255] }),
    value: Uint16Array.of(254, 2765, 1, 3, 13, 255),
  },
  '2B/0E Read Device Identification, basic, stream': {
    call: identificationPart(1, 0),
    value: { conformity: 1, next: null, objects: [COMPANY, PRODUCT, REVISION] },
  },
  '2B/0E, more follows': {
    call: identificationPart(1, 0),
    value: { conformity: 1, next: 2, objects: [COMPANY, PRODUCT] },
  },
  '2B/0E, continued': {
    call: identificationPart(1, 2),
    value: { conformity: 1, next: null, objects: [REVISION] },
  },
}

function bitsOf(text: string): Uint8Array {
  return Uint8Array.from(text.replaceAll(' ', ''), Number)
}

describe.skipIf(!vectors.present)(`the examples of the specification, §6${vectors.why}`, () => {
  for (const { name, request, response, exception } of vectors.present ? (vectors.json() as Vectors).vectors : []) {
    const { call, value } = KNOWN[name] ?? {
      call: rawCall(bytes(request.pdu)),
      value: response && bytes(response.pdu),
    }
    it(`${name}: is asked and read as printed`, () => {
      expect(encoded(call)).toBe(request.pdu)
      if (response) expect(answered(call, response.pdu)).toEqual(value)
      if (exception) {
        const error = refusal(() => answered(call, exception.pdu))
        expect([error.key, error.args.code]).toEqual(['device.exception', Number.parseInt(exception.pdu.slice(2), 16)])
      }
    })
  }
})

describe('an answer that does not fit what was asked is never a value', () => {
  const wrong: readonly [string, ModbusCall<unknown>, string, RegExp][] = [
    ['another function code', readRegisters(3, 0, 1), '04 02 000a', /function 4 instead of 3/],
    [
      'fewer bytes than asked for',
      readRegisters(3, 0, 3),
      '03 04 022b 0000',
      /4 bytes of data, announced as 4, instead of 6/,
    ],
    ['more bytes than asked for', readRegisters(3, 0, 1), '03 04 022b 0000', /instead of 2/],
    ['a byte count that lies', readRegisters(4, 0, 2), '04 04 022b', /2 bytes of data, announced as 4/],
    ['bytes behind the data', readRegisters(4, 0, 1), '04 02 022b 00', /3 bytes of data, announced as 2/],
    ['no byte count at all', readRegisters(3, 0, 1), '03', /announced as none/],
    ['too few bits', readBits(1, 0, 9), '01 01 ff', /instead of 2/],
    ['another address written', writeRegister(1, 3), '06 0002 0003', /confirmed 2\/3 instead of 1\/3/],
    ['another value written', writeRegister(1, 3), '06 0001 0004', /confirmed 1\/4 instead of 1\/3/],
    ['a coil that stayed off', writeCoil(172, true), '05 00ac 0000', /confirmed/],
    ['fewer registers written', writeRegisters(1, [10, 258]), '10 0001 0001', /confirmed 1\/1 instead of 1\/2/],
    ['fewer coils written', writeCoils(19, [true, false]), '0f 0013 0001', /confirmed/],
    ['a confirmation cut short', writeRegister(1, 3), '06 0001', /confirmed/],
    [
      'another mask written',
      maskWriteRegister(4, { and: 0xf2, or: 0x25 }),
      '16 0004 00f2 0026',
      /confirmed 4\/242\/38/,
    ],
    ['a mask cut short', maskWriteRegister(4, { and: 0xf2, or: 0x25 }), '16 0004 00f2', /confirmed/],
    [
      'fewer registers read behind a write',
      readWriteRegisters({ address: 3, count: 2 }, { address: 0, words: [1] }),
      '17 02 00fe',
      /2 bytes of data, announced as 2, instead of 4/,
    ],
    ['a server id longer than announced', serverId(), '11 02 b4 ff 4c', /3 bytes of data, announced as 2/],
    ['no server id at all', serverId(), '11 00', /0 bytes of data, announced as 0/],
    ['another kind of encapsulated answer', identificationPart(1, 0), '2b 0d 01 01 00 00 00', /type 13, code 1/],
    ['another category', identificationPart(1, 0), '2b 0e 02 01 00 00 00', /type 14, code 2/],
    ['a category nobody defined', identificationPart(1, 0), '2b 0e 01 00 00 00 00', /conformity 0/],
    ['neither yes nor no to more', identificationPart(1, 0), '2b 0e 01 01 01 00 00', /says 1 to whether more/],
    ['an identification without its header', identificationPart(1, 0), '2b 0e 01 01 00 00', /sent 6 bytes/],
    ['fewer objects than announced', identificationPart(1, 0), '2b 0e 01 01 00 00 02 00 01 41', /2 objects/],
    ['an object longer than the answer', identificationPart(1, 0), '2b 0e 01 01 00 00 01 00 05 41', /1 objects/],
    ['bytes behind the last object', identificationPart(1, 0), '2b 0e 01 01 00 00 01 00 01 41 42', /1 objects/],
    ['another object than asked for', identificationObject(1), '2b 0e 04 81 00 00 01 00 01 41', /sent object 0/],
    ['no object', identificationObject(1), '2b 0e 04 81 00 00 00', /sent none/],
    ['an exception of another function', readRegisters(3, 0, 1), '84 02', /function 132/],
    ['an exception with something behind', readRegisters(3, 0, 1), '83 02 00', /function 131/],
  ]
  it.each(wrong)('%s', (_name, call, hex, text) => {
    const error = refusal(() => answered(call, hex))
    expect(error.key).toBe('device.wrong-answer')
    expect(error.message).toMatch(text)
  })
})

describe('exceptions', () => {
  it('name the device, what was asked and what it means', () => {
    const error = refusal(() => answered(readRegisters(3, 40000, 2), '83 02'))
    expect(error.message).toBe(
      '192.168.1.31:502 unit 17 refused 2 holding registers from 40000 (function 3): illegal data address (exception 2).',
    )
    expect(error.args).toEqual({
      target: '192.168.1.31:502',
      unit: 17,
      functionCode: 3,
      asked: '2 holding registers from 40000',
      code: 2,
      name: 'illegal data address',
    })
  })

  it.each([10, 11])('%i means that the gateway lives and the unit does not', (code) => {
    const error = refusal(() => answered(readRegisters(4, 0, 1), `84 ${code.toString(16).padStart(2, '0')}`))
    expect([error.key, error.args.code]).toEqual(['device.gateway', code])
    expect(error.message).toContain('unit 17 behind it does not')
  })

  it('with a code nobody has defined are still refusals of the device', () => {
    expect(refusal(() => answered(readRegisters(4, 0, 1), '84 63'))).toMatchObject({
      key: 'device.exception',
      args: { code: 99, name: 'unknown exception' },
    })
  })
})

describe('what Modbus cannot ask is refused before anything is sent', () => {
  const impossible: readonly [string, () => unknown, string][] = [
    [
      '126 registers',
      () => readRegisters(3, 0, 126),
      'One Modbus request can read 1 to 125 holding registers; 126 were asked for.',
    ],
    [
      'no register',
      () => readRegisters(4, 0, 0),
      'One Modbus request can read 1 to 125 input registers; 0 were asked for.',
    ],
    [
      '2001 bits',
      () => readBits(2, 0, 2001),
      'One Modbus request can read 1 to 2000 discrete inputs; 2001 were asked for.',
    ],
    [
      '124 writes',
      () => writeRegisters(0, new Array(124).fill(0)),
      'One Modbus request can write 1 to 123 registers; 124 were asked for.',
    ],
    [
      '1969 coils',
      () => writeCoils(0, new Array(1969).fill(true)),
      'One Modbus request can write 1 to 1968 coils; 1969 were asked for.',
    ],
    [
      'beyond the last register',
      () => readRegisters(3, 65_530, 10),
      'Modbus addresses lie between 0 and 65535; 65530 to 65539 was asked for.',
    ],
    ['a negative address', () => writeRegister(-1, 0), 'Modbus addresses lie between 0 and 65535; -1 was asked for.'],
    [
      'a word that does not fit',
      () => writeRegister(0, 65_536),
      'A register holds a whole number from 0 to 65535; 65536 was given.',
    ],
    [
      'half a word',
      () => writeRegisters(0, [1, 0.5]),
      'A register holds a whole number from 0 to 65535; 0.5 was given.',
    ],
    [
      '122 registers written before a read',
      () => readWriteRegisters({ address: 0, count: 1 }, { address: 0, words: new Array(122).fill(0) }),
      'One Modbus request can write 1 to 121 registers; 122 were asked for.',
    ],
    [
      'a mask that does not fit',
      () => maskWriteRegister(0, { and: 0xffff, or: -1 }),
      'A register holds a whole number from 0 to 65535; -1 was given.',
    ],
    [
      'object 256',
      () => identificationObject(256),
      'An identification object has a number from 0 to 255; 256 was asked for.',
    ],
    ['an empty PDU', () => rawCall(new Uint8Array()), 'A Modbus PDU has 1 to 253 bytes; this one has 0.'],
    [
      'function code 131',
      () => rawCall(Uint8Array.of(131)),
      'A function code lies between 1 and 127; this one is 131.',
    ],
  ]
  it.each(impossible)('%s', (_name, act, text) => {
    expect(refusal(act)).toMatchObject({ key: 'link.request', message: text })
  })

  it('while the largest of each kind passes', () => {
    expect(encoded(readRegisters(3, 65_411, 125))).toBe('03ff83007d')
    expect(encoded(readBits(1, 0, 2000))).toBe('01000007d0')
    expect(writeRegisters(0, new Array(123).fill(0xffff)).length).toBe(252)
    expect(writeCoils(0, new Array(1968).fill(true)).length).toBe(252)
  })
})
