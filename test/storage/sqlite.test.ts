import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Database, type DatabaseOptions, openDatabase } from '@main/storage/sqlite'
import { SitewrightError } from '@shared/errors'
import { expect, it } from 'vitest'
import { temporaryFolder } from './temporary-folder'

const ours: DatabaseOptions = {
  applicationId: 0x54455354,
  migrations: ['CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT'],
}

const notes = (database: Database) =>
  database
    .prepare<{ text: string }>('SELECT text FROM note ORDER BY id')
    .all()
    .map(({ text }) => text)

function write(path: string, texts: readonly string[], options = ours) {
  using database = openDatabase(path, options)
  const insert = database.prepare('INSERT INTO note (text) VALUES (?)')
  database.transaction(() => {
    for (const text of texts) insert.run(text)
  })
}

const problemOf = (work: () => unknown): SitewrightError => {
  try {
    work()
  } catch (error) {
    if (error instanceof SitewrightError) return error
    throw error
  }
  throw new Error('nothing went wrong')
}

it('keeps what was committed, in a file only its owner can read', () => {
  using folder = temporaryFolder()
  const path = folder.file('deep/er/site.db')
  write(path, ['grid meter', 'charger'])
  using database = openDatabase(path, ours)
  expect(notes(database)).toEqual(['grid meter', 'charger'])
  const setting = (name: string) => Object.values(database.prepare<object>(`PRAGMA ${name}`).get() ?? {})[0]
  expect([setting('journal_mode'), setting('synchronous'), setting('foreign_keys')]).toEqual(['wal', 2, 1])
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
})

it('takes back a whole transaction when a part of it fails', () => {
  using folder = temporaryFolder()
  using database = openDatabase(folder.file('site.db'), ours)
  const insert = database.prepare('INSERT INTO note (text) VALUES (?)')
  expect(() =>
    database.transaction(() => {
      insert.run('first')
      database.transaction(() => insert.run('inner'))
      throw new Error('the second half is missing')
    }),
  ).toThrow('the second half is missing')
  expect(notes(database)).toEqual([])
  database.transaction(() => insert.run('later'))
  expect(notes(database)).toEqual(['later'])
})

it('says that there is no space left, and keeps what was there', () => {
  using folder = temporaryFolder()
  using database = openDatabase(folder.file('site.db'), ours)
  const insert = database.prepare('INSERT INTO note (text) VALUES (?)')
  insert.run('before')
  database.exec('PRAGMA max_page_count = 8')
  const fill = () =>
    database.transaction(() => {
      for (;;) insert.run('x'.repeat(1000))
    })
  expect(problemOf(fill)).toMatchObject({ key: 'storage.full', args: { file: database.path } })
  expect(notes(database)).toEqual(['before'])
})

it('migrates in one step and keeps the file as it was before beside it', () => {
  using folder = temporaryFolder()
  const path = folder.file('site.db')
  write(path, ['old'])
  const grown: DatabaseOptions = {
    ...ours,
    migrations: [
      ...ours.migrations,
      'ALTER TABLE note ADD COLUMN author TEXT',
      (database) => database.prepare('UPDATE note SET author = ?').run('somebody'),
    ],
  }
  {
    using database = openDatabase(path, grown)
    expect({ ...database.prepare<object>('SELECT text, author FROM note').get() }).toEqual({
      text: 'old',
      author: 'somebody',
    })
  }
  using before = openDatabase(`${path}.v1.bak`, ours)
  expect(notes(before)).toEqual(['old'])
  expect(existsSync(`${path}.v1.bak.tmp`)).toBe(false)
})

it('is still the old format, with its data, after a migration that failed half-way', () => {
  using folder = temporaryFolder()
  const path = folder.file('site.db')
  write(path, ['old'])
  const broken = { ...ours, migrations: [...ours.migrations, 'DROP TABLE note', 'CREATE TABLE oops (a BLURB) STRICT'] }
  expect(() => openDatabase(path, broken)).toThrow('unknown datatype')
  using database = openDatabase(path, ours)
  expect(notes(database)).toEqual(['old'])
})

it('opens the file of a newer program for reading only, and says so at every attempt to write', () => {
  using folder = temporaryFolder()
  const path = folder.file('site.db')
  write(path, ['from the future'], { ...ours, migrations: [...ours.migrations, 'CREATE TABLE later (a)'] })
  const before = readFileSync(path)
  {
    using database = openDatabase(path, ours)
    expect(database.newer).toMatchObject({ key: 'storage.newer', args: { file: path, format: 2, known: 1 } })
    expect(notes(database)).toEqual(['from the future'])
    expect(problemOf(() => database.prepare('DELETE FROM note').run()).key).toBe('storage.newer')
    expect(problemOf(() => database.transaction(() => database.exec('DROP TABLE note'))).key).toBe('storage.newer')
    expect(notes(database)).toEqual(['from the future'])
  }
  expect(readFileSync(path).equals(before)).toBe(true)
})

it.each([
  ['text', (path: string) => writeFileSync(path, 'This is not a database, it is a shopping list.\n'.repeat(100))],
  ['cut short', (path: string) => truncateSync(path, 8192)],
  [
    'scribbled over',
    (path: string) => {
      const bytes = readFileSync(path)
      writeFileSync(path, bytes.fill(0xa5, 4096, 4096 + 300))
    },
  ],
])('names a damaged file (%s), says what to do and leaves it as it is', (_how, damage) => {
  using folder = temporaryFolder()
  const path = folder.file('site.db')
  write(
    path,
    Array.from({ length: 500 }, (_, index) => `a note that takes some room, number ${index}`),
  )
  damage(path)
  const before = readFileSync(path)
  const problem = problemOf(() => openDatabase(path, ours))
  expect(problem).toMatchObject({ key: 'storage.corrupt', args: { file: path } })
  expect(problem.message).toMatch(/left untouched.*put back a copy/)
  expect(readFileSync(path).equals(before)).toBe(true)
})

it('does not take the database of another program for its own', () => {
  using folder = temporaryFolder()
  const path = folder.file('site.db')
  openDatabase(path, { migrations: ['CREATE TABLE theirs (a)'], applicationId: 1 })[Symbol.dispose]()
  expect(problemOf(() => openDatabase(path, ours)).args).toMatchObject({ problem: 'written by another program' })
})

it('starts anew on an empty file, as a kill during the very first start leaves one', () => {
  using folder = temporaryFolder()
  const path = folder.file('site.db')
  writeFileSync(path, '')
  write(path, ['here'])
  using database = openDatabase(path, ours)
  expect(notes(database)).toEqual(['here'])
})

it('says nothing about SQLite being experimental, and still passes on other warnings', () => {
  const script = `
    import { loadSqlite } from ${JSON.stringify(resolve('src/main/storage/load-sqlite.ts'))}
    const { DatabaseSync } = loadSqlite()
    new DatabaseSync(':memory:').close()
    process.emitWarning('something else')`
  // Node before 22.18 strips types only when told to.
  const args = ['--experimental-strip-types', '--input-type=module', '--eval', script]
  const run = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(run.stderr).not.toContain('SQLite')
  expect(run.stderr).toContain('something else')
})
