import { loadSqlite } from '@main/storage/load-sqlite'
import {
  type HistoricQuery,
  queryHistoricTimeseriesEnergy,
  queryHistoricTimeseriesEnergyPerPeriod,
} from '@main/timeseries/historic-query'
import { SlotCounts } from '@main/timeseries/slot-counts'
import { SqliteTimeSeries } from '@main/timeseries/sqlite-time-series'
import type { ChannelValue } from '@shared/channel'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../storage/temporary-folder'
import { uniform } from './noise'

const MINUTE = 60_000
const BUY = '_sum/GridBuyActiveEnergy'

/** A store with a row every minute; `readings` are the counter's, minute by minute from `from` on. */
function counter(from: string, readings: readonly (number | null)[]) {
  const folder = temporaryFolder()
  const path = folder.file('history.db')
  const open = () => SqliteTimeSeries.open(path, { maxStepMs: () => MINUTE })
  let store = open()
  store.markCumulated([BUY])
  const start = Date.parse(from)
  for (const [minute, reading] of readings.entries()) store.append(start + minute * MINUTE, new Map([[BUY, reading]]))
  const query = (more: Partial<HistoricQuery>): HistoricQuery => ({
    timezone: 'Europe/Zurich',
    fromDate: '2026-02-01',
    toDate: '2026-02-01',
    channels: [BUY],
    ...more,
  })
  return {
    path,
    get store() {
      return store
    },
    append: (minute: number, values: Record<string, ChannelValue>) =>
      store.append(start + minute * MINUTE, new Map(Object.entries(values))),
    energy: (more: Partial<HistoricQuery> = {}) => queryHistoricTimeseriesEnergy(store, query(more)).data,
    periods: (unit: string, value = 1, more: Partial<HistoricQuery> = {}) =>
      queryHistoricTimeseriesEnergyPerPeriod(store, query({ resolution: { value, unit }, ...more })),
    restart(between: () => void = () => {}) {
      store[Symbol.dispose]()
      between()
      store = open()
    },
    [Symbol.dispose]() {
      store[Symbol.dispose]()
      folder[Symbol.dispose]()
    },
  }
}

/** 50 Wh a minute: 3 kWh an hour. */
const steady = (minutes: number, first = 1_000_000) => Array.from({ length: minutes + 1 }, (_, at) => first + at * 50)
const total = (values: readonly (number | null)[] | undefined) =>
  (values ?? []).reduce<number>((sum, value) => sum + (value ?? 0), 0)

it('tells what a counter counted in a day, and in each of its hours', () => {
  using edge = counter('2026-01-31T22:00:00Z', steady(26 * 60))
  expect(edge.energy()).toEqual({ [BUY]: 24 * 3000 })
  const { timestamps, data } = edge.periods('Hours')
  expect([timestamps.length, timestamps[0], timestamps[23]]).toEqual([
    24,
    '2026-01-31T23:00:00Z',
    '2026-02-01T22:00:00Z',
  ])
  expect(data).toEqual({ [BUY]: timestamps.map(() => 3000) })
})

it.each([
  ['Seconds', 30],
  ['Minutes', 1],
  ['Minutes', 7],
  ['Hours', 1],
  ['HalfDays', 1],
  ['Days', 1],
  ['Weeks', 1],
  ['Months', 1],
  ['Years', 1],
] as const)('gives periods of any length that add up to the whole: %s × %i', (unit, value) => {
  using edge = counter('2026-01-31T20:00:00Z', steady(30 * 60))
  const range = { fromDate: '2026-01-30', toDate: '2026-02-02' }
  expect(edge.energy(range)).toEqual({ [BUY]: 30 * 3000 })
  expect(total(edge.periods(unit, value, range).data[BUY])).toBe(30 * 3000)
})

it.each([
  ['2026-03-29', '2026-03-28T22:00:00Z', 23],
  ['2026-10-25', '2026-10-24T21:00:00Z', 25],
])('counts the day on which the clock is changed as long as it is: %s', (day, from, hours) => {
  using edge = counter(from, steady(27 * 60))
  const range = { fromDate: day, toDate: day }
  expect(edge.energy(range)).toEqual({ [BUY]: hours * 3000 })
  expect(edge.periods('Hours', 1, range).data[BUY]).toEqual(Array.from({ length: hours }, () => 3000))
})

it('takes seconds west of UTC for a zone', () => {
  using edge = counter('2026-01-31T22:00:00Z', steady(26 * 60))
  expect(edge.energy({ timezone: -3600 })).toEqual({ [BUY]: 24 * 3000 })
  const { timestamps } = edge.periods('Days', 1, { timezone: -3600 })
  expect(timestamps).toEqual(['2026-01-31T23:00:00Z'])
})

it('leaves hours without a reading empty, and shows what was counted meanwhile when it is seen', () => {
  using edge = counter('2026-01-31T23:00:00Z', steady(60))
  // Off for two hours and a half.
  for (let minute = 210; minute <= 240; minute++) edge.append(minute, { [BUY]: 1_000_000 + minute * 50 })
  const { data } = edge.periods('Hours')
  expect(data[BUY]?.slice(0, 6)).toEqual([2950, 50, null, 7500 + 1450, 50, null])
  expect(edge.energy()).toEqual({ [BUY]: 240 * 50 })
})

it('begins with the first reading of the range when the edge was off before', () => {
  using edge = counter('2026-01-31T12:00:00Z', [1_000_000])
  for (let minute = 13 * 60; minute <= 14 * 60; minute++) edge.append(minute, { [BUY]: 2_000_000 + minute })
  expect(edge.energy()).toEqual({ [BUY]: 60 })
})

it('adds what was counted before and after a counter began anew or a meter was exchanged', () => {
  const before = steady(30)
  using reset = counter('2026-01-31T23:00:00Z', [...before, ...steady(30, 0)])
  expect(reset.energy()).toEqual({ [BUY]: 3000 })
  using exchanged = counter('2026-01-31T23:00:00Z', [...before, ...steady(30, 700_000)])
  expect(exchanged.energy()).toEqual({ [BUY]: 3000 })
  expect(exchanged.periods('Minutes', 15).data[BUY]?.slice(0, 5)).toEqual([700, 750, 50 + 650, 750, 100])
  // It counts far beyond where it was; the one step that passes that could as well be a jump back.
  using far = counter('2026-01-31T23:00:00Z', [...steady(30, 50_000), ...steady(1300, 0)])
  expect(far.energy()).toEqual({ [BUY]: 1500 + 65_000 - 50 })
})

it('does not count twice when a device shows 0 for a moment', () => {
  using edge = counter('2026-01-31T23:00:00Z', [...steady(30), 0, ...steady(30, 1_001_500)])
  expect(edge.energy()).toEqual({ [BUY]: 3000 })
  using twice = counter('2026-01-31T23:00:00Z', [...steady(30), 0, 400_000, 0, null, ...steady(30, 1_001_500)])
  expect(twice.energy()).toEqual({ [BUY]: 400_000 + 3000 })
})

it('never counts the trembling of a difference of counters', () => {
  const trembling = Array.from({ length: 600 }, (_, minute) => 500_000 + minute * 10 + (minute % 3) * 200)
  using edge = counter('2026-01-31T23:00:00Z', trembling)
  expect(edge.energy()).toEqual({ [BUY]: Math.max(...trembling) - 500_000 })
  expect(Math.min(...(edge.periods('Minutes').data[BUY] ?? []).map(Number))).toBe(0)
})

it('counts only what is cumulated, and says so when that is nothing', () => {
  using edge = counter('2026-01-31T23:00:00Z', steady(60))
  edge.append(61, { 'meter0/ActivePower': 400 })
  edge.append(62, { 'meter0/ActivePower': 500 })
  expect(edge.energy({ channels: [BUY, 'meter0/ActivePower', 'not/There'] })).toEqual({
    [BUY]: 3000,
    'meter0/ActivePower': null,
    'not/There': null,
  })
  const none = expect.objectContaining({
    key: 'history.none',
    code: 1,
    message: 'Energy values are not available for the given time',
  })
  for (const query of [
    { channels: ['meter0/ActivePower'] },
    { channels: [] },
    { fromDate: '2025-01-01', toDate: '2025-01-01' },
  ]) {
    expect(() => edge.energy(query)).toThrow(none)
    expect(() => edge.periods('Hours', 1, query)).toThrow(none)
  }
})

it('knows what is a counter after a restart, before any row', () => {
  using edge = counter('2026-01-31T23:00:00Z', steady(60))
  edge.restart()
  expect(edge.energy()).toEqual({ [BUY]: 3000 })
})

it('reads files that were written before there were counters', () => {
  using edge = counter('2026-01-31T23:00:00Z', [...steady(60), ...steady(60, 0)])
  edge.restart(() => {
    const { DatabaseSync } = loadSqlite()
    const database = new DatabaseSync(edge.path)
    database.exec(
      'DROP TABLE hour; ALTER TABLE rollup DROP COLUMN anew; ALTER TABLE channel DROP COLUMN cumulated; PRAGMA user_version = 1',
    )
    database.close()
  })
  expect(() => edge.energy()).toThrow(expect.objectContaining({ key: 'history.none' }))
  // The edge runs again and says what is a counter.
  edge.store.markCumulated([BUY])
  edge.append(122, { [BUY]: 3000 })
  expect(edge.energy()).toEqual({ [BUY]: 6000 })
})

it('names the method whose question is wrong', () => {
  using edge = counter('2026-01-31T23:00:00Z', steady(1))
  const wrong = (method: string) =>
    expect.objectContaining({
      key: 'rpc.params',
      message: `${method}: fromDate: "today" is not a date like 2026-03-29`,
    })
  expect(() => edge.energy({ fromDate: 'today' })).toThrow(wrong('queryHistoricTimeseriesEnergy'))
  expect(() => edge.periods('Hours', 1, { fromDate: 'today' })).toThrow(wrong('queryHistoricTimeseriesEnergyPerPeriod'))
})

it.each([1, 2, 3, 4])('counts the same whether it looks into a window or not (%i)', (seed) => {
  const random = uniform(seed)
  const pick = (below: number) => Math.floor(random() * below)
  const start = Date.parse('2026-02-01T00:00:00Z')
  using edge = counter('2026-02-01T00:00:00Z', [])
  const readings: { at: number; reading: number }[] = []
  let reading = 100_000
  let minute = 0
  for (let row = 0; row < 1500; row++) {
    const chance = random()
    if (chance < 0.01) reading = pick(3) * 60_000
    else if (chance < 0.2) reading = Math.max(0, reading - pick(300))
    else reading += pick(400)
    edge.append(minute, { [BUY]: reading })
    readings.push({ at: start + minute * MINUTE, reading })
    if (random() < 0.005) edge.restart()
    minute += random() < 0.01 ? 1 + pick(200) : 1
  }
  for (let query = 0; query < 40; query++) {
    const aligned = random() < 0.7
    const width = aligned ? 300_000 * (1 + pick(30)) : 1 + pick(3_000_000)
    const from = aligned ? start + 300_000 * pick(200) : start + pick(60_000_000)
    const slots = Array.from({ length: 1 + pick(20) }, (_, slot) => from + slot * width)
    const end = (slots.at(-1) ?? from) + width
    const bounds = [...slots, end]
    const before = readings.findLast(({ at }) => at < from)
    const plain = new SlotCounts(bounds, before && from - before.at <= MINUTE ? before.reading : null)
    for (const { at, reading: value } of readings) if (at >= from) plain.addSpan(value, at, at)
    const answer = edge.store.counts([BUY], slots, end).get(BUY)
    expect(total(answer)).toBe(total(plain.counts()))
    for (const [slot, counted] of plain.counts().entries()) if (counted !== null) expect(answer?.[slot]).toBe(counted)
  }
})
