import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { SqliteTimeSeries } from '@main/timeseries/sqlite-time-series'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../storage/temporary-folder'
import { CRASH_CHANNELS, CRASH_STEP_MS, crashValue } from './crash-values'
import { uniform } from './noise'

/** A few in every test run; `KILLS=500` for a night. */
const KILLS = Number(process.env.KILLS ?? 12)

it(`has every row it said it had, after ${KILLS} kills in the middle of writing`, {
  timeout: 60_000 + KILLS * 2000,
}, async () => {
  using folder = temporaryFolder()
  const path = folder.file('history.db')
  const random = uniform(7)
  const promised: number[][] = []
  let from = Date.UTC(2026, 0, 1)
  for (let kill = 0; kill < KILLS; kill++) {
    const rows = await writeUntilKilled(path, from, 1 + Math.floor(random() * 120))
    promised.push(rows)
    // Downtime, sometimes within the same window.
    from = (rows.at(-1) ?? from) + CRASH_STEP_MS * (2 + Math.floor(random() * 40))
    expectAll(path, rows)
  }
  for (const rows of promised) expectAll(path, rows)
  expect(promised.flat().length).toBeGreaterThan(KILLS * 10)
})

/** Starts a process that appends, kills it once it has told of `count` rows, and gives back all it told of. */
async function writeUntilKilled(path: string, from: number, count: number): Promise<number[]> {
  const child = spawn(
    process.execPath,
    [
      '--experimental-strip-types',
      '--disable-warning=ExperimentalWarning',
      '--import',
      resolve('test/timeseries/source-hooks.mjs'),
      resolve('test/timeseries/crash-child.ts'),
      path,
      String(from),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let told = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    told += text
    if (told.split('\n').length > count) child.kill('SIGKILL')
  })
  const [code, signal] = await new Promise<[number | null, string | null]>((done) =>
    child.on('close', (...end) => done(end)),
  )
  expect([code, signal]).toEqual([null, 'SIGKILL'])
  // The last line may be torn; what is whole was told after the row was on disk.
  return told.split('\n').slice(0, -1).map(Number)
}

function expectAll(path: string, rows: readonly number[]) {
  using store = SqliteTimeSeries.open(path)
  const last = rows.at(-1) ?? 0
  for (const [index, channel] of CRASH_CHANNELS.entries()) {
    if (index % 29 !== 0) continue
    const means = store.means([channel], rows, last + 1).get(channel) ?? []
    expect(means.slice(0, -1)).toEqual(rows.slice(0, -1).map((at) => crashValue(at, index)))
    expect(store.latest(channel, last)).toEqual({ at: last, value: crashValue(last, index) })
  }
}
