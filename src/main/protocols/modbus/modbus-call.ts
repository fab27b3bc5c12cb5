import { exceptionError, wrongAnswer } from './answer-errors'

/**
 * One Modbus question and how its answer is read. The answer is checked against what was asked: function code, byte
 * count, and the echo of address, count and value. An answer that does not fit is an error, never a value.
 * Source: MODBUS Application Protocol Specification V1.1b3, §6 (functions) and §7 (exceptions).
 */
export interface ModbusCall<T> {
  readonly functionCode: number
  /** Bytes of the request PDU. */
  readonly length: number
  /**
   * Nothing else may be on the wire meanwhile, and the answer gets `LONE_TIMEOUT_MS` at least: functions that many devices
   * do not have. A device on libmodbus takes half a second to refuse one and throws away what came in that time.
   */
  readonly alone?: boolean
  /** Puts the request PDU into `target`, from `at`. */
  write(target: Uint8Array, at: number): void
  /** Reads the answer PDU in `bytes[start…end)`. Throws `device.exception`, `device.gateway`, `device.wrong-answer`. */
  read(bytes: Uint8Array, start: number, end: number, who: Answerer): T
  /** What was asked, for a person: `2 holding registers from 40000`. */
  describe(): string
}

/** The least time-out of a call that goes alone, ms. */
export const LONE_TIMEOUT_MS = 1000

/** Who is answering, for the error's text. */
export interface Answerer {
  readonly target: string
  readonly unit: number
}

abstract class Call {
  readonly functionCode: number
  readonly address: number
  readonly count: number

  constructor(functionCode: number, address: number, count: number) {
    this.functionCode = functionCode
    this.address = address
    this.count = count
  }

  get length(): number {
    return 5
  }

  write(target: Uint8Array, at: number): void {
    target[at] = this.functionCode
    putWord(target, at + 1, this.address)
    putWord(target, at + 3, this.count)
  }

  abstract describe(): string
}

export class ReadBits extends Call implements ModbusCall<Uint8Array> {
  read(bytes: Uint8Array, start: number, end: number, who: Answerer): Uint8Array {
    checkFunction(this, bytes, start, end, who)
    checkByteCount(this, bytes, start, end, Math.ceil(this.count / 8), who)
    const bits = new Uint8Array(this.count)
    for (let index = 0; index < bits.length; index++) {
      bits[index] = ((bytes[start + 2 + (index >> 3)] ?? 0) >> (index & 7)) & 1
    }
    return bits
  }

  describe(): string {
    return `${this.count} ${this.functionCode === 1 ? 'coils' : 'discrete inputs'} from ${this.address}`
  }
}

export class ReadRegisters extends Call implements ModbusCall<Uint16Array> {
  read(bytes: Uint8Array, start: number, end: number, who: Answerer): Uint16Array {
    return wordsOf(this, bytes, start, end, who)
  }

  describe(): string {
    return `${this.count} ${this.functionCode === 3 ? 'holding' : 'input'} registers from ${this.address}`
  }
}

/** FC 5 and 6: the answer repeats the request. `count` stands for the value here. */
export class WriteOne extends Call implements ModbusCall<void> {
  read(bytes: Uint8Array, start: number, end: number, who: Answerer): void {
    checkFunction(this, bytes, start, end, who)
    checkEcho(this, bytes, start, end, who)
  }

  describe(): string {
    return this.functionCode === 5 ? `writing coil ${this.address}` : `writing register ${this.address}`
  }
}

/** FC 15 and 16: the answer repeats address and count. */
export class WriteMany extends Call implements ModbusCall<void> {
  readonly #data: Uint8Array

  constructor(functionCode: number, address: number, count: number, data: Uint8Array) {
    super(functionCode, address, count)
    this.#data = data
  }

  override get length(): number {
    return 6 + this.#data.length
  }

  override write(target: Uint8Array, at: number): void {
    super.write(target, at)
    target[at + 5] = this.#data.length
    target.set(this.#data, at + 6)
  }

  read(bytes: Uint8Array, start: number, end: number, who: Answerer): void {
    checkFunction(this, bytes, start, end, who)
    checkEcho(this, bytes, start, end, who)
  }

  describe(): string {
    return `writing ${this.count} ${this.functionCode === 15 ? 'coils' : 'registers'} from ${this.address}`
  }
}

/** FC 22: the answer repeats address and both masks. */
export class MaskWrite extends Call implements ModbusCall<void> {
  readonly #or: number

  /** `count` stands for the AND mask here. */
  constructor(address: number, and: number, or: number) {
    super(22, address, and)
    this.#or = or
  }

  override get length(): number {
    return 7
  }

  override write(target: Uint8Array, at: number): void {
    super.write(target, at)
    putWord(target, at + 5, this.#or)
  }

  read(bytes: Uint8Array, start: number, end: number, who: Answerer): void {
    checkFunction(this, bytes, start, end, who)
    const seen = [1, 3, 5].map((at) => wordAt(bytes, start + at))
    const asked = [this.address, this.count, this.#or]
    if (end - start === 7 && seen.every((word, index) => word === asked[index])) return
    throw wrongAnswer(this, who, `it confirmed ${seen.join('/')} instead of ${asked.join('/')}`)
  }

  describe(): string {
    return `masking register ${this.address}`
  }
}

/** FC 23: writes first, then reads; the answer is that of a read. `count` is what is read. */
export class ReadWriteRegisters extends Call implements ModbusCall<Uint16Array> {
  readonly #writeAddress: number
  readonly #data: Uint8Array

  constructor(address: number, count: number, writeAddress: number, data: Uint8Array) {
    super(23, address, count)
    this.#writeAddress = writeAddress
    this.#data = data
  }

  override get length(): number {
    return 10 + this.#data.length
  }

  override write(target: Uint8Array, at: number): void {
    super.write(target, at)
    putWord(target, at + 5, this.#writeAddress)
    putWord(target, at + 7, this.#data.length / 2)
    target[at + 9] = this.#data.length
    target.set(this.#data, at + 10)
  }

  read(bytes: Uint8Array, start: number, end: number, who: Answerer): Uint16Array {
    return wordsOf(this, bytes, start, end, who)
  }

  describe(): string {
    const written = `writing ${this.#data.length / 2} registers from ${this.#writeAddress}`
    return `${written} and reading ${this.count} from ${this.address}`
  }
}

export class RawCall implements ModbusCall<Uint8Array> {
  readonly #pdu: Uint8Array

  constructor(pdu: Uint8Array) {
    this.#pdu = pdu
  }

  get functionCode(): number {
    return this.#pdu[0] ?? 0
  }

  get length(): number {
    return this.#pdu.length
  }

  write(target: Uint8Array, at: number): void {
    target.set(this.#pdu, at)
  }

  read(bytes: Uint8Array, start: number, end: number, who: Answerer): Uint8Array {
    checkFunction(this, bytes, start, end, who)
    return bytes.slice(start, end)
  }

  describe(): string {
    return `function ${this.functionCode}`
  }
}

function wordsOf(
  call: Call & ModbusCall<unknown>,
  bytes: Uint8Array,
  start: number,
  end: number,
  who: Answerer,
): Uint16Array {
  checkFunction(call, bytes, start, end, who)
  checkByteCount(call, bytes, start, end, call.count * 2, who)
  const words = new Uint16Array(call.count)
  for (let index = 0, at = start + 2; index < words.length; index++, at += 2) {
    words[index] = wordAt(bytes, at)
  }
  return words
}

export function checkFunction(
  call: ModbusCall<unknown>,
  bytes: Uint8Array,
  start: number,
  end: number,
  who: Answerer,
): void {
  const seen = bytes[start] ?? 0
  if (seen === call.functionCode) return
  if (seen === (call.functionCode | 0x80) && end - start === 2) throw exceptionError(call, bytes[start + 1] ?? 0, who)
  throw wrongAnswer(call, who, `it answered with function ${seen} instead of ${call.functionCode}`)
}

function checkByteCount(
  call: Call & ModbusCall<unknown>,
  bytes: Uint8Array,
  start: number,
  end: number,
  expected: number,
  who: Answerer,
): void {
  if (bytes[start + 1] === expected && end - start === expected + 2) return
  const sent = `${Math.max(0, end - start - 2)} bytes of data, announced as ${bytes[start + 1] ?? 'none'}`
  throw wrongAnswer(call, who, `it sent ${sent}, instead of ${expected}`)
}

function checkEcho(
  call: Call & ModbusCall<unknown>,
  bytes: Uint8Array,
  start: number,
  end: number,
  who: Answerer,
): void {
  const address = wordAt(bytes, start + 1)
  const count = wordAt(bytes, start + 3)
  if (end - start === 5 && address === call.address && count === call.count) return
  throw wrongAnswer(call, who, `it confirmed ${address}/${count} instead of ${call.address}/${call.count}`)
}

export function putWord(target: Uint8Array, at: number, word: number): void {
  target[at] = word >> 8
  target[at + 1] = word
}

function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}
