import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { SitewrightError } from '@shared/errors'
import { loadSqlite } from './load-sqlite'
import { corrupt, sqliteError } from './sqlite-error'

/**
 * One SQLite file of ours. Every commit is on disk when it returns (WAL, synchronous=FULL), so a kill loses nothing and
 * a loss of power at most what was not committed yet.
 *
 * - The format is `user_version`: migration `n` lifts a file from format `n` to `n + 1`, all missing ones in one
 *   transaction, after a snapshot beside the file (`<file>.v<format>.bak`).
 * - A newer format opens read-only: `newer` says so, and so does every attempt to write (`storage.newer`).
 * - A file that is damaged or not ours throws `storage.corrupt` and is left untouched.
 */
export interface Database extends Disposable {
  readonly path: string
  /** Set when a newer program wrote this file; then it can only be read. */
  readonly newer: SitewrightError | null
  exec(sql: string): void
  /** Rows have no prototype. Numbers are bound as REAL: where SQL divides or compares types, write CAST(? AS INTEGER). */
  prepare<Row = unknown>(sql: string): Statement<Row>
  /** All or nothing; inside another transaction it joins that one. `work` must not wait for anything. */
  transaction<T>(work: () => T): T
}

export interface Statement<Row> {
  run(...values: SqlValue[]): void
  get(...values: SqlValue[]): Row | undefined
  all(...values: SqlValue[]): Row[]
}

export type SqlValue = number | bigint | string | Uint8Array | null
/** SQL, or what only code can do. Never edited once it was released: files in the field have run it. */
export type Migration = string | ((database: Database) => void)

export interface DatabaseOptions {
  readonly migrations: readonly Migration[]
  /** Four letters as a number, SQLite's `application_id`: tells our files from others', and from each other. */
  readonly applicationId: number
  /** Files up to this size are checked whole when they are opened; larger ones when a page is read. */
  readonly checkUpToBytes?: number
}

export function openDatabase(path: string, options: DatabaseOptions): Database {
  try {
    return open(path, options)
  } catch (error) {
    throw sqliteError(error, path)
  }
}

const BUSY_TIMEOUT_MS = 5000

function open(path: string, options: DatabaseOptions): Database {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // Only its owner reads it; SQLite gives the files beside it the same mode.
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
  const format = inspect(path, options)
  const { DatabaseSync } = loadSqlite()

  if (format > options.migrations.length) {
    const connection = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
    const newest = options.migrations.length
    const newer = new SitewrightError(
      'storage.newer',
      `${path} was written by a newer Sitewright (format ${format}, this one knows ${newest}); it can only be read`,
      { args: { file: path, format, known: newest } },
    )
    return new OpenDatabase(path, connection, newer)
  }

  const connection = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
    // After a burst the write-ahead log shrinks again to 8 MiB.
    connection.exec(`PRAGMA journal_size_limit = ${8 << 20}`)
    const database = new OpenDatabase(path, connection, null)
    if (format < options.migrations.length) migrate(database, format, options)
    return database
  } catch (error) {
    connection.close()
    throw error
  }
}

/** Looks at the file without writing to it, and tells its format; 0 = new. Throws `storage.corrupt`. */
function inspect(path: string, { applicationId, checkUpToBytes = 64 << 20 }: DatabaseOptions): number {
  const size = statSync(path).size
  if (size === 0) return 0
  if (readHead(path) !== 'SQLite format 3\0') throw corrupt(path, 'not a database')
  const { DatabaseSync } = loadSqlite()
  const connection = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
  try {
    const number = (pragma: string) => Number(connection.prepare(`PRAGMA ${pragma}`).get()?.[pragma])
    const format = number('user_version')
    const owner = number('application_id')
    // A process may have died between creating the file and the first commit.
    const isEmpty = format === 0 && connection.prepare('SELECT 1 FROM sqlite_schema').get() === undefined
    if (owner !== applicationId && !isEmpty) throw corrupt(path, 'written by another program')
    if (size <= checkUpToBytes) {
      const answer = connection.prepare('PRAGMA quick_check(1)').get()?.quick_check
      if (answer !== 'ok') throw corrupt(path, String(answer))
    }
    return format
  } finally {
    connection.close()
  }
}

function readHead(path: string): string {
  const file = openSync(path, 'r')
  try {
    const head = Buffer.alloc(16)
    return head.toString('latin1', 0, readSync(file, head, 0, 16, 0))
  } finally {
    closeSync(file)
  }
}

function migrate(database: Database, from: number, { migrations, applicationId }: DatabaseOptions): void {
  if (from > 0) snapshot(database, `${database.path}.v${from}.bak`)
  database.transaction(() => {
    for (const migration of migrations.slice(from)) {
      if (typeof migration === 'string') database.exec(migration)
      else migration(database)
    }
    database.exec(`PRAGMA user_version = ${migrations.length}; PRAGMA application_id = ${applicationId}`)
  })
}

/** A whole, consistent copy. It appears under its name only when it is complete and on disk. */
function snapshot(database: Database, target: string): void {
  const unfinished = `${target}.tmp`
  rmSync(unfinished, { force: true })
  database.prepare('VACUUM INTO ?').run(unfinished)
  const file = openSync(unfinished, 'r+')
  fsyncSync(file)
  closeSync(file)
  renameSync(unfinished, target)
}

class OpenDatabase implements Database {
  readonly path: string
  readonly newer: SitewrightError | null
  readonly #connection: DatabaseSync

  constructor(path: string, connection: DatabaseSync, newer: SitewrightError | null) {
    this.path = path
    this.newer = newer
    this.#connection = connection
  }

  exec(sql: string): void {
    this.#ask(() => this.#connection.exec(sql))
  }

  prepare<Row>(sql: string): Statement<Row> {
    const statement: StatementSync = this.#ask(() => this.#connection.prepare(sql))
    return {
      run: (...values) => void this.#ask(() => statement.run(...values)),
      // The row's shape is what the statement selects: the caller wrote both.
      get: (...values) => this.#ask(() => statement.get(...values)) as Row | undefined,
      all: (...values) => this.#ask(() => statement.all(...values)) as Row[],
    }
  }

  transaction<T>(work: () => T): T {
    if (this.#connection.isTransaction) return work()
    this.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.exec('COMMIT')
      return result
    } catch (error) {
      // A full disk may have rolled back by itself.
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK')
      throw error
    }
  }

  #ask<T>(question: () => T): T {
    try {
      return question()
    } catch (error) {
      const meaning = sqliteError(error, this.path)
      if (this.newer && meaning instanceof SitewrightError && meaning.key === 'storage.read-only') throw this.newer
      throw meaning
    }
  }

  [Symbol.dispose](): void {
    if (this.#connection.isOpen) this.#connection.close()
  }
}
