import { SitewrightError } from '@shared/errors'
import {
  countSlots,
  daysBetween,
  defaultResolution,
  type LocalDate,
  parseDate,
  type Resolution,
  slotsOf,
} from './slots'
import { DAY_MS, parseTimeZone, type TimeZone } from './time-zone'
import type { TimeSeries } from './timeseries'

export interface HistoricQuery {
  /** IANA name, or seconds west of UTC. */
  readonly timezone: string | number
  /** Days of that place, `YYYY-MM-DD`, both included. */
  readonly fromDate: string
  readonly toDate: string
  readonly channels: readonly string[]
  /** A number is in seconds. Without: by the number of days. */
  readonly resolution?: { readonly value: number; readonly unit: string } | number | undefined
}

export interface HistoricData {
  /** Starts of the slots in UTC: `2026-01-31T23:00:00Z`. */
  readonly timestamps: string[]
  /** The mean of every slot; null where nothing is known. All as long as `timestamps`. */
  readonly data: Record<string, (number | null)[]>
}

/**
 * Answers OpenEMS's `queryHistoricTimeseriesData`. Throws `history.none` when nothing at all is known of that time (the
 * official UI takes an empty answer for a fault), and `rpc.params` for what is no date, zone or resolution.
 */
export function queryHistoricTimeseriesData(store: TimeSeries, query: HistoricQuery): HistoricData {
  const { from, to, zone, resolution } = readQuery(query)
  const channels = [...new Set(query.channels)]
  if (countSlots(from, to, resolution) * Math.max(1, channels.length) > MOST_VALUES) {
    throw wrong(
      'resolution',
      `gives more than ${MOST_VALUES} values; ask for fewer days, fewer channels or longer slots`,
    )
  }
  const { starts, end } = slotsOf(from, to, resolution, zone)
  const means = store.means(channels, starts, end)
  if (![...means.values()].some((values) => values.some((value) => value !== null))) {
    throw new SitewrightError('history.none', 'Unable to query historic data. Result is null', {
      args: { from: query.fromDate, to: query.toDate },
    })
  }
  return { timestamps: starts.map(timestamp), data: Object.fromEntries(means) }
}

/** More would keep the edge from its cycle for too long. */
const MOST_VALUES = 2_000_000

function readQuery(query: HistoricQuery): { from: LocalDate; to: LocalDate; zone: TimeZone; resolution: Resolution } {
  const from = parseDate(query.fromDate)
  if (!from) throw wrong('fromDate', `"${query.fromDate}" is not a date like 2026-03-29`)
  const to = parseDate(query.toDate)
  if (!to) throw wrong('toDate', `"${query.toDate}" is not a date like 2026-03-29`)
  if (daysBetween(from, to) < 0) throw wrong('toDate', `${query.toDate} is before ${query.fromDate}`)
  const zone = parseTimeZone(query.timezone)
  if (!zone) throw wrong('timezone', `"${query.timezone}" is neither a time zone's name nor seconds west of UTC`)
  return { from, to, zone, resolution: readResolution(query.resolution) ?? defaultResolution(from, to) }
}

/** Names of java.time.temporal.ChronoUnit, in any case. */
const SECONDS = new Map([
  ['seconds', 1],
  ['minutes', 60],
  ['hours', 3600],
  ['halfdays', 43_200],
])
const DAYS = new Map([
  ['days', 1],
  ['weeks', 7],
])
const MONTHS = new Map([
  ['months', 1],
  ['years', 12],
  ['decades', 120],
])

function readResolution(resolution: HistoricQuery['resolution']): Resolution | null {
  if (resolution === undefined) return null
  if (typeof resolution === 'number') return fromSeconds(resolution)
  const { value } = resolution
  const unit = resolution.unit.toLowerCase()
  const seconds = SECONDS.get(unit)
  const days = DAYS.get(unit)
  const months = MONTHS.get(unit)
  if (seconds !== undefined) return fromSeconds(value * seconds)
  if (days !== undefined) return { days: atLeastOne(value) * days }
  if (months !== undefined) return { months: atLeastOne(value) * months }
  throw wrong(
    'resolution',
    `unit "${resolution.unit}" is not known; Seconds, Minutes, Hours, Days, Months and Years are`,
  )
}

function fromSeconds(seconds: number): Resolution {
  const ms = atLeastOne(seconds) * 1000
  if (ms % DAY_MS === 0) return { days: ms / DAY_MS }
  if (ms < DAY_MS) return { ms }
  throw wrong('resolution', `${seconds} s is more than a day, but not whole days`)
}

function atLeastOne(value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw wrong('resolution', `${value} is not a whole number above zero`)
}

function wrong(name: string, reason: string): SitewrightError {
  const method = 'queryHistoricTimeseriesData'
  return new SitewrightError('rpc.params', `${method}: ${name}: ${reason}`, { args: { method, reason } })
}

/** Slots begin at whole seconds. */
const timestamp = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`
