import { DAY_MS, momentOf, type TimeZone } from './time-zone'

/** A calendar day without a place, e.g. 2026-03-29. */
export interface LocalDate {
  readonly year: number
  /** 1…12 */
  readonly month: number
  readonly day: number
}

/** A length of slots: so many ms of the local clock (less than a day), or whole days or months of the calendar. */
export type Resolution = { readonly ms: number } | { readonly days: number } | { readonly months: number }

/**
 * The starts of all slots from the beginning of `from` to the end of `to` (both included, in that place's days), and where
 * the last one ends. Slots are aligned to the local clock, also on the two days a year when it is changed:
 *
 * - Within a day, slots begin where the local clock shows a multiple of the resolution since midnight.
 * - An hour that the clock jumps over has no slots; a slot that would begin in it begins after it.
 * - An hour that the clock shows twice has its slots twice. Where a slot is longer than what is repeated it contains both.
 * - Months and years begin on the first of a month; the very first slot begins with `from`.
 */
export function slotsOf(from: LocalDate, to: LocalDate, resolution: Resolution, zone: TimeZone): Slots {
  const beyond = startOfDay(addDays(from, daysBetween(from, to) + 1), zone)
  const starts: number[] = []
  const put = (start: number) => {
    const before = starts.at(-1)
    if (start < beyond && (before === undefined || start > before)) starts.push(start)
  }
  if ('ms' in resolution) {
    for (let day = 0; day <= daysBetween(from, to); day++) putDay(addDays(from, day), resolution.ms, zone, put)
  } else if ('days' in resolution) {
    for (let day = 0; day <= daysBetween(from, to); day += resolution.days) put(startOfDay(addDays(from, day), zone))
  } else {
    put(startOfDay(from, zone))
    for (let month = resolution.months; ; month += resolution.months) {
      const first = startOfDay(firstOfMonth(from, month), zone)
      if (first >= beyond) break
      put(first)
    }
  }
  return { starts, end: beyond }
}

export interface Slots {
  readonly starts: readonly number[]
  readonly end: number
}

/** How many slots `slotsOf` gives at most, without making them. */
export function countSlots(from: LocalDate, to: LocalDate, resolution: Resolution): number {
  const days = daysBetween(from, to) + 1
  // No day has more than 25 hours.
  if ('ms' in resolution) return days * (Math.ceil((DAY_MS + 3_600_000) / resolution.ms) + 1)
  return Math.ceil(days / ('days' in resolution ? resolution.days : 28 * resolution.months)) + 1
}

/** What is asked for without a resolution, by the number of days (OpenEMS, `CommonTimedataService.calculateResolution`). */
export function defaultResolution(from: LocalDate, to: LocalDate): Resolution {
  const days = daysBetween(from, to) + 1
  const minutes = DEFAULT_MINUTES.find(([most]) => days <= most)?.[1]
  return minutes === undefined ? { days: 1 } : { ms: minutes * 60_000 }
}

const DEFAULT_MINUTES: readonly (readonly [mostDays: number, minutes: number])[] = [
  [1, 5],
  [2, 10],
  [3, 15],
  [4, 20],
  [6, 30],
  [12, 60],
  [24, 120],
  [48, 240],
  [96, 480],
  [144, 720],
]

/** `2026-03-29`; null if it is not a day of the calendar. */
export function parseDate(text: string): LocalDate | null {
  const [, year, month, day] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []).map(Number)
  if (year === undefined || month === undefined || day === undefined) return null
  const date = { year, month, day }
  const back = dateOf(localMs(date))
  return back.year === year && back.month === month && back.day === day ? date : null
}

export function daysBetween(from: LocalDate, to: LocalDate): number {
  return (localMs(to) - localMs(from)) / DAY_MS
}

/** The slots of one day. It is cut where the clock was changed; in each part the clock runs evenly. */
function putDay(date: LocalDate, ms: number, zone: TimeZone, put: (start: number) => void): void {
  const start = startOfDay(date, zone)
  const end = startOfDay(addDays(date, 1), zone)
  const change = findChange(start, end, zone)
  /** Added to a moment, it gives what the clock has gone since midnight: before the change, and after it. */
  const before = zone.offsetAt(start) - localMs(date)
  const after = zone.offsetAt(end - 1) - localMs(date)

  put(start)
  putMultiples(start, change, before, ms, put)
  if (change === end) return
  if (after > before) {
    // Put forward over the start of a slot: it begins now.
    if (Math.ceil((change + before) / ms) * ms < change + after) put(change)
    putMultiples(change, end, after, ms, put)
  } else {
    // Put back: what is shown again begins again, unless the slot before has not had its full length yet.
    const last = Math.floor((change - 1 + before) / ms) * ms - before
    putMultiples(Math.max(change, last + ms), end, after, ms, put)
  }
}

/** All moments of [from, to) at which `moment + shift` is a multiple of `ms`. */
function putMultiples(from: number, to: number, shift: number, ms: number, put: (start: number) => void): void {
  for (let at = Math.ceil((from + shift) / ms) * ms - shift; at < to; at += ms) put(at)
}

/** The moment within (start, end) from which on the clock is different; `end` if there is none. Never two in one day. */
function findChange(start: number, end: number, zone: TimeZone): number {
  const offset = zone.offsetAt(start)
  if (zone.offsetAt(end - 1) === offset) return end
  let low = start
  let high = end - 1
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (zone.offsetAt(middle) === offset) low = middle
    else high = middle
  }
  return high
}

function startOfDay(date: LocalDate, zone: TimeZone): number {
  return momentOf(localMs(date), zone)
}

function addDays(date: LocalDate, days: number): LocalDate {
  return dateOf(localMs(date) + days * DAY_MS)
}

function firstOfMonth({ year, month }: LocalDate, monthsLater: number): LocalDate {
  return dateOf(Date.UTC(year, month - 1 + monthsLater, 1))
}

function localMs({ year, month, day }: LocalDate): number {
  return Date.UTC(year, month - 1, day)
}

function dateOf(local: number): LocalDate {
  const date = new Date(local)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}
