import type { NumberFormat } from './profile'

/** How a value lies in its registers. `big` is Modbus's own order; `little` words: least significant register first. */
export interface NumberOrder {
  readonly wordOrder?: 'big' | 'little'
  /** `little`: the two bytes inside each register are swapped. With little words: the whole value lies backwards. */
  readonly byteOrder?: 'big' | 'little'
  /** For `bit`: 0 = least significant. */
  readonly bit?: number
}

/** Registers each format takes; a string takes what it is given. */
export const FORMAT_WORDS: Readonly<Record<Exclude<NumberFormat, 'string'>, number>> = {
  uint16: 1,
  int16: 1,
  bcd16: 1,
  float16: 1,
  bits16: 1,
  bit: 1,
  uint32: 2,
  int32: 2,
  bcd32: 2,
  float32: 2,
  bits32: 2,
  uint64: 4,
  int64: 4,
  float64: 4,
}

/**
 * The value that lies in the registers, before any factor. `null` where the raw form itself says "no value": NaN and
 * infinities, BCD with a digit above 9, an empty string. Sentinels such as FFFF are the profile's business. 64-bit integers
 * above 2^53 lose their last digits here; `decodeBig` keeps them.
 * Sources: Modbus Application Protocol V1.1b3 §4.2 (order of bytes); IEEE 754-2019 §3.4 (binary16, 32, 64).
 */
export function decode(
  format: NumberFormat,
  words: ArrayLike<number>,
  order: NumberOrder = {},
): number | string | null {
  // Text has no word order: makers that swap words still write strings left to right.
  if (format === 'string') return text(toBytes(words, words.length, { ...order, wordOrder: 'big' }))
  const needed = FORMAT_WORDS[format]
  if (words.length < needed) throw new RangeError(`${format} needs ${needed} registers, there are ${words.length}`)
  const bytes = toBytes(words, needed, order)
  const view = new DataView(bytes.buffer)
  switch (format) {
    case 'uint16':
    case 'bits16':
      return view.getUint16(0)
    case 'int16':
      return view.getInt16(0)
    case 'uint32':
    case 'bits32':
      return view.getUint32(0)
    case 'int32':
      return view.getInt32(0)
    case 'uint64':
      return Number(view.getBigUint64(0))
    case 'int64':
      return Number(view.getBigInt64(0))
    case 'float16':
      return finite(fromHalf(view.getUint16(0)))
    case 'float32':
      return finite(view.getFloat32(0))
    case 'float64':
      return finite(view.getFloat64(0))
    case 'bcd16':
    case 'bcd32':
      return fromBcd(bytes)
    case 'bit':
      return (view.getUint16(0) >> bitOf(order)) & 1
    default:
      return never(format)
  }
}

/** A 64-bit integer without loss. */
export function decodeBig(
  format: 'uint64' | 'int64',
  words: ArrayLike<number>,
  order: Omit<NumberOrder, 'bit'> = {},
): bigint {
  const view = new DataView(toBytes(words, 4, order).buffer)
  return format === 'uint64' ? view.getBigUint64(0) : view.getBigInt64(0)
}

/**
 * The registers that say this value. Throws RangeError for what does not fit: a write must never wrap around.
 * `words` is the room a string has; a shorter one is filled with NUL.
 */
export function encode(
  format: NumberFormat,
  value: number | string | bigint,
  order: NumberOrder & { readonly words?: number } = {},
): number[] {
  if (format === 'string') return encodeText(String(value), order)
  const view = new DataView(new ArrayBuffer(FORMAT_WORDS[format] * 2))
  switch (format) {
    case 'uint16':
    case 'bits16':
      view.setUint16(0, integer(format, value, 0, 0xffff))
      break
    case 'int16':
      view.setInt16(0, integer(format, value, -0x8000, 0x7fff))
      break
    case 'uint32':
    case 'bits32':
      view.setUint32(0, integer(format, value, 0, 0xffff_ffff))
      break
    case 'int32':
      view.setInt32(0, integer(format, value, -0x8000_0000, 0x7fff_ffff))
      break
    case 'uint64':
      view.setBigUint64(0, wide(format, value, 0n, 2n ** 64n - 1n))
      break
    case 'int64':
      view.setBigInt64(0, wide(format, value, -(2n ** 63n), 2n ** 63n - 1n))
      break
    case 'float16':
      view.setUint16(0, toHalf(real(format, value, 65519)))
      break
    case 'float32':
      view.setFloat32(0, real(format, value, 3.402_823_5e38))
      break
    case 'float64':
      view.setFloat64(0, real(format, value, Number.MAX_VALUE))
      break
    case 'bcd16':
    case 'bcd32':
      toBcd(view, integer(format, value, 0, format === 'bcd16' ? 9999 : 99_999_999))
      break
    case 'bit':
      view.setUint16(0, integer(format, value, 0, 1) << bitOf(order))
      break
    default:
      never(format)
  }
  return toWords(view, order)
}

function toBytes(words: ArrayLike<number>, count: number, order: NumberOrder): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count * 2)
  for (let index = 0; index < count; index++) {
    const word = words[order.wordOrder === 'little' ? count - 1 - index : index] ?? 0
    bytes[index * 2] = order.byteOrder === 'little' ? word : word >> 8
    bytes[index * 2 + 1] = order.byteOrder === 'little' ? word >> 8 : word
  }
  return bytes
}

function toWords(view: DataView, order: NumberOrder): number[] {
  const words: number[] = []
  for (let at = 0; at < view.byteLength; at += 2) words.push(view.getUint16(at, order.byteOrder === 'little'))
  return order.wordOrder === 'little' ? words.reverse() : words
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

/** IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. Node below 24 has no getFloat16. */
function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** Nearest half, ties to even. */
function toHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (size >= 65520) return sign | 0x7c00
  if (size < 2 ** -14) return sign | roundToEven(size * 2 ** 24)
  let exponent = Math.floor(Math.log2(size))
  if (2 ** exponent > size) exponent--
  // A carry out of the fraction runs into the exponent, which is just what it should do.
  return sign + ((exponent + 14) << 10) + roundToEven(size / 2 ** (exponent - 10))
}

function roundToEven(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  return rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below
}

function fromBcd(bytes: Uint8Array): number | null {
  let value = 0
  for (const byte of bytes) {
    if (byte >> 4 > 9 || (byte & 0xf) > 9) return null
    value = value * 100 + (byte >> 4) * 10 + (byte & 0xf)
  }
  return value
}

function toBcd(view: DataView, value: number): void {
  let rest = value
  for (let at = view.byteLength - 1; at >= 0; at--) {
    view.setUint8(at, (Math.floor((rest % 100) / 10) << 4) | (rest % 10))
    rest = Math.floor(rest / 100)
  }
}

/** Up to the first NUL, without the blanks some makers pad with; registers never programmed (all FF) are no text. */
function text(bytes: Uint8Array): string | null {
  const end = bytes.indexOf(0)
  const used = end < 0 ? bytes : bytes.subarray(0, end)
  if (used.every((byte) => byte === 0xff)) return null
  const result = new TextDecoder().decode(used).trim()
  return result === '' ? null : result
}

function encodeText(value: string, order: NumberOrder & { readonly words?: number }): number[] {
  const bytes = new TextEncoder().encode(value)
  const count = order.words ?? Math.ceil(bytes.length / 2)
  if (bytes.length > count * 2) throw new RangeError(`"${value}" does not fit into ${count} registers`)
  const room = new Uint8Array(count * 2)
  room.set(bytes)
  return toWords(new DataView(room.buffer), { ...order, wordOrder: 'big' })
}

function integer(format: string, value: number | string | bigint, min: number, max: number): number {
  const number = Number(value)
  if (!Number.isInteger(number) || number < min || number > max) {
    throw new RangeError(`${value} does not fit into ${format} (${min} … ${max})`)
  }
  return number
}

/** Infinity may be written on purpose (some devices mean "no limit"); too large a number must not become it. */
function real(format: string, value: number | string | bigint, max: number): number {
  const number = Number(value)
  if (Number.isNaN(number) || (Number.isFinite(number) && Math.abs(number) > max)) {
    throw new RangeError(`${value} does not fit into ${format}`)
  }
  return number
}

function wide(format: string, value: number | string | bigint, min: bigint, max: bigint): bigint {
  const big = BigInt(value)
  if (big < min || big > max) throw new RangeError(`${value} does not fit into ${format}`)
  return big
}

function bitOf(order: NumberOrder): number {
  const bit = order.bit ?? 0
  if (!Number.isInteger(bit) || bit < 0 || bit > 15) throw new RangeError(`bit ${bit} is not in a register`)
  return bit
}

function never(format: never): never {
  throw new TypeError(`unknown format ${String(format)}`)
}
