import { conversion } from '@shared/units'

/** Numbers and dates follow the region, not the language: 1’234.5 and 20.11.2026 in every language. */
const REGION = 'de-CH'
export const MINUS = '\u2212'
export const DASH = '–'

const numbers = new Map<number, Intl.NumberFormat>()

/** A number with fixed decimals, grouped with ’ and with a true minus. */
export function formatNumber(value: number, decimals = 0): string {
  let format = numbers.get(decimals)
  if (!format) {
    format = new Intl.NumberFormat(REGION, { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
    numbers.set(decimals, format)
  }
  // Versions of the Unicode tables disagree about the sign of grouping; here it is always ’.
  const text = format.format(value).replace(/^-/, MINUS).replaceAll("'", '’')
  // Rounded to nothing is nothing, without a sign.
  return /^\u2212[0.]*$/.test(text) ? text.slice(1) : text
}

export interface DisplayUnit {
  readonly unit: string
  readonly decimals: number
}

/** In which unit a channel's unit is shown, and with how many decimals; fixed, so that a column never jumps. */
const SHOWN: Readonly<Record<string, DisplayUnit>> = {
  W: { unit: 'kW', decimals: 2 },
  var: { unit: 'kvar', decimals: 2 },
  VA: { unit: 'kVA', decimals: 2 },
  Wh: { unit: 'kWh', decimals: 1 },
  Wh_Σ: { unit: 'kWh', decimals: 1 },
  varh: { unit: 'kvarh', decimals: 1 },
  VAh: { unit: 'kVAh', decimals: 1 },
  mV: { unit: 'V', decimals: 1 },
  V: { unit: 'V', decimals: 1 },
  mA: { unit: 'A', decimals: 2 },
  A: { unit: 'A', decimals: 2 },
  mHz: { unit: 'Hz', decimals: 2 },
  Hz: { unit: 'Hz', decimals: 2 },
  '°dC': { unit: '°C', decimals: 1 },
  '°C': { unit: '°C', decimals: 1 },
  '%': { unit: '%', decimals: 0 },
  sec_Σ: { unit: 'h', decimals: 0 },
}

export function displayUnit(channelUnit: string): DisplayUnit {
  return SHOWN[channelUnit] ?? { unit: channelUnit === 'On/Off' ? '' : channelUnit, decimals: 0 }
}

/** A channel's number as it is shown: `1.42`, in `displayUnit(unit)` unless another unit is asked for. */
export function formatQuantity(value: number, channelUnit: string, as: DisplayUnit = displayUnit(channelUnit)): string {
  return formatNumber(value * (conversion(channelUnit, as.unit) ?? 1), as.decimals)
}

const time = new Intl.DateTimeFormat(REGION, { hour: '2-digit', minute: '2-digit' })
const seconds = new Intl.DateTimeFormat(REGION, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const date = new Intl.DateTimeFormat(REGION, { day: '2-digit', month: '2-digit', year: 'numeric' })

/** 10:42 */
export const formatTime = (at: number): string => time.format(at)
/** 10:42:18 */
export const formatSeconds = (at: number): string => seconds.format(at)
/** 20.11.2026 */
export const formatDate = (at: number): string => date.format(at)

/** How many midnights lie between two moments: 0 today, 1 yesterday. */
export function daysBetween(earlier: number, later: number): number {
  const midnight = (at: number) => new Date(at).setHours(0, 0, 0, 0)
  return Math.round((midnight(later) - midnight(earlier)) / 86_400_000)
}

/** How long ago, as key and args for the locales: `14 s`, `3 min`, `2 h`, `5 d`. */
export function ageParts(ageMs: number): { key: 'age.s' | 'age.min' | 'age.h' | 'age.d'; n: number } {
  const s = Math.max(0, Math.round(ageMs / 1000))
  if (s < 120) return { key: 'age.s', n: s }
  if (s < 7200) return { key: 'age.min', n: Math.round(s / 60) }
  if (s < 172_800) return { key: 'age.h', n: Math.round(s / 3600) }
  return { key: 'age.d', n: Math.round(s / 86_400) }
}

/** What a person typed as a number: decimal comma or point, ’ or blank between thousands. Null when it is none. */
export function parseNumber(text: string): number | null {
  const plain = text
    .trim()
    .replace(/[’'\s\u00a0\u202f]/g, '')
    .replace(MINUS, '-')
    .replace(',', '.')
  if (!/^-?(\d+\.?\d*|\.\d+)$/.test(plain)) return null
  return Number(plain)
}
