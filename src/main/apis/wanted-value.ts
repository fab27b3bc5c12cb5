import type { ChannelDoc, ChannelValue, OpenemsType } from '@shared/channel'
import { SitewrightError } from '@shared/errors'

const LIMITS: Partial<Record<OpenemsType, readonly [number, number]>> = {
  SHORT: [-32_768, 32_767],
  INTEGER: [-2_147_483_648, 2_147_483_647],
  LONG: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
}
const YES = new Set(['true', 'on', '1'])
const NO = new Set(['false', 'off', '0'])
/** Longer than any display; a channel is no place to keep a file. */
const LONGEST_TEXT = 1000

/**
 * What somebody wrote, in the type of the channel it is for. `null` takes a value back, and so does an empty text unless the
 * channel holds text. What does not fit is refused by name, never bent: `channel.value`, for an enum `channel.option`.
 * Source: wire description §4.5; OpenEMS `TypeUtils.getAsType`.
 */
export function wantedValue(address: string, doc: ChannelDoc, raw: unknown): ChannelValue {
  if (raw === null || raw === undefined) return null
  if (typeof raw !== 'string' && typeof raw !== 'number' && typeof raw !== 'boolean') throw unfit(address, doc, raw)
  if (doc.type === 'STRING') {
    if (String(raw).length > LONGEST_TEXT) throw unfit(address, doc, raw)
    return String(raw)
  }
  if (raw === '') return null
  if (doc.category === 'ENUM') return optionOf(address, doc, raw)
  if (doc.type === 'BOOLEAN') return booleanOf(address, doc, raw)
  const number = numberOf(raw)
  if (!Number.isFinite(number)) throw unfit(address, doc, raw)
  if (doc.type === 'FLOAT' || doc.type === 'DOUBLE') return number
  // + 0: a rounded −0.4 is 0, not −0.
  const whole = Math.round(number) + 0
  const limits = LIMITS[doc.type]
  if (limits && (whole < limits[0] || whole > limits[1])) throw unfit(address, doc, raw)
  return whole
}

function booleanOf(address: string, doc: ChannelDoc, raw: string | number | boolean): number {
  if (typeof raw === 'boolean') return raw ? 1 : 0
  if (typeof raw === 'number') {
    if (Number.isFinite(raw)) return raw === 0 ? 0 : 1
    throw unfit(address, doc, raw)
  }
  const word = raw.trim().toLowerCase()
  if (YES.has(word)) return 1
  if (NO.has(word)) return 0
  throw unfit(address, doc, raw)
}

/** By number or by name. */
function optionOf(address: string, { options = {} }: ChannelDoc, raw: string | number | boolean): number {
  const named = typeof raw === 'string' && Object.hasOwn(options, raw) ? options[raw] : undefined
  const number = named ?? numberOf(raw)
  if (Object.values(options).includes(number)) return number
  throw new SitewrightError('channel.option', `${address} has no option ${raw}.`, {
    args: { address, value: String(raw).slice(0, 100) },
    data: [String(raw).slice(0, 100)],
  })
}

function numberOf(raw: string | number | boolean): number {
  if (typeof raw !== 'string') return Number(raw)
  return raw.trim() === '' ? Number.NaN : Number(raw)
}

function unfit(address: string, { type }: ChannelDoc, raw: unknown): SitewrightError {
  const value = (JSON.stringify(raw) ?? String(raw)).slice(0, 100)
  return new SitewrightError('channel.value', `${value} is no value for ${address} [${type}].`, {
    args: { address, type, value },
  })
}
