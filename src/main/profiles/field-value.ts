import type { ChannelValue } from '@shared/channel'
import { decode, encode } from '@shared/modbus-numbers'
import type { RegisterField } from '@shared/profile'
import { tidy } from '@shared/units'

/** What the registers of a field say, in the unit of its channel. `null`: the device has no value just now. */
export function decodeField(field: RegisterField, words: ArrayLike<number>): ChannelValue {
  const raw = decode(field.format, words, field)
  if (typeof raw !== 'number') return raw
  if (field.invalid.includes(raw)) return null
  if (field.options) return field.options[raw] ?? null
  const value = tidy(raw * field.factor + field.offset)
  if (field.keep === 'positive') return Math.max(0, value)
  if (field.keep === 'negative') return Math.max(0, -value)
  return value
}

/** The registers that ask for this value. Throws RangeError when the device cannot hold it. */
export function encodeField(field: RegisterField, value: number | string): number[] {
  const order = { ...field, words: field.words }
  if (field.format === 'string' || typeof value === 'string') return encode(field.format, value, order)
  const wanted = field.options ? rawOf(field.options, value) : tidy((value - field.offset) / field.factor)
  return encode(field.format, field.format.startsWith('float') ? wanted : Math.round(wanted), order)
}

function rawOf(options: Readonly<Record<string, number>>, value: number): number {
  const raw = Object.entries(options).find(([, number]) => number === value)?.[0]
  if (raw === undefined) throw new RangeError(`the device has no code for ${value}`)
  return Number(raw)
}
