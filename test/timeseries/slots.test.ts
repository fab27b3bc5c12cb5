import {
  countSlots,
  defaultResolution,
  type LocalDate,
  parseDate,
  type Resolution,
  slotsOf,
} from '@main/timeseries/slots'
import { momentOf, parseTimeZone, type TimeZone } from '@main/timeseries/time-zone'
import { expect, it } from 'vitest'

const minutes = (count: number): Resolution => ({ ms: count * 60_000 })
const hours = (count: number): Resolution => minutes(60 * count)

function zone(name: string | number): TimeZone {
  const found = parseTimeZone(name)
  if (!found) throw new Error(`no zone ${name}`)
  return found
}

function date(text: string): LocalDate {
  const parsed = parseDate(text)
  if (!parsed) throw new Error(`no date ${text}`)
  return parsed
}

/** Slot starts as the local clock shows them, with its distance to UTC; and where the last one ends. */
function slots(from: string, to: string, resolution: Resolution, name: string | number = 'Europe/Zurich') {
  const place = zone(name)
  const { starts, end } = slotsOf(date(from), date(to), resolution, place)
  const show = (at: number) => {
    const offset = place.offsetAt(at)
    const sign = offset < 0 ? '-' : '+'
    const hoursEast = Math.abs(offset) / 3_600_000
    return `${new Date(at + offset).toISOString().slice(5, 16).replace('T', ' ')} ${sign}${hoursEast}`
  }
  return { shown: starts.map(show), count: starts.length, starts, end, endShown: show(end) }
}

it('begins with the local day and ends with it, whatever the zone', () => {
  expect(slots('2026-02-01', '2026-02-01', hours(12))).toMatchObject({
    shown: ['02-01 00:00 +1', '02-01 12:00 +1'],
    endShown: '02-02 00:00 +1',
    end: Date.UTC(2026, 1, 1, 23),
  })
  expect(slots('2026-02-01', '2026-02-01', hours(12), 'America/St_Johns').shown[1]).toBe('02-01 12:00 -3.5')
  expect(slots('2026-02-01', '2026-02-01', hours(12), 'Asia/Kathmandu').starts[0]).toBe(Date.UTC(2026, 0, 31, 18, 15))
  // JavaScript's getTimezoneOffset, in seconds: negative in the east.
  expect(slots('2026-02-01', '2026-02-01', hours(12), -3600).starts[0]).toBe(Date.UTC(2026, 0, 31, 23))
  expect(slots('2026-02-01', '2026-02-01', hours(12), 18_000).starts[0]).toBe(Date.UTC(2026, 1, 1, 5))
})

it('has 23 hours on the day the clock is put forward', () => {
  const day = '2026-03-29'
  expect(slots(day, day, hours(1)).shown.slice(0, 4)).toEqual([
    '03-29 00:00 +1',
    '03-29 01:00 +1',
    '03-29 03:00 +2',
    '03-29 04:00 +2',
  ])
  expect([
    slots(day, day, hours(1)).count,
    slots(day, day, minutes(5)).count,
    slots(day, day, minutes(30)).count,
  ]).toEqual([23, 276, 46])
  // Slots that would begin in the missing hour begin after it; the others keep their place on the clock.
  expect(slots(day, day, hours(2)).shown.slice(0, 4)).toEqual([
    '03-29 00:00 +1',
    '03-29 03:00 +2',
    '03-29 04:00 +2',
    '03-29 06:00 +2',
  ])
  expect(slots(day, day, hours(4)).shown.slice(0, 3)).toEqual(['03-29 00:00 +1', '03-29 04:00 +2', '03-29 08:00 +2'])
  expect(slots(day, day, hours(12)).shown).toEqual(['03-29 00:00 +1', '03-29 12:00 +2'])
})

it('has 25 hours on the day the clock is put back', () => {
  const day = '2026-10-25'
  expect(slots(day, day, hours(1)).shown.slice(1, 5)).toEqual([
    '10-25 01:00 +2',
    '10-25 02:00 +2',
    '10-25 02:00 +1',
    '10-25 03:00 +1',
  ])
  expect([
    slots(day, day, hours(1)).count,
    slots(day, day, minutes(5)).count,
    slots(day, day, minutes(15)).count,
  ]).toEqual([25, 300, 100])
  // A slot longer than the hour that comes twice contains it twice.
  expect(slots(day, day, hours(2)).shown.slice(0, 4)).toEqual([
    '10-25 00:00 +2',
    '10-25 02:00 +2',
    '10-25 04:00 +1',
    '10-25 06:00 +1',
  ])
  expect(slots(day, day, hours(12)).shown).toEqual(['10-25 00:00 +2', '10-25 12:00 +1'])
})

it('keeps slots in their place over a change between two days', () => {
  const { shown, count } = slots('2026-03-28', '2026-03-30', hours(8))
  expect(count).toBe(9)
  expect(shown.map((text) => text.slice(6, 11))).toEqual(
    Array.from({ length: 3 }, () => ['00:00', '08:00', '16:00']).flat(),
  )
})

it('copes with places that change their clock otherwise', () => {
  // Half an hour, at two o'clock (Lord Howe).
  expect(slots('2026-04-05', '2026-04-05', minutes(30), 'Australia/Lord_Howe').count).toBe(49)
  expect(slots('2026-04-05', '2026-04-05', hours(1), 'Australia/Lord_Howe').count).toBe(24)
  expect(slots('2026-10-04', '2026-10-04', hours(1), 'Australia/Lord_Howe').shown.slice(1, 4)).toEqual([
    '10-04 01:00 +10.5',
    '10-04 02:30 +11',
    '10-04 03:00 +11',
  ])
  // At midnight: the day begins at one (Beirut), or is as long as two evenings (Havana).
  expect(slots('2026-03-29', '2026-03-29', hours(1), 'Asia/Beirut').shown.slice(0, 2)).toEqual([
    '03-29 01:00 +3',
    '03-29 02:00 +3',
  ])
  expect(slots('2026-11-01', '2026-11-01', hours(1), 'America/Havana').shown.slice(0, 3)).toEqual([
    '11-01 00:00 -4',
    '11-01 00:00 -5',
    '11-01 01:00 -5',
  ])
  // A day that never was (Samoa crossed the date line).
  expect(slots('2011-12-29', '2011-12-31', { days: 1 }, 'Pacific/Apia').shown).toEqual([
    '12-29 00:00 -10',
    '12-31 00:00 +14',
  ])
})

it('starts anew at midnight where the resolution does not divide the day', () => {
  expect(slots('2026-02-01', '2026-02-02', hours(7)).shown.map((text) => text.slice(0, 8))).toEqual([
    '02-01 00',
    '02-01 07',
    '02-01 14',
    '02-01 21',
    '02-02 00',
    '02-02 07',
    '02-02 14',
    '02-02 21',
  ])
})

it('counts days and months of the calendar', () => {
  expect(slots('2026-03-28', '2026-03-30', { days: 1 }).shown).toEqual([
    '03-28 00:00 +1',
    '03-29 00:00 +1',
    '03-30 00:00 +2',
  ])
  expect(slots('2026-03-28', '2026-04-10', { days: 7 }).shown).toEqual(['03-28 00:00 +1', '04-04 00:00 +2'])
  expect(slots('2026-01-15', '2026-04-02', { months: 1 }).shown).toEqual([
    '01-15 00:00 +1',
    '02-01 00:00 +1',
    '03-01 00:00 +1',
    '04-01 00:00 +2',
  ])
  expect(slots('2024-01-01', '2026-12-31', { months: 12 }).starts.map((at) => new Date(at).toISOString())).toEqual([
    '2023-12-31T23:00:00.000Z',
    '2024-12-31T23:00:00.000Z',
    '2025-12-31T23:00:00.000Z',
  ])
})

it('never makes more slots than it says beforehand, and never two that begin together', () => {
  const cases: [string, string, Resolution][] = [
    ['2026-03-01', '2026-03-31', minutes(7)],
    ['2026-10-01', '2026-10-31', minutes(60)],
    ['2026-10-24', '2026-10-26', { ms: 1000 }],
    ['2026-01-31', '2026-12-01', { months: 1 }],
    ['2026-01-01', '2026-12-31', { days: 7 }],
  ]
  for (const [from, to, resolution] of cases) {
    const { starts, end } = slotsOf(date(from), date(to), resolution, zone('Europe/Zurich'))
    expect(starts.length).toBeLessThanOrEqual(countSlots(date(from), date(to), resolution))
    expect([...starts, end].every((start, index, all) => index === 0 || start > (all[index - 1] ?? start))).toBe(true)
  }
})

it('chooses slots by the number of days, like OpenEMS', () => {
  const first = date('2026-01-01')
  const chosen = [1, 2, 3, 4, 5, 6, 7, 12, 13, 24, 25, 48, 49, 96, 97, 144, 145].map((days) => {
    const resolution = defaultResolution(first, date(new Date(Date.UTC(2026, 0, days)).toISOString().slice(0, 10)))
    return 'ms' in resolution ? resolution.ms / 60_000 : resolution
  })
  expect(chosen).toEqual([5, 10, 15, 20, 30, 30, 60, 60, 120, 120, 240, 240, 480, 480, 720, 720, { days: 1 }])
})

it('finds the moment of a local time, also where it is shown twice or never', () => {
  const zurich = zone('Europe/Zurich')
  const moment = (...local: [number, number, number, number, number]) =>
    new Date(momentOf(Date.UTC(...local), zurich)).toISOString().slice(0, 16)
  expect(moment(2026, 6, 1, 12, 0)).toBe('2026-07-01T10:00')
  expect(moment(2026, 2, 29, 1, 59)).toBe('2026-03-29T00:59')
  expect(moment(2026, 2, 29, 2, 30)).toBe('2026-03-29T01:30')
  expect(moment(2026, 2, 29, 3, 0)).toBe('2026-03-29T01:00')
  expect(moment(2026, 9, 25, 2, 30)).toBe('2026-10-25T00:30')
  expect(moment(2026, 9, 25, 3, 0)).toBe('2026-10-25T02:00')
})

it('tells what is no date and no zone', () => {
  for (const text of ['2026-02-29', '2026-13-01', '2026-1-1', '0050-01-01', '', '2026-01-01T00:00']) {
    expect(parseDate(text)).toBe(null)
  }
  expect(parseDate('2024-02-29')).toEqual({ year: 2024, month: 2, day: 29 })
  for (const name of ['Europe/Zürich', '', 'Mars/Base', 64_801, Number.NaN]) expect(parseTimeZone(name)).toBe(null)
  expect(parseTimeZone('UTC')?.offsetAt(0)).toBe(0)
})
