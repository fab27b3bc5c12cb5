import type { PropertyValue } from '@shared/edge-config'

/** Letters before a value in a `.config` file: text, int, long, short, byte, float, double, boolean, character. */
export const FELIX_TYPES = ['T', 'I', 'L', 'S', 'X', 'F', 'D', 'B', 'C'] as const
export type FelixType = (typeof FELIX_TYPES)[number]

export type FelixScalar = string | number | bigint | boolean

/** A typed value of a configuration. `list`: how its elements are bracketed, as array or (seldom) as collection. */
export interface FelixValue {
  readonly type: FelixType
  readonly list: '[' | '(' | null
  /** One for a plain value. */
  readonly values: readonly FelixScalar[]
}

export type FelixProperties = ReadonlyMap<string, FelixValue>

const WHOLE: Partial<Record<FelixType, readonly [bigint, bigint]>> = {
  I: [-(2n ** 31n), 2n ** 31n - 1n],
  L: [-(2n ** 63n), 2n ** 63n - 1n],
  S: [-(2n ** 15n), 2n ** 15n - 1n],
  X: [-(2n ** 7n), 2n ** 7n - 1n],
}

export const felix = (type: FelixType, value: FelixScalar): FelixValue => ({ type, list: null, values: [value] })

/** The text between quotes as a value of that type. Floating numbers stand as the decimal of their bits. Throws a reason. */
export function readScalar(type: FelixType, text: string): FelixScalar {
  if (type === 'T') return text
  if (type === 'B') return text.toLowerCase() === 'true'
  if (type === 'C') {
    if (text.length === 1) return text
    throw new Error(`C needs one character, not "${text}"`)
  }
  if (type === 'F' || type === 'D') {
    if (!isWhole(text, type === 'F' ? 'I' : 'L')) {
      throw new Error(`${type} needs the decimal bit pattern (1.5 = ${writeScalar(type, 1.5)}), not "${text}"`)
    }
    const bits = new DataView(new ArrayBuffer(8))
    bits.setBigInt64(0, BigInt(text))
    return type === 'F' ? bits.getFloat32(4) : bits.getFloat64(0)
  }
  if (!isWhole(text, type)) throw new Error(`"${text}" is no number of type ${type}`)
  return type === 'L' ? BigInt(text) : Number(text)
}

/** The other way round. */
export function writeScalar(type: FelixType, value: FelixScalar): string {
  if (type !== 'F' && type !== 'D') return String(value)
  const bits = new DataView(new ArrayBuffer(8))
  if (type === 'F') bits.setFloat32(0, Number(value))
  else bits.setFloat64(0, Number(value))
  return String(type === 'F' ? bits.getInt32(0) : bits.getBigInt64(0))
}

/** As configuration holds it; null when JSON has no such value (a long beyond 2^53, NaN). */
export function toProperty({ list, values }: FelixValue): PropertyValue | null {
  // JSON has no minus zero.
  const plain = values.map((value) =>
    typeof value === 'string' || typeof value === 'boolean' ? value : Number(value) + 0,
  )
  const isLost = plain.some((value, index) =>
    typeof values[index] === 'bigint'
      ? !Number.isSafeInteger(value)
      : typeof value === 'number' && !Number.isFinite(value),
  )
  if (isLost) return null
  return list ? plain : (plain[0] ?? null)
}

/** With the type the property has, where the value is of it; else whole numbers are taken for int, others for double. */
export function fromProperty(value: PropertyValue, type?: FelixType, list: '[' | '(' = '['): FelixValue {
  const elements = Array.isArray(value) ? value : [value]
  const known = type && elements.every((element) => isOf(type, element)) ? type : guess(elements)
  const values = elements.map((element) => (known === 'L' ? BigInt(Math.trunc(Number(element))) : element))
  return { type: known, list: Array.isArray(value) ? list : null, values }
}

function isOf(type: FelixType, value: FelixScalar): boolean {
  if (type === 'T') return typeof value === 'string'
  if (type === 'B') return typeof value === 'boolean'
  if (type === 'C') return typeof value === 'string' && value.length === 1
  return typeof value === 'number' && (type === 'F' || type === 'D' || isWhole(String(value), type))
}

function guess(elements: readonly FelixScalar[]): FelixType {
  if (elements.some((element) => typeof element === 'string')) return 'T'
  const [first] = elements
  if (typeof first === 'boolean') return 'B'
  if (first === undefined) return 'T'
  return elements.every((element) => isWhole(String(element), 'I')) ? 'I' : 'D'
}

function isWhole(text: string, type: FelixType): boolean {
  const range = WHOLE[type]
  if (!range || !/^[+-]?\d{1,20}$/.test(text)) return false
  const value = BigInt(text.replace(/^\+/, ''))
  return value >= range[0] && value <= range[1]
}
