import type { NumberFormat } from '@shared/profile'

/** How a simulated device lays a value into its registers. */
export interface WordLayout {
  readonly format: NumberFormat
  /** Room for a string; numbers bring their own size. */
  readonly words?: number
  /** `little`: least significant register first. Text has no such order. */
  readonly wordOrder?: 'big' | 'little'
  /** `little`: the two bytes of every register are swapped. */
  readonly byteOrder?: 'big' | 'little'
  /** For `bit`: 0 is the least significant. */
  readonly bit?: number
}

/**
 * Raw value → registers, as the device side does it. Written from the specifications alone and sharing nothing with the
 * codec that drivers read with, so that one mistake cannot agree with itself. Whole numbers are rounded; what does not
 * fit throws RangeError, because a simulator that wraps round would prove anything.
 * Sources: Modbus Application Protocol V1.1b3 §4.2; IEEE 754-2019 §3.4.
 */
export function encodeWords(value: number | string, layout: WordLayout): number[] {
  if (layout.format === 'string') return ordered(textWords(String(value), layout.words), 'big', layout.byteOrder)
  const number = Number(value)
  return ordered(numberWords(number, layout), layout.wordOrder, layout.byteOrder)
}

function numberWords(value: number, { format, bit = 0 }: WordLayout): number[] {
  switch (format) {
    case 'float16':
      return [binary(value, 16, 5)]
    case 'float32':
      return split(BigInt(binary(value, 32, 8)), 2)
    case 'float64':
      return doubleWords(value)
    case 'bcd16':
      return split(BigInt(`0x${digits(value, 4)}`), 1)
    case 'bcd32':
      return split(BigInt(`0x${digits(value, 8)}`), 2)
    case 'bit':
      return [whole(value, 0n, 1n) === 1n ? 1 << bit : 0]
    case 'uint16':
    case 'bits16':
      return unsigned(value, 1)
    case 'uint32':
    case 'bits32':
      return unsigned(value, 2)
    case 'uint64':
      return unsigned(value, 4)
    case 'int16':
      return signed(value, 1)
    case 'int32':
      return signed(value, 2)
    case 'int64':
      return signed(value, 4)
    default:
      throw new RangeError(`${format} is no number`)
  }
}

function unsigned(value: number, words: number): number[] {
  return split(whole(value, 0n, (1n << BigInt(16 * words)) - 1n), words)
}

/** Two's complement: a negative number is what is missing to the next power of two. */
function signed(value: number, words: number): number[] {
  const half = 1n << BigInt(16 * words - 1)
  const number = whole(value, -half, half - 1n)
  return split(number < 0n ? number + 2n * half : number, words)
}

function whole(value: number, min: bigint, max: bigint): bigint {
  if (!Number.isFinite(value)) throw new RangeError(`${value} has no whole number form`)
  const number = BigInt(Math.round(value))
  if (number < min || number > max) throw new RangeError(`${value} is outside ${min} … ${max}`)
  return number
}

function digits(value: number, count: number): string {
  return whole(value, 0n, 10n ** BigInt(count) - 1n)
    .toString()
    .padStart(count, '0')
}

/** Most significant register first. */
function split(bits: bigint, words: number): number[] {
  return Array.from({ length: words }, (_, index) => Number((bits >> BigInt(16 * (words - 1 - index))) & 0xffffn))
}

/**
 * IEEE 754 interchange format of up to 32 bits: sign, biased exponent, fraction; nearest value, ties to even; too large
 * a number becomes infinity.
 */
function binary(value: number, width: number, exponentBits: number): number {
  const fractionBits = width - 1 - exponentBits
  const bias = 2 ** (exponentBits - 1) - 1
  const infinity = (2 ** exponentBits - 1) * 2 ** fractionBits
  if (Number.isNaN(value)) return infinity + 2 ** (fractionBits - 1)
  const sign = value < 0 || Object.is(value, -0) ? 2 ** (width - 1) : 0
  const size = Math.abs(value)
  if (size === 0) return sign
  // Powers of two are exact, so the exponent is found by trying its neighbours rather than trusting a logarithm.
  let exponent = Math.floor(Math.log2(Math.min(size, Number.MAX_VALUE)))
  if (2 ** (exponent + 1) <= size) exponent++
  if (2 ** exponent > size) exponent--
  const smallest = 1 - bias
  const steps = tiesToEven(size / 2 ** (Math.max(exponent, smallest) - fractionBits))
  // Subnormal numbers count from exponent field 0; a fraction that rounds up carries into the exponent by itself.
  const field = Math.max(exponent, smallest) + bias - 1
  return sign + Math.min(field * 2 ** fractionBits + steps, infinity)
}

function tiesToEven(value: number): number {
  const floor = Math.floor(value)
  if (value - floor === 0.5) return floor % 2 === 0 ? floor : floor + 1
  return Math.round(value)
}

/** A double is what JavaScript holds: its bits are taken as they are. */
function doubleWords(value: number): number[] {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  return [0, 2, 4, 6].map((at) => view.getUint16(at))
}

/** UTF-8, two bytes to a register, the rest filled with NUL. */
function textWords(value: string, words?: number): number[] {
  const bytes = [...new TextEncoder().encode(value)]
  const count = words ?? Math.ceil(bytes.length / 2)
  if (bytes.length > 2 * count) throw new RangeError(`"${value}" is longer than ${count} registers`)
  return Array.from({ length: count }, (_, index) => (bytes[2 * index] ?? 0) * 256 + (bytes[2 * index + 1] ?? 0))
}

function ordered(words: number[], wordOrder: 'big' | 'little' = 'big', byteOrder: 'big' | 'little' = 'big'): number[] {
  const inOrder = wordOrder === 'little' ? words.toReversed() : words
  return byteOrder === 'little' ? inOrder.map((word) => ((word & 0xff) << 8) | (word >> 8)) : inOrder
}
