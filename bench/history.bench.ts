import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadSqlite } from '@main/storage/load-sqlite'
import {
  queryHistoricTimeseriesData,
  queryHistoricTimeseriesEnergy,
  queryHistoricTimeseriesEnergyPerPeriod,
} from '@main/timeseries/historic-query'
import { SqliteTimeSeries } from '@main/timeseries/sqlite-time-series'
import { type BenchReport, median } from './report'

/**
 * H1: a day of ten channels at one row per second, asked in 5-minute means, from rollups and from chunks, against SQLite
 * with one row per value (the table most loggers have), in the same run and with the same values; then a month and a year,
 * which come from hours. H2: bytes per value on
 * disk, index included. H3: what a cycle pays for 2,000 channels that all change, and for closing their window.
 */
export default async function benchHistory(report: BenchReport): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sitewright-bench-'))
  try {
    queries(report, folder)
    longQueries(report, folder)
    appends(report, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const DAY_S = 86_400
const ROUNDS = 7
const start = Date.UTC(2026, 1, 1)
const at = (second: number) => start + 1000 * second
const BUCKET_MS = 300_000

function queries(report: BenchReport, folder: string): void {
  const plant = new NoisyPlant()
  const channels = plant.channels
  using store = SqliteTimeSeries.open(join(folder, 'history.db'))
  const rows = rowPerValue(join(folder, 'rows.db'))
  for (let second = 0; second <= DAY_S; second++) {
    const values = plant.next()
    store.append(at(second), new Map(values.map((value, index) => [channels[index] ?? '', value])))
    rows.add(at(second), values)
    if (second % 14_400 === 0) report.progress(`recording a day of ${channels.length} channels: ${second / 3600} h`)
  }
  rows.commit()

  const ours: number[] = []
  const fromChunks: number[] = []
  const theirs: number[] = []
  const fiveMinutes = Array.from({ length: DAY_S / 300 }, (_, slot) => start + slot * BUCKET_MS)
  // The same buckets, shifted so that each cuts two windows: nothing comes from a rollup.
  const shifted = fiveMinutes.map((slot) => slot + 150_000)
  for (let round = 0; round <= ROUNDS; round++) {
    const day = { timezone: 'UTC', fromDate: '2026-02-01', toDate: '2026-02-01', channels }
    ours.push(time(() => queryHistoricTimeseriesData(store, day)))
    fromChunks.push(time(() => store.means(channels, shifted.slice(0, -1), shifted.at(-1) ?? 0)))
    theirs.push(time(() => rows.means(channels.length)))
  }
  const middle = (figures: number[]) => median(figures.slice(1))
  const peer = middle(theirs)
  const row = (id: string, what: string, figures: number[]) => {
    const ms = middle(figures)
    const note = 'peer: node:sqlite, one row per value, primary key channel and time'
    report.row({ id, what, ours: ms, peer, ratio: ms / peer, unit: 'ms', target: limit(ms, 60, 'ms'), note })
  }
  row('H1', 'day × 10 channels at 1 s in 5-min means, from rollups', ours)
  row('H1', 'the same, every slot decoded from chunks', fromChunks)

  const bytes = statSync(join(folder, 'history.db')).size / (DAY_S * channels.length)
  const bytesOfRows = statSync(join(folder, 'rows.db')).size / (DAY_S * channels.length)
  report.row({
    id: 'H2',
    what: 'bytes per value on disk, noise on every value, index included',
    ours: bytes,
    peer: bytesOfRows,
    ratio: bytes / bytesOfRows,
    unit: 'B',
    target: limit(bytes, 4, 'B'),
  })
}

/** A year at one row per five minutes: what single values there were does not matter to rollups. */
function longQueries(report: BenchReport, folder: string): void {
  const plant = new NoisyPlant()
  const { channels } = plant
  const counters = channels.map((_, index) => `meter${index}/ActiveProductionEnergy`)
  using store = SqliteTimeSeries.open(join(folder, 'year.db'), { maxStepMs: () => BUCKET_MS })
  store.markCumulated(counters)
  const first = Date.UTC(2025, 0, 1)
  const rows = 365 * 288
  const reading = counters.map(() => 1_000_000)
  for (let row = 0; row <= rows; row++) {
    const values = plant.next().map((value, index): [string, number] => [channels[index] ?? '', value])
    for (const [index, counter] of counters.entries()) {
      reading[index] = (reading[index] ?? 0) + 100 + ((row * (index + 1)) % 50)
      values.push([counter, reading[index] ?? 0])
    }
    store.append(first + row * BUCKET_MS, new Map(values))
    if (row % 26_280 === 0)
      report.progress(`recording a year of ${values.length} channels: ${Math.round((100 * row) / rows)} %`)
  }
  const zone = { timezone: 'Europe/Zurich' }
  const march = { ...zone, fromDate: '2025-03-01', toDate: '2025-03-31' }
  const year = { ...zone, fromDate: '2025-01-01', toDate: '2025-12-31' }
  const days = { resolution: { value: 1, unit: 'Days' } }
  const months = { resolution: { value: 1, unit: 'Months' } }
  const row = (what: string, ask: () => unknown) => {
    const figures = Array.from({ length: ROUNDS + 1 }, () => time(ask)).slice(1)
    const ms = median(figures)
    report.row({ id: 'H1', what, ours: ms, unit: 'ms', target: limit(ms, 250, 'ms') })
  }
  row('a month × 10 channels, hourly means', () =>
    queryHistoricTimeseriesData(store, { ...march, channels, resolution: { value: 1, unit: 'Hours' } }),
  )
  row('a month × 10 counters, energy per day', () =>
    queryHistoricTimeseriesEnergyPerPeriod(store, { ...march, ...days, channels: counters }),
  )
  row('a year × 10 channels, daily means', () => queryHistoricTimeseriesData(store, { ...year, ...days, channels }))
  row('a year × 10 counters, energy per month', () =>
    queryHistoricTimeseriesEnergyPerPeriod(store, { ...year, ...months, channels: counters }),
  )
  row('a year × 10 counters, energy as a whole', () =>
    queryHistoricTimeseriesEnergy(store, { ...year, channels: counters }),
  )
}

function appends(report: BenchReport, folder: string): void {
  const channels = Array.from({ length: 2000 }, (_, index) => `meter${index >> 4}/Channel${index & 15}`)
  const noise = generator(2)
  using store = SqliteTimeSeries.open(join(folder, 'many.db'))
  const rows = rowPerValue(join(folder, 'many-rows.db'))
  const cycles: number[] = []
  const closings: number[] = []
  const theirs: number[] = []
  // Two windows, so that closing one is among the cycles twice.
  for (let second = 0; second <= 601; second++) {
    const values = channels.map(() => Math.round(230_000 + noise() * 100))
    const changes = new Map(channels.map((channel, index) => [channel, values[index] ?? 0]))
    const ms = time(() => store.append(at(second), changes))
    if (second > 0 && second % 300 === 0) closings.push(ms)
    else cycles.push(ms)
    if (second > 30) continue
    theirs.push(
      time(() => {
        rows.add(at(second), values)
        rows.commit()
      }),
    )
  }
  const ours = median(cycles)
  const peer = median(theirs)
  const note = 'commit on disk included; peer: one transaction of 2,000 rows, synchronous=FULL'
  report.row({
    id: 'H3',
    what: 'one cycle with 2,000 changed channels',
    ours,
    peer,
    ratio: ours / peer,
    unit: 'ms',
    note,
  })
  report.row({
    id: 'H3',
    what: 'the cycle that closes their 5-minute window (600,000 values)',
    ours: median(closings),
    unit: 'ms',
    target: limit(median(closings), 500, 'ms'),
    note: 'once in 300 cycles',
  })
}

/** One row per value in plain SQLite, as fast as it goes: prepared statements, big transactions. */
function rowPerValue(path: string) {
  const { DatabaseSync } = loadSqlite()
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec('CREATE TABLE v (channel INTEGER, at INTEGER, value REAL, PRIMARY KEY (channel, at)) WITHOUT ROWID')
  const insert = database.prepare('INSERT INTO v VALUES (?, ?, ?)')
  const select = database.prepare(
    'SELECT at / CAST(? AS INTEGER) AS bucket, avg(value) AS mean FROM v WHERE channel = ? AND at >= ? AND at < ? GROUP BY 1',
  )
  let open = 0
  return {
    add(at: number, values: readonly number[]) {
      if (open === 0) database.exec('BEGIN')
      for (const [channel, value] of values.entries()) insert.run(channel, at, value)
      if (++open === 1000) this.commit()
    },
    commit() {
      if (open > 0) database.exec('COMMIT')
      open = 0
      database.exec('PRAGMA wal_checkpoint(PASSIVE)')
    },
    means(channels: number) {
      for (let channel = 0; channel < channels; channel++) select.all(BUCKET_MS, channel, start, at(DAY_S))
    },
  }
}

/** Ten channels with noise on all of them, in OpenEMS's units: W, mV, mHz, mA, and a counter in Wh. */
class NoisyPlant {
  readonly channels = [
    ...['grid0/ActivePower', 'pv0/ActivePower', 'battery0/ActivePower', 'load0/ActivePower'],
    ...['grid0/VoltageL1', 'grid0/VoltageL2', 'grid0/VoltageL3', 'grid0/CurrentL1', 'grid0/Frequency'],
    'grid0/ActiveConsumptionEnergy',
  ]
  readonly #noise = generator(1)
  readonly #drift = this.channels.map(() => 0)
  #energy = 12_345_678

  next(): number[] {
    return this.channels.map((channel, index) => {
      const drift = (this.#drift[index] ?? 0) * 0.999 + this.#noise()
      this.#drift[index] = drift
      if (channel.endsWith('ActivePower')) return Math.round(3000 + 30 * drift + 60 * this.#noise())
      if (channel.includes('Voltage')) return Math.round(230_000 + 60 * drift + 120 * this.#noise())
      if (channel.includes('Current')) return Math.round(13_000 + 40 * drift + 80 * this.#noise())
      if (channel.endsWith('Frequency')) return Math.round(50_000 + drift + 3 * this.#noise())
      this.#energy += 1 + Math.round(Math.abs(this.#noise()))
      return this.#energy
    })
  }
}

/** Normal deviates, the same ones at every run (sum of twelve uniform ones of a linear congruence). */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    let sum = -6
    for (let draw = 0; draw < 12; draw++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
      sum += (state >>> 0) / 2 ** 32
    }
    return sum
  }
}

function time(work: () => unknown): number {
  const before = performance.now()
  work()
  return performance.now() - before
}

const limit = (value: number, most: number, unit: string) => ({ text: `≤ ${most} ${unit}`, met: value <= most })
