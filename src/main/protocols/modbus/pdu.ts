import { SitewrightError } from '@shared/errors'
import {
  MaskWrite,
  type ModbusCall,
  putWord,
  RawCall,
  ReadBits,
  ReadRegisters,
  ReadWriteRegisters,
  WriteMany,
  WriteOne,
} from './modbus-call'

/** FC 1 and 2, at most 2,000 bits. One number (0 or 1) per bit. */
export function readBits(functionCode: 1 | 2, address: number, count: number): ModbusCall<Uint8Array> {
  checkRange('read', functionCode === 1 ? 'coils' : 'discrete inputs', address, count, 2000)
  return new ReadBits(functionCode, address, count)
}

/** FC 3 and 4, at most 125 registers. Unsigned 16-bit words. */
export function readRegisters(functionCode: 3 | 4, address: number, count: number): ModbusCall<Uint16Array> {
  checkRange('read', functionCode === 3 ? 'holding registers' : 'input registers', address, count, 125)
  return new ReadRegisters(functionCode, address, count)
}

/** FC 5. */
export function writeCoil(address: number, on: boolean): ModbusCall<void> {
  checkRange('write', 'coils', address, 1, 1)
  return new WriteOne(5, address, on ? 0xff00 : 0)
}

/** FC 6. */
export function writeRegister(address: number, word: number): ModbusCall<void> {
  checkRange('write', 'registers', address, 1, 1)
  checkWord(word)
  return new WriteOne(6, address, word)
}

/** FC 15, at most 1,968 coils. */
export function writeCoils(address: number, coils: readonly boolean[]): ModbusCall<void> {
  checkRange('write', 'coils', address, coils.length, 1968)
  const bytes = new Uint8Array(Math.ceil(coils.length / 8))
  coils.forEach((on, index) => {
    if (on) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7))
  })
  return new WriteMany(15, address, coils.length, bytes)
}

/** FC 16, at most 123 registers. */
export function writeRegisters(address: number, words: ArrayLike<number>): ModbusCall<void> {
  checkRange('write', 'registers', address, words.length, 123)
  return new WriteMany(16, address, words.length, bytesOf(words))
}

/** FC 22: (what stands there AND `and`) OR (`or` AND NOT `and`), in the device. */
export function maskWriteRegister(address: number, { and, or }: Masks): ModbusCall<void> {
  checkRange('write', 'registers', address, 1, 1)
  checkWord(and)
  checkWord(or)
  return new MaskWrite(address, and, or)
}

/** FC 23, writes at most 121 registers, then reads at most 125. */
export function readWriteRegisters(
  read: { readonly address: number; readonly count: number },
  write: { readonly address: number; readonly words: ArrayLike<number> },
): ModbusCall<Uint16Array> {
  checkRange('read', 'holding registers', read.address, read.count, 125)
  checkRange('write', 'registers', write.address, write.words.length, 121)
  return new ReadWriteRegisters(read.address, read.count, write.address, bytesOf(write.words))
}

/** Bits that are 1 in `and` stay as they are, the others become what `or` says. */
export interface Masks {
  readonly and: number
  readonly or: number
}

/** Any PDU as it stands. Only function code and exceptions of the answer are checked; the value is the answer's PDU. */
export function rawCall(pdu: Uint8Array): ModbusCall<Uint8Array> {
  if (pdu.length < 1 || pdu.length > 253) {
    throw refused(`A Modbus PDU has 1 to 253 bytes; this one has ${pdu.length}.`, { bytes: pdu.length, most: 253 })
  }
  if ((pdu[0] ?? 0) === 0 || (pdu[0] ?? 0) > 127) {
    throw refused(`A function code lies between 1 and 127; this one is ${pdu[0]}.`, { functionCode: pdu[0] ?? 0 })
  }
  return new RawCall(pdu.slice())
}

function checkRange(act: 'read' | 'write', what: string, address: number, count: number, most: number): void {
  if (!Number.isInteger(count) || count < 1 || count > most) {
    const limit = most === 1 ? 'exactly 1' : `1 to ${most}`
    throw refused(`One Modbus request can ${act} ${limit} ${what}; ${count} were asked for.`, { what, count, most })
  }
  if (!Number.isInteger(address) || address < 0 || address + count > 65_536) {
    const last = count > 1 ? ` to ${address + count - 1}` : ''
    throw refused(`Modbus addresses lie between 0 and 65535; ${address}${last} was asked for.`, {
      what,
      address,
      count,
    })
  }
}

function bytesOf(words: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(words.length * 2)
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? 0
    checkWord(word)
    putWord(bytes, index * 2, word)
  }
  return bytes
}

function checkWord(word: number): void {
  if (Number.isInteger(word) && word >= 0 && word <= 0xffff) return
  throw refused(`A register holds a whole number from 0 to 65535; ${word} was given.`, { word: String(word) })
}

function refused(text: string, args: Record<string, string | number>): SitewrightError {
  return new SitewrightError('link.request', text, { args: { ...args, detail: text } })
}
