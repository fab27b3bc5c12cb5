import { type Database, openDatabase } from '@main/storage/sqlite'
import { corrupt } from '@main/storage/sqlite-error'
import { decodeFrame, decodeSeries, encodeFrame, encodeSeries } from './chunk-codec'
import type { Row } from './open-window'
import { decodeRow, encodeRow } from './row-codec'
import { type Frame, lastNumber, rollUp, type Series, WINDOW_MS } from './window'

/**
 * The tables of a history file, and nothing but them: what is written when is up to `SqliteTimeSeries`.
 * A closed window has its rows in `frame`, and for each channel that had a number a `rollup`, and a `chunk` with its
 * changes unless one value stood from the first row on.
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
  readonly #selectSum
  readonly #selectRollups
  readonly #selectReadings
  readonly #selectWindows

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
      'SELECT window, data FROM frame WHERE window >= ? AND window < ?',
    )
    this.#selectSeries = database.prepare<{ id: number; last: number; data: Uint8Array | null }>(
      'SELECT id, last, data FROM rollup LEFT JOIN chunk USING (id) WHERE id >= ? AND id < ? ORDER BY id',
    )
    this.#selectSum = database.prepare<{ sum: number | null; known: number | null }>(
      'SELECT sum(sum) AS sum, sum(known) AS known FROM rollup WHERE id >= ? AND id < ?',
    )
    this.#selectRollups = database.prepare<{ id: number; sum: number; known: number }>(
      'SELECT id, sum, known FROM rollup WHERE id >= ? AND id < ? ORDER BY id',
    )
    this.#selectReadings = database.prepare<{ id: number; min: number; max: number; anew: number | null }>(
      'SELECT id, min, max, anew FROM rollup WHERE id >= ? AND id < ? ORDER BY id',
    )
    this.#selectWindows = database.prepare<{ id: number }>(
      'SELECT id FROM rollup WHERE id >= ? AND id <= ? ORDER BY id DESC LIMIT ?',
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
    }
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

  /** The changes of a channel in the closed windows that start in [from, to), decoded one by one. */
  *series(channel: number, from: number, to: number): Generator<{ start: number; series: Series }> {
    for (const { id, last, data } of this.#selectSeries.all(key(channel, from), key(channel, to))) {
      const series = data === null ? { rows: [0], values: [last] } : decodeSeries(data)
      yield { start: startOf(channel, id), series }
    }
  }

  /** Integral and known time over the closed windows that start in [from, to). */
  sum(channel: number, from: number, to: number): { sum: number; known: number } {
    const row = this.#selectSum.get(key(channel, from), key(channel, to))
    return { sum: row?.sum ?? 0, known: row?.known ?? 0 }
  }

  /** The closed windows that start in [from, to), one by one. */
  rollups(channel: number, from: number, to: number): { start: number; sum: number; known: number }[] {
    const rows = this.#selectRollups.all(key(channel, from), key(channel, to))
    return rows.map(({ id, sum, known }) => ({ start: startOf(channel, id), sum, known }))
  }

  /** Lowest and highest reading of each closed window that starts in [from, to); `anew` where it may have begun anew. */
  readings(channel: number, from: number, to: number): { start: number; min: number; max: number; anew: boolean }[] {
    const rows = this.#selectReadings.all(key(channel, from), key(channel, to))
    return rows.map(({ id, min, max, anew }) => ({ start: startOf(channel, id), min, max, anew: anew !== 0 }))
  }

  latest(channel: number, at: number): { at: number; value: number } | null {
    // The window of `at` may hold only later numbers; one before it that has a rollup has a number.
    for (const { id } of this.#selectWindows.all(key(channel, 0), key(channel, Math.min(at, LATEST)), 2)) {
      const start = startOf(channel, id)
      const frame = this.frames(start, start + WINDOW_MS).get(start)
      const [found] = this.series(channel, start, start + WINDOW_MS)
      const number = frame && found && lastNumber(frame, found.series, at)
      if (number) return number
    }
    return null
  }

  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]()
  }
}

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
  // What is null was written before there were counters; it is looked up in the chunk.
  `ALTER TABLE channel ADD COLUMN cumulated INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE rollup ADD COLUMN anew INTEGER`,
]

/** Windows per channel: until the year 2129, and 2^29 channels stay exact in a JavaScript number. */
const WINDOWS = 2 ** 24
const LATEST = (WINDOWS - 1) * WINDOW_MS

const windowOf = (at: number): number => Math.floor(at / WINDOW_MS)
const key = (channel: number, at: number): number => channel * WINDOWS + windowOf(at)
const startOf = (channel: number, id: number): number => (id - channel * WINDOWS) * WINDOW_MS

const isConstant = ({ rows }: Series): boolean => rows.length === 1 && rows[0] === 0
