import { SitewrightError } from '@shared/errors'
import {
  countSlots,
  daysBetween,
  defaultResolution,
  type LocalDate,
  parseDate,
  type Resolution,
  type Slots,
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

export type EnergyQuery = Omit<HistoricQuery, 'resolution'>

export interface HistoricEnergy {
  readonly data: Record<string, number | null>
}

export interface HistoricData {
  /** Starts of the slots in UTC: `2026-01-31T23:00:00Z`. */
  readonly timestamps: string[]
  /** One value for every slot; null where nothing is known. All as long as `timestamps`. */
  readonly data: Record<string, (number | null)[]>
}

/**
 * Answers OpenEMS's `queryHistoricTimeseriesData`. Throws `history.none` when nothing at all is known of that time (the
 * official UI takes an empty answer for a fault), and `rpc.params` for what is no date, zone or resolution.
 */
export function queryHistoricTimeseriesData(store: TimeSeries, query: HistoricQuery): HistoricData {
  const { channels, starts, end } = slotsOfQuery('queryHistoricTimeseriesData', query)
  const means = store.means(channels, starts, end)
  refuseNothing(means, query, 'Unable to query historic data. Result is null')
  return { timestamps: starts.map(timestamp), data: Object.fromEntries(means) }
}

/**
 * Answers OpenEMS's `queryHistoricTimeseriesEnergy`: what each cumulated channel counted in that time; null for channels
 * that are not cumulated or had no reading. Throws as `queryHistoricTimeseriesData` does.
 */
export function queryHistoricTimeseriesEnergy(store: TimeSeries, query: EnergyQuery): HistoricEnergy {
  // The longest slots there are; what counts is where the first begins and the last ends.
  const resolution = { value: 1, unit: 'Years' }
  const { channels, starts, end } = slotsOfQuery('queryHistoricTimeseriesEnergy', { ...query, resolution })
  const counts = store.counts(channels, starts.slice(0, 1), end)
  refuseNothing(counts, query, ENERGY_NONE)
  return { data: Object.fromEntries([...counts].map(([channel, [energy]]) => [channel, energy ?? null])) }
}

/** Answers OpenEMS's `queryHistoricTimeseriesEnergyPerPeriod`: the same for every slot. */
export function queryHistoricTimeseriesEnergyPerPeriod(store: TimeSeries, query: HistoricQuery): HistoricData {
  const { channels, starts, end } = slotsOfQuery('queryHistoricTimeseriesEnergyPerPeriod', query)
  const counts = store.counts(channels, starts, end)
  refuseNothing(counts, query, ENERGY_NONE)
  return { timestamps: starts.map(timestamp), data: Object.fromEntries(counts) }
}

const ENERGY_NONE = 'Energy values are not available for the given time'

function refuseNothing(data: ReadonlyMap<string, readonly (number | null)[]>, query: EnergyQuery, text: string): void {
  if ([...data.values()].some((values) => values.some((value) => value !== null))) return
  throw new SitewrightError('history.none', text, { args: { from: query.fromDate, to: query.toDate } })
}

function slotsOfQuery(method: string, query: HistoricQuery): Slots & { channels: string[] } {
  try {
    const { from, to, zone, resolution } = readQuery(query)
    const channels = [...new Set(query.channels)]
    if (countSlots(from, to, resolution) * Math.max(1, channels.length) > MOST_VALUES) {
      throw new WrongParam(
        'resolution',
        `gives more than ${MOST_VALUES} values; ask for fewer days, fewer channels or longer slots`,
      )
    }
    return { channels, ...slotsOf(from, to, resolution, zone) }
  } catch (error) {
    if (!(error instanceof WrongParam)) throw error
    const reason = error.message
    throw new SitewrightError('rpc.params', `${method}: ${reason}`, { args: { method, reason } })
  }
}

/** More would keep the edge from its cycle for too long. */
const MOST_VALUES = 2_000_000

function readQuery(query: HistoricQuery): { from: LocalDate; to: LocalDate; zone: TimeZone; resolution: Resolution } {
  const from = parseDate(query.fromDate)
  if (!from) throw new WrongParam('fromDate', `"${query.fromDate}" is not a date like 2026-03-29`)
  const to = parseDate(query.toDate)
  if (!to) throw new WrongParam('toDate', `"${query.toDate}" is not a date like 2026-03-29`)
  if (daysBetween(from, to) < 0) throw new WrongParam('toDate', `${query.toDate} is before ${query.fromDate}`)
  const zone = parseTimeZone(query.timezone)
  if (!zone)
    throw new WrongParam('timezone', `"${query.timezone}" is neither a time zone's name nor seconds west of UTC`)
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
  throw new WrongParam(
    'resolution',
    `unit "${resolution.unit}" is not known; Seconds, Minutes, Hours, Days, Months and Years are`,
  )
}

function fromSeconds(seconds: number): Resolution {
  const ms = atLeastOne(seconds) * 1000
  if (ms % DAY_MS === 0) return { days: ms / DAY_MS }
  if (ms < DAY_MS) return { ms }
  throw new WrongParam('resolution', `${seconds} s is more than a day, but not whole days`)
}

function atLeastOne(value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value
  throw new WrongParam('resolution', `${value} is not a whole number above zero`)
}

/** Which member is wrong, and why; the method is added where it is known. */
class WrongParam extends Error {
  constructor(name: string, reason: string) {
    super(`${name}: ${reason}`)
  }
}

/** Slots begin at whole seconds. */
const timestamp = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`
