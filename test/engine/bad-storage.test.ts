import { spawnSync } from 'node:child_process'
import { chmodSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { loadSentences } from '@main/window/sentences'
import { SitewrightError } from '@shared/errors'
import { newSiteData } from '@shared/site'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../storage/temporary-folder'
import { watchLeaks } from '../support/leaks'
import { type TestEngine, testEngine } from '../support/test-engine'

/** What a person reads: what happened, and the next step. */
async function read(error: unknown): Promise<string[]> {
  if (!(error instanceof SitewrightError)) throw error
  const say = (await loadSentences('resources'))('en')
  return [say(error.key, error.args), say(`${error.key}.next`, error.args)]
}

const refusal = (asked: Promise<unknown>) =>
  asked.then(
    () => Promise.reject(new Error('It was not refused.')),
    (error: unknown) => read(error),
  )

const createSite = async ({ client }: TestEngine, name = 'Thun') =>
  (await client.call('createSite', { data: { ...newSiteData, name } })).site.id

/** A site that was made and left in good order, and its file. */
async function siteIn(dataDir: string): Promise<{ siteId: string; file: string }> {
  await using running = await testEngine({ dataDir })
  const siteId = await createSite(running)
  return { siteId, file: join(dataDir, 'sites', siteId, 'site.db') }
}

const problems = async ({ client }: TestEngine) =>
  (await client.call('listSites', {})).sites.map(({ name, problem }) => [name, problem?.key ?? null])

it('two engines on one data folder: the second says who has the site, and leaves it to the first', async () => {
  await using _leaks = watchLeaks()
  using folder = temporaryFolder()
  await using first = await testEngine({ dataDir: folder.path })
  await using second = await testEngine({ dataDir: folder.path })
  const siteId = await createSite(first)
  await first.client.call('openSite', { siteId })

  const sentences = [
    expect.stringMatching(
      new RegExp(
        `^${folder.path}/sites/${siteId} is in use by process ${process.pid} since \\d\\d\\.\\d\\d\\.\\d{4} \\d\\d:\\d\\d\\.$`,
      ),
    ),
    'Close the other one, or start with another data folder: --data.',
  ]
  expect(await problems(second)).toEqual([['Thun', null]])
  expect(await refusal(second.client.call('openSite', { siteId }))).toEqual(sentences)
  expect(await refusal(second.client.call('deleteSite', { siteId }))).toEqual(sentences)
  expect(await problems(first)).toEqual([['Thun', null]])

  await first.client.call('closeSite', { siteId })
  expect(await second.client.call('openSite', { siteId })).toEqual({ edgeId: siteId })
})

it('two engines on one data folder: the second’s demo devices do not take the place of the first’s', async () => {
  await using _leaks = watchLeaks()
  using folder = temporaryFolder()
  await using first = await testEngine({ dataDir: folder.path })
  await using second = await testEngine({ dataDir: folder.path })
  const { siteId } = await first.client.call('openDemoSite', {})
  const before = await first.client.call('getSite', { siteId })
  const [what] = await refusal(second.client.call('openDemoSite', {}))
  expect(what).toContain(`is in use by process ${process.pid}`)
  expect((await first.client.call('getSite', { siteId })).site.searches).toEqual(before.site.searches)
})

it.each([
  ['overwritten at its beginning', (file: string) => writeFileSync(file, 'x'.repeat(4096), { flag: 'r+' })],
  ['cut off', (file: string) => truncateSync(file, 5_000)],
  ['no database at all', (file: string) => writeFileSync(file, 'Dear diary')],
])('a site database that is %s is named, left untouched, and hinders no other site', async (_how, damage) => {
  await using _leaks = watchLeaks()
  using folder = temporaryFolder()
  const { siteId, file } = await siteIn(folder.path)
  damage(file)
  const damaged = readFileSync(file)

  await using running = await testEngine({ dataDir: folder.path })
  expect(await problems(running)).toEqual([[siteId, 'storage.corrupt']])
  expect(await refusal(running.client.call('openSite', { siteId }))).toEqual([
    `${file} is damaged.`,
    'It was left untouched. Put back a copy beside it (.bak), or move it away to begin anew.',
  ])
  expect(readFileSync(file).equals(damaged)).toBe(true)

  const other = await createSite(running, 'Bern')
  await running.client.call('openSite', { siteId: other })
  expect((await problems(running)).sort()).toEqual(
    [
      [siteId, 'storage.corrupt'],
      ['Bern', null],
    ].sort(),
  )
})

it('a site of a newer Sitewright is shown with its name, opened by nobody and changed by nobody', async () => {
  await using _leaks = watchLeaks()
  using folder = temporaryFolder()
  const { siteId, file } = await siteIn(folder.path)
  write(file, 'PRAGMA user_version = 77')
  const before = readFileSync(file)

  await using running = await testEngine({ dataDir: folder.path })
  const sentences = [`${file} was written by a newer Sitewright.`, 'Update Sitewright. Until then it can only be read.']
  expect(await problems(running)).toEqual([['Thun', 'storage.newer']])
  expect(await refusal(running.client.call('openSite', { siteId }))).toEqual(sentences)
  expect(await refusal(running.client.call('updateSite', { siteId, data: { place: 'Spiez' } }))).toEqual(sentences)
  expect(readFileSync(file).equals(before)).toBe(true)
})

it('a site of a newer Sitewright that keeps its facts otherwise says so too, and is not called damaged', async () => {
  using folder = temporaryFolder()
  const { siteId, file } = await siteIn(folder.path)
  write(file, 'PRAGMA user_version = 78; ALTER TABLE fact RENAME TO truth')
  await using running = await testEngine({ dataDir: folder.path })
  expect(await problems(running)).toEqual([[siteId, 'storage.newer']])
})

it('a data folder without write permission is named, and so is the way out', async (context) => {
  using folder = temporaryFolder()
  using nobody = asNobody(folder.path)
  if (!nobody.isPossible) return context.skip(ROOT_ONLY)
  chmodSync(folder.path, 0o500)
  expect(await refusal(testEngine({ dataDir: folder.path }))).toEqual([
    `${folder.path}/sites cannot be written.`,
    'Give this user the right to write there, or choose another data folder.',
  ])
})

it('a site folder without write permission is named, and its file left alone', async (context) => {
  using folder = temporaryFolder()
  const { siteId, file } = await siteIn(folder.path)
  const before = readFileSync(file)
  using nobody = asNobody(folder.path)
  if (!nobody.isPossible) return context.skip(ROOT_ONLY)
  chmodSync(dirname(file), 0o500)
  await using running = await testEngine({ dataDir: folder.path })
  expect(await refusal(running.client.call('openSite', { siteId }))).toEqual([
    `${dirname(file)} cannot be written.`,
    'Give this user the right to write there, or choose another data folder.',
  ])
  expect(readFileSync(file).equals(before)).toBe(true)
})

function write(file: string, sql: string): void {
  const database = new DatabaseSync(file)
  database.exec(sql)
  database.close()
}

const ROOT_ONLY = 'this is root, and only root may read the repository'

/** Root may write everywhere: until it is disposed of, this process is nobody, and the folder nobody's. */
function asNobody(folder: string): Disposable & { readonly isPossible: boolean } {
  const isRoot = process.getuid?.() === 0
  if (isRoot) {
    spawnSync('chown', ['-R', String(NOBODY), folder])
    process.seteuid?.(NOBODY)
  }
  return {
    isPossible: process.platform !== 'win32' && isReadable('resources'),
    [Symbol.dispose]: () => {
      if (isRoot) process.seteuid?.(0)
      spawnSync('chmod', ['-R', 'u+w', folder])
    },
  }
}

const NOBODY = 65_534

function isReadable(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0
  } catch {
    return false
  }
}
