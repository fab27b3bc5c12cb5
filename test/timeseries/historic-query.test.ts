import { type HistoricQuery, queryHistoricTimeseriesData } from '@main/timeseries/historic-query'
import { SqliteTimeSeries } from '@main/timeseries/sqlite-time-series'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../storage/temporary-folder'

/** A store with a row every minute from `from` on; the value of each is the number of minutes since then. */
function recorded(from: string, count: number) {
  const folder = temporaryFolder()
  const store = SqliteTimeSeries.open(folder.file('history.db'), { maxStepMs: () => 60_000 })
  const start = Date.parse(from)
  for (let minute = 0; minute <= count; minute++) {
    store.append(start + minute * 60_000, new Map([['_sum/GridActivePower', minute]]))
  }
  return {
    ask: (query: Partial<HistoricQuery>) =>
      queryHistoricTimeseriesData(store, {
        timezone: 'Europe/Zurich',
        fromDate: '2026-02-01',
        toDate: '2026-02-01',
        channels: ['_sum/GridActivePower'],
        ...query,
      }),
    [Symbol.dispose]() {
      store[Symbol.dispose]()
      folder[Symbol.dispose]()
    },
  }
}

it('answers a day in 5-minute means of local time, null where nothing is known', () => {
  using edge = recorded('2026-01-31T23:00:00Z', 30)
  const { timestamps, data } = edge.ask({ channels: ['_sum/GridActivePower', 'meter0/ActivePower'] })
  expect(timestamps.length).toBe(288)
  expect([timestamps[0], timestamps[1], timestamps[287]]).toEqual([
    '2026-01-31T23:00:00Z',
    '2026-01-31T23:05:00Z',
    '2026-02-01T22:55:00Z',
  ])
  expect(data['_sum/GridActivePower']?.slice(0, 7)).toEqual([2, 7, 12, 17, 22, 27, null])
  expect(data['_sum/GridActivePower']?.length).toBe(288)
  expect(data['meter0/ActivePower']).toEqual(timestamps.map(() => null))
})

it('takes seconds west of UTC for a zone, and seconds for a resolution', () => {
  using edge = recorded('2026-01-31T23:00:00Z', 30)
  const { timestamps, data } = edge.ask({ timezone: -3600, resolution: 900 })
  expect(timestamps.slice(0, 2)).toEqual(['2026-01-31T23:00:00Z', '2026-01-31T23:15:00Z'])
  expect(data['_sum/GridActivePower']?.slice(0, 3)).toEqual([7, 22, null])
})

it.each<[string, HistoricQuery['resolution'], number, number]>([
  ['seconds, in any case', { value: 30, unit: 'SECONDS' }, 2880, 0],
  ['minutes', { value: 10, unit: 'Minutes' }, 144, 4.5],
  ['hours', { value: 1, unit: 'hours' }, 24, 14.5],
  ['half days', { value: 1, unit: 'HalfDays' }, 2, 14.5],
  ['days', { value: 1, unit: 'Days' }, 1, 14.5],
  ['a day in seconds', 86_400, 1, 14.5],
  ['months', { value: 1, unit: 'Months' }, 1, 14.5],
  ['years', { value: 1, unit: 'Years' }, 1, 14.5],
])('knows %s', (_what, resolution, count, first) => {
  using edge = recorded('2026-01-31T23:00:00Z', 30)
  const { timestamps, data } = edge.ask({ resolution })
  expect([timestamps.length, data['_sum/GridActivePower']?.[0]]).toEqual([count, first])
})

it('gives the hour that comes twice its own two means', () => {
  using edge = recorded('2026-10-25T00:00:00Z', 180)
  const { timestamps, data } = edge.ask({
    fromDate: '2026-10-25',
    toDate: '2026-10-25',
    resolution: { value: 1, unit: 'Hours' },
  })
  expect(timestamps.length).toBe(25)
  expect(timestamps.slice(2, 5)).toEqual(['2026-10-25T00:00:00Z', '2026-10-25T01:00:00Z', '2026-10-25T02:00:00Z'])
  expect(data['_sum/GridActivePower']?.slice(1, 6)).toEqual([null, 29.5, 89.5, 149.5, null])
})

it('says that there is nothing, rather than give nothing but holes', () => {
  using edge = recorded('2026-01-31T23:00:00Z', 30)
  for (const query of [
    { fromDate: '2025-01-01', toDate: '2025-01-02' },
    { channels: ['not/There'] },
    { channels: [] },
  ]) {
    expect(() => edge.ask(query)).toThrow(expect.objectContaining({ key: 'history.none', code: 1 }))
  }
})

it.each<[string, Partial<HistoricQuery>, RegExp]>([
  ['date', { fromDate: '2026-02-30' }, /fromDate: "2026-02-30" is not a date/],
  ['order', { fromDate: '2026-02-02' }, /toDate: 2026-02-01 is before 2026-02-02/],
  ['zone', { timezone: 'Europe/Bern' }, /timezone: "Europe\/Bern"/],
  ['unit', { resolution: { value: 1, unit: 'Fortnights' } }, /unit "Fortnights" is not known/],
  ['name of a property', { resolution: { value: 1, unit: 'constructor' } }, /unit "constructor" is not known/],
  ['length', { resolution: { value: 0, unit: 'Hours' } }, /0 is not a whole number above zero/],
  ['odd length', { resolution: { value: 36, unit: 'Hours' } }, /129600 s is more than a day/],
  ['number of values', { fromDate: '1990-01-01', resolution: 1 }, /more than 2000000 values/],
])('refuses a wrong %s and says which', (_what, query, message) => {
  using edge = recorded('2026-01-31T23:00:00Z', 1)
  expect(() => edge.ask(query)).toThrow(
    expect.objectContaining({ key: 'rpc.params', message: expect.stringMatching(message) }),
  )
})
