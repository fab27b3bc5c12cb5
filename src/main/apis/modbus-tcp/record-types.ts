import type { ChannelValue } from '@shared/channel'

export type RecordType = 'enum16' | 'uint16' | 'uint64' | 'float32' | 'float64' | 'string16'

/** Registers each type takes. */
export const RECORD_WORDS: Readonly<Record<RecordType, number>> = {
  enum16: 1,
  uint16: 1,
  uint64: 4,
  float32: 2,
  float64: 4,
  string16: 16,
}

/**
 * A value as its registers, high word first. What is not known, or does not fit, is NaN for a float, all ones for an
 * unsigned number and zeros for a text: never a number that somebody could take for one. Source: wire description §8.
 */
export function toRecord(type: RecordType, value: ChannelValue): number[] {
  const view = new DataView(new ArrayBuffer(RECORD_WORDS[type] * 2))
  const number = typeof value === 'number' ? value : Number.NaN
  switch (type) {
    case 'enum16':
    case 'uint16':
      view.setUint16(0, fits(number, 0xffff) ? Math.round(number) : 0xffff)
      break
    case 'uint64':
      view.setBigUint64(0, fits(number, Number.MAX_SAFE_INTEGER) ? BigInt(Math.round(number)) : 2n ** 64n - 1n)
      break
    case 'float32':
      view.setFloat32(0, number)
      break
    case 'float64':
      view.setFloat64(0, number)
      break
    case 'string16':
      for (const [at, character] of [...String(value ?? '')].slice(0, view.byteLength).entries()) {
        const code = character.codePointAt(0) ?? 0
        view.setUint8(at, code < 0x80 ? code : 0x3f)
      }
      break
    default:
      never(type)
  }
  return Array.from({ length: RECORD_WORDS[type] }, (_, index) => view.getUint16(index * 2))
}

/** What a client wrote. The form of "not known" takes a value back: null. Infinity stays and is refused later. */
export function fromRecord(type: RecordType, words: readonly number[]): ChannelValue {
  const view = new DataView(new ArrayBuffer(RECORD_WORDS[type] * 2))
  words.forEach((word, index) => {
    view.setUint16(index * 2, word)
  })
  switch (type) {
    case 'enum16':
    case 'uint16':
      return view.getUint16(0) === 0xffff ? null : view.getUint16(0)
    case 'uint64':
      return view.getBigUint64(0) === 2n ** 64n - 1n ? null : Number(view.getBigUint64(0))
    case 'float32':
      return nullForNaN(view.getFloat32(0))
    case 'float64':
      return nullForNaN(view.getFloat64(0))
    case 'string16': {
      const bytes = new Uint8Array(view.buffer)
      const end = bytes.indexOf(0)
      return new TextDecoder('latin1').decode(end < 0 ? bytes : bytes.subarray(0, end))
    }
    default:
      return never(type)
  }
}

/** The last number of an unsigned type means "not known". */
const fits = (number: number, most: number): boolean => Number.isFinite(number) && number >= 0 && number < most
const nullForNaN = (number: number): ChannelValue => (Number.isNaN(number) ? null : number)

function never(type: never): never {
  throw new TypeError(`unknown type ${String(type)}`)
}
