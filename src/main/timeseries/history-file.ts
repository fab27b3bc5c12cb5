import { type Database, openDatabase } from '@main/storage/sqlite'
import { corrupt } from '@main/storage/sqlite-error'
import { decodeFrame, decodeSeries, encodeFrame, encodeSeries } from './chunk-codec'
import type { Row } from './open-window'
import { decodeRow, encodeRow } from './row-codec'
import { beganAnew, type Readings } from './slot-counts'
import { HOUR_MS } from './stretches'
import { type Frame, lastNumber, type Rollup, rollUp, type Series, WINDOW_MS } from './window'

/**
 * The tables of a history file, and nothing but them: what is written when is up to `SqliteTimeSeries`.
 * A closed window has its rows in `frame`, and for each channel that had a number a `rollup`, and a `chunk` with its
 * changes unless one value stood from the first row on. `hour` is the sum of its windows' rollups so far. What grows old
 * goes level by level: first chunks and rows (the frame stays, empty), then rollups and frames; hours stay.
 */
export class HistoryFile implements Disposable {
  readonly #database: Database
  readonly #insertChannel
  readonly #markCumulated
  readonly #insertHot
  readonly #deleteHot
  readonly #insertFrame
  readonly #insertChunk
  readonly #insertRollup
  readonly #selectFrames
  readonly #selectSeries
  readonly #selectRollups
  readonly #selectHour
  readonly #selectHours
  readonly #replaceHour
  readonly #selectWindows
  readonly #selectLastHour

  constructor(path: string) {
    const database = openDatabase(path, { migrations: MIGRATIONS, applicationId: APPLICATION_ID })
    if (database.newer) {
      database[Symbol.dispose]()
      throw database.newer
    }
    this.#database = database
    this.#insertChannel = database.prepare<{ id: number }>('INSERT INTO channel (address) VALUES (?) RETURNING id')
    this.#markCumulated = database.prepare('UPDATE channel SET cumulated = 1 WHERE id = ?')
    this.#insertHot = database.prepare('INSERT INTO hot (at, data) VALUES (?, ?)')
    this.#deleteHot = database.prepare('DELETE FROM hot')
    this.#insertFrame = database.prepare('INSERT INTO frame (window, data) VALUES (?, ?)')
    this.#insertChunk = database.prepare('INSERT INTO chunk (id, data) VALUES (?, ?)')
    this.#insertRollup = database.prepare(
      'INSERT INTO rollup (id, min, max, sum, known, last, n, anew) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    )
    this.#selectFrames = database.prepare<{ window: number; data: Uint8Array }>(
      'SELECT window, data FROM frame WHERE window >= ? AND window < ? AND length(data) > 0',
    )
    this.#selectSeries = database.prepare<{ id: number; last: number; data: Uint8Array | null }>(
      'SELECT id, last, data FROM rollup LEFT JOIN chunk USING (id) WHERE id >= ? AND id < ? ORDER BY id',
    )
    const summary = 'SELECT id, min, max, sum, known, last, anew FROM'
    this.#selectRollups = database.prepare<SummaryRow>(`${summary} rollup WHERE id >= ? AND id < ? ORDER BY id`)
    this.#selectHours = database.prepare<SummaryRow>(`${summary} hour WHERE id >= ? AND id < ? ORDER BY id`)
    this.#selectHour = database.prepare<SummaryRow>(`${summary} hour WHERE id = ?`)
    this.#replaceHour = database.prepare(
      'INSERT OR REPLACE INTO hour (id, min, max, sum, known, last, anew) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    this.#selectLastHour = database.prepare<LastRow>(
      'SELECT id, known, last FROM hour WHERE id >= ? AND id <= ? ORDER BY id DESC LIMIT 1',
    )
    this.#selectWindows = database.prepare<LastRow>(
      'SELECT id, known, last FROM rollup WHERE id >= ? AND id <= ? ORDER BY id DESC LIMIT ?',
    )
  }

  transaction<T>(work: () => T): T {
    return this.#database.transaction(work)
  }

  channels(): Map<string, number> {
    const rows = this.#database.prepare<{ id: number; address: string }>('SELECT id, address FROM channel').all()
    return new Map(rows.map(({ id, address }) => [address, id]))
  }

  addChannel(address: string): number {
    return this.#insertChannel.get(address)?.id ?? 0
  }

  /** Ids of the channels that are counters. */
  cumulated(): Set<number> {
    const rows = this.#database.prepare<{ id: number }>('SELECT id FROM channel WHERE cumulated = 1').all()
    return new Set(rows.map(({ id }) => id))
  }

  markCumulated(channel: number): void {
    this.#markCumulated.run(channel)
  }

  hotRows(): Row[] {
    const rows = this.#database.prepare<{ at: number; data: Uint8Array }>('SELECT at, data FROM hot ORDER BY at').all()
    try {
      return rows.map(({ at, data }) => decodeRow(at, data))
    } catch (cause) {
      throw corrupt(this.#database.path, 'a row of the last minutes cannot be read', cause)
    }
  }

  addHot(row: Row): void {
    this.#insertHot.run(row.at, encodeRow(row))
  }

  clearHot(): void {
    this.#deleteHot.run()
  }

  writeWindow(frame: Frame, series: ReadonlyMap<number, Series>): void {
    this.#insertFrame.run(windowOf(frame.start), encodeFrame(frame))
    for (const [channel, changes] of series) {
      const rollup = rollUp(frame, changes)
      if (rollup === null) continue
      const id = key(channel, frame.start)
      const { min, max, sum, known, last, n, anew } = rollup
      this.#insertRollup.run(id, min, max, sum, known, last, n, anew ? 1 : 0)
      if (!isConstant(changes)) this.#insertChunk.run(id, encodeSeries(changes))
      this.#addToHour(hourKey(channel, frame.start), rollup)
    }
  }

  #addToHour(id: number, { min, max, sum, known, last, anew }: Rollup): void {
    const so = this.#selectHour.get(id)
    const isAnew = anew || (so !== undefined && (so.anew !== 0 || beganAnew(so.max, min)))
    this.#replaceHour.run(
      id,
      Math.min(min, so?.min ?? min),
      Math.max(max, so?.max ?? max),
      sum + (so?.sum ?? 0),
      known + (so?.known ?? 0),
      last,
      isAnew ? 1 : 0,
    )
  }

  /** Until when the newest closed window is known. */
  newest(): number | null {
    const sql = 'SELECT window, data FROM frame ORDER BY window DESC LIMIT 1'
    const row = this.#database.prepare<{ window: number; data: Uint8Array }>(sql).get()
    return row ? decodeFrame(row.window * WINDOW_MS, row.data).until : null
  }

  /** The rows of the closed windows that start in [from, to), by their start. */
  frames(from: number, to: number): Map<number, Frame> {
    const frames = new Map<number, Frame>()
    for (const { window, data } of this.#selectFrames.all(windowOf(from), windowOf(to))) {
      const start = window * WINDOW_MS
      frames.set(start, decodeFrame(start, data))
    }
    return frames
  }

  /** The changes of a channel in the closed windows that start in [from, to), each decoded when it is asked for. */
  series(channel: number, from: number, to: number): { start: number; decode: () => Series }[] {
    return this.#selectSeries.all(key(channel, from), key(channel, to)).map(({ id, last, data }) => ({
      start: startOf(channel, id),
      decode: () => (data === null ? { rows: [0], values: [last] } : decodeSeries(data)),
    }))
  }

  /** The rollups of the closed windows that start in [from, to). */
  windows(channel: number, from: number, to: number): Summary[] {
    const rows = this.#selectRollups.all(key(channel, from), key(channel, to))
    return rows.map((row) => summaryOf(row, startOf(channel, row.id), WINDOW_MS))
  }

  /** The rollups of the hours that start in [from, to), of their closed windows. */
  hours(channel: number, from: number, to: number): Summary[] {
    const rows = this.#selectHours.all(hourKey(channel, from), hourKey(channel, to))
    return rows.map((row) => summaryOf(row, (row.id - channel * WINDOWS) * HOUR_MS, HOUR_MS))
  }

  latest(channel: number, at: number): { at: number; value: number } | null {
    // The window of `at` may hold only later numbers; one before it that has a rollup has a number.
    for (const { id, known, last } of this.#selectWindows.all(key(channel, 0), key(channel, Math.min(at, LATEST)), 2)) {
      const start = startOf(channel, id)
      const frame = this.frames(start, start + WINDOW_MS).get(start)
      const [found] = this.series(channel, start, start + WINDOW_MS)
      const number = frame && found && lastNumber(frame, found.decode(), at)
      if (number) return number
      if (!frame && start + WINDOW_MS - 1 <= at) return { at: stoodUntil(start, WINDOW_MS, known), value: last }
    }
    const hour = this.#selectLastHour.get(hourKey(channel, 0), hourKey(channel, Math.min(at, LATEST) + 1 - HOUR_MS))
    if (!hour) return null
    return { at: stoodUntil((hour.id - channel * WINDOWS) * HOUR_MS, HOUR_MS, hour.known), value: hour.last }
  }

  // ── Retention ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Bytes in use; what was deleted is used again before the file grows. */
  usedBytes(): number {
    const number = (pragma: string) =>
      Number(this.#database.prepare<Record<string, number>>(`PRAGMA ${pragma}`).get()?.[pragma])
    return (number('page_count') - number('freelist_count')) * number('page_size')
  }

  /** Starts of the oldest window that still has its samples, and of the oldest that has its rollups. */
  oldest(): { samples: number; windows: number } {
    const first = (where: string) => {
      const sql = `SELECT window FROM frame ${where} ORDER BY window LIMIT 1`
      const row = this.#database.prepare<{ window: number }>(sql).get()
      return row ? row.window * WINDOW_MS : Number.POSITIVE_INFINITY
    }
    return { samples: first('WHERE length(data) > 0'), windows: first('') }
  }

  /** Takes the single values of the windows that start in [from, to) away; their rollups stay. */
  dropSamples(from: number, to: number): void {
    this.transaction(() => {
      this.#delete('chunk', from, to)
      const sql = "UPDATE frame SET data = x'' WHERE window >= ? AND window < ?"
      this.#database.prepare(sql).run(windowOf(from), windowOf(to))
    })
  }

  /** Takes all of the windows that start in [from, to) away; whole hours, so that those stay a true sum. */
  dropWindows(from: number, to: number): void {
    this.transaction(() => {
      this.#delete('chunk', from, to)
      this.#delete('rollup', from, to)
      this.#database.prepare('DELETE FROM frame WHERE window >= ? AND window < ?').run(windowOf(from), windowOf(to))
    })
  }

  #delete(table: 'chunk' | 'rollup', from: number, to: number): void {
    const rows = this.#database.prepare(`DELETE FROM ${table} WHERE id >= ? AND id < ?`)
    for (const channel of this.channels().values()) rows.run(key(channel, from), key(channel, to))
  }

  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]()
  }
}

/** What is left of a channel's window or hour in queries that do not look into it. */
export interface Summary extends Readings {
  readonly start: number
  readonly lengthMs: number
  readonly sum: number
  readonly known: number
}

/** When the last of values that are gone was still known: at the end if it was known all the time. */
const stoodUntil = (start: number, lengthMs: number, known: number): number =>
  known === lengthMs ? start + lengthMs - 1 : start

type LastRow = Record<'id' | 'known' | 'last', number>
type SummaryRow = Record<'id' | 'min' | 'max' | 'sum' | 'known' | 'last' | 'anew', number>

const summaryOf = ({ min, max, sum, known, last, anew }: SummaryRow, start: number, lengthMs: number): Summary => ({
  start,
  lengthMs,
  min,
  max,
  sum,
  known,
  last,
  anew: anew !== 0,
})

/** 'SWHS' in SQLite's header. */
const APPLICATION_ID = 0x53574853

/**
 * Chunks and rollups lie in the order channel, window, so that a query over time reads neighbouring pages; both in the one
 * number that is SQLite's own row id, so that no index is needed.
 */
const MIGRATIONS = [
  `CREATE TABLE channel (id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE hot (at INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
   CREATE TABLE frame (window INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
   CREATE TABLE chunk (id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
   CREATE TABLE rollup (
     id INTEGER PRIMARY KEY,
     min REAL NOT NULL, max REAL NOT NULL, sum REAL NOT NULL, known INTEGER NOT NULL, last REAL NOT NULL, n INTEGER NOT NULL
   ) STRICT`,
  // What was written before there were counters may have begun anew: it is looked up in the chunk.
  `ALTER TABLE channel ADD COLUMN cumulated INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE rollup ADD COLUMN anew INTEGER NOT NULL DEFAULT 1;
   CREATE TABLE hour (
     id INTEGER PRIMARY KEY,
     min REAL NOT NULL, max REAL NOT NULL, sum REAL NOT NULL, known INTEGER NOT NULL, last REAL NOT NULL,
     anew INTEGER NOT NULL
   ) STRICT;
   INSERT INTO hour
     SELECT hour, low, high, area, ms, (SELECT last FROM rollup WHERE id = newest), 1 FROM (
       SELECT id / 16777216 * 16777216 + id % 16777216 / 12 AS hour, min(min) AS low, max(max) AS high,
         sum(sum) AS area, sum(known) AS ms, max(id) AS newest
       FROM rollup GROUP BY 1)`,
]

/** Windows per channel: until the year 2129, and 2^29 channels stay exact in a JavaScript number. */
const WINDOWS = 2 ** 24
const LATEST = (WINDOWS - 1) * WINDOW_MS

const windowOf = (at: number): number => Math.floor(at / WINDOW_MS)
const key = (channel: number, at: number): number => channel * WINDOWS + windowOf(at)
/** Hours are counted like windows, in a table of their own. */
const hourKey = (channel: number, at: number): number => channel * WINDOWS + Math.floor(at / HOUR_MS)
const startOf = (channel: number, id: number): number => (id - channel * WINDOWS) * WINDOW_MS

const isConstant = ({ rows }: Series): boolean => rows.length === 1 && rows[0] === 0
