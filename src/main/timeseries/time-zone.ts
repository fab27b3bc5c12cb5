/**
 * A place's clock: how far its local time is ahead of UTC, in ms, at any moment. "Local" numbers are epoch ms of a UTC
 * clock that shows the local time, so that calendar arithmetic needs no zone.
 */
export interface TimeZone {
  offsetAt(at: number): number
}

/**
 * Reads a time zone as OpenEMS sends it: an IANA name, or seconds *west* of UTC as JavaScript's `getTimezoneOffset` counts
 * (wire description of `queryHistoricTimeseriesData`). null = neither.
 */
export function parseTimeZone(timezone: string | number): TimeZone | null {
  if (typeof timezone === 'number') {
    const eastMs = -timezone * 1000
    return Math.abs(timezone) <= LARGEST_OFFSET_S ? { offsetAt: () => eastMs } : null
  }
  const known = zones.get(timezone)
  if (known) return known
  try {
    const zone = namedZone(timezone)
    if (zones.size < 500) zones.set(timezone, zone)
    return zone
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/**
 * The moment at which the clock shows `local`. If it shows it twice, the first; if never, because it was put forward over
 * it, the moment as much later as it was put forward (java.time.ZonedDateTime.of does the same).
 */
export function momentOf(local: number, zone: TimeZone): number {
  // Offsets are less than a day, so these two hold on both sides of a change near `local`.
  const before = zone.offsetAt(local - DAY_MS)
  const after = zone.offsetAt(local + DAY_MS)
  const early = local - before
  if (zone.offsetAt(early) === before) return early
  const late = local - after
  return zone.offsetAt(late) === after ? late : early
}

export const DAY_MS = 86_400_000

/** 18 hours, as java.time.ZoneOffset. */
const LARGEST_OFFSET_S = 64_800

/** Making a formatter costs more than a thousand uses of it. */
const zones = new Map<string, TimeZone>()

function namedZone(name: string): TimeZone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  return {
    offsetAt(at) {
      const whole = Math.floor(at / 1000) * 1000
      const shown: Record<string, number> = {}
      for (const { type, value } of format.formatToParts(whole)) shown[type] = Number(value)
      const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown
      return Date.UTC(year, month - 1, day, hour, minute, second) - whole
    },
  }
}
