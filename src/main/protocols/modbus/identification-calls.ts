import { SitewrightError } from '@shared/errors'
import { wrongAnswer } from './answer-errors'
import { type Answerer, checkFunction, type ModbusCall } from './modbus-call'

/** FC 17. The bytes of the answer as they are. */
export function serverId(): ModbusCall<Uint8Array> {
  return SERVER_ID
}

/** FC 43/14, codes 1 to 3: the objects of a category from one on. */
export function identificationPart(code: 1 | 2 | 3, from: number): ModbusCall<IdentificationPart> {
  return new ReadIdentification(code, from)
}

/** FC 43/14, code 4. */
export function identificationObject(id: number): ModbusCall<Uint8Array> {
  if (!Number.isInteger(id) || id < 0 || id > 0xff) {
    const text = `An identification object has a number from 0 to 255; ${id} was asked for.`
    throw new SitewrightError('link.request', text, { args: { id: String(id), detail: text } })
  }
  const whole = new ReadIdentification(4, id)
  return {
    functionCode: whole.functionCode,
    length: whole.length,
    alone: true,
    write: (target, at) => whole.write(target, at),
    describe: () => whole.describe(),
    read(bytes, start, end, who) {
      const { objects } = whole.read(bytes, start, end, who)
      const [object] = objects
      if (object?.id === id && objects.length === 1) return object.bytes
      const sent = objects.map((other) => other.id).join(', ')
      throw wrongAnswer(this, who, `it sent ${sent === '' ? 'none' : `object ${sent}`}`)
    },
  }
}

/** One answer to FC 43/14. */
export interface IdentificationPart {
  readonly conformity: number
  readonly objects: readonly { readonly id: number; readonly bytes: Uint8Array }[]
  /** The object to go on with; null: that was all. */
  readonly next: number | null
}

/** Source: MODBUS Application Protocol Specification V1.1b3, §6.13. */
const SERVER_ID: ModbusCall<Uint8Array> = {
  functionCode: 17,
  length: 1,
  alone: true,
  write(target, at) {
    target[at] = 17
  },
  read(bytes, start, end, who) {
    checkFunction(this, bytes, start, end, who)
    const length = end - start - 2
    if (length >= 1 && bytes[start + 1] === length) return bytes.slice(start + 2, end)
    const announced = bytes[start + 1] ?? 'none'
    throw wrongAnswer(this, who, `it sent ${Math.max(0, length)} bytes of data, announced as ${announced}`)
  },
  describe: () => 'its server id',
}

/** Source: MODBUS Application Protocol Specification V1.1b3, §6.21. */
class ReadIdentification implements ModbusCall<IdentificationPart> {
  readonly functionCode = 43
  readonly length = 4
  readonly alone = true
  readonly #code: number
  readonly #object: number

  constructor(code: number, object: number) {
    this.#code = code
    this.#object = object
  }

  write(target: Uint8Array, at: number): void {
    target.set([43, MEI, this.#code, this.#object], at)
  }

  read(bytes: Uint8Array, start: number, end: number, who: Answerer): IdentificationPart {
    checkFunction(this, bytes, start, end, who)
    const [type, code, conformity = 0, more = 0, next = 0, count = 0] = bytes.subarray(
      start + 1,
      Math.min(start + 7, end),
    )
    if (end - start < HEADER) throw wrongAnswer(this, who, `it sent ${end - start} bytes, a header has ${HEADER}`)
    if (type !== MEI || code !== this.#code) throw wrongAnswer(this, who, `it answered for type ${type}, code ${code}`)
    const level = conformity & 0x7f
    if (level < 1 || level > 3) throw wrongAnswer(this, who, `it claims conformity ${conformity}`)
    if (more !== 0 && more !== 0xff) throw wrongAnswer(this, who, `it says ${more} to whether more follows`)
    return {
      conformity,
      objects: this.#objects(bytes, start + HEADER, end, count, who),
      next: more === 0 ? null : next,
    }
  }

  describe(): string {
    if (this.#code === 4) return `identification object ${this.#object}`
    const kind = ['basic', 'regular', 'extended'][this.#code - 1]
    return `its ${kind} identification${this.#object === 0 ? '' : ` from object ${this.#object} on`}`
  }

  #objects(bytes: Uint8Array, start: number, end: number, count: number, who: Answerer): IdentificationPart['objects'] {
    const objects: { id: number; bytes: Uint8Array }[] = []
    let at = start
    while (objects.length < count && at + 2 <= end) {
      const from = at + 2
      at = from + (bytes[at + 1] ?? 0)
      if (at <= end) objects.push({ id: bytes[from - 2] ?? 0, bytes: bytes.slice(from, at) })
    }
    if (objects.length === count && at === end) return objects
    throw wrongAnswer(this, who, `${count} objects were announced, ${end - start} bytes hold ${objects.length}`)
  }
}

/** The "MEI type" of device identification. */
const MEI = 14
/** Function, type, code, conformity, whether more follows, next object, number of objects. */
const HEADER = 7
