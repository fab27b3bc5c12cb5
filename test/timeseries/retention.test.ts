import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { loadSqlite } from '@main/storage/load-sqlite'
import type { Limits } from '@main/timeseries/retention'
import { SqliteTimeSeries } from '@main/timeseries/sqlite-time-series'
import { expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFolder } from '../storage/temporary-folder'
import { uniform } from './noise'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const start = Date.UTC(2026, 0, 1)
const POWER = 'meter0/ActivePower'
const ENERGY = 'meter0/ActiveProductionEnergy'
const FOR_EVER: Limits = { samplesMs: Infinity, windowsMs: Infinity, maxBytes: Infinity }

vi.setConfig({ testTimeout: 60_000 })

/** `days` of two channels, a row every `stepMs`, kept as long as `limits` say. */
function recorded(days: number, stepMs: number, limits: Partial<Limits> = {}) {
  const folder = temporaryFolder()
  const path = folder.file('history.db')
  const store = SqliteTimeSeries.open(path, { maxStepMs: () => stepMs })
  store.retain({ ...FOR_EVER, ...limits })
  store.markCumulated([ENERGY])
  const random = uniform(3)
  let energy = 1_000_000
  for (let at = start; at <= start + days * DAY; at += stepMs) {
    const power = Math.round(random() * 5000)
    energy += Math.round((power * stepMs) / HOUR)
    store.append(
      at,
      new Map([
        [POWER, power],
        [ENERGY, energy],
      ]),
    )
  }
  return {
    path,
    store,
    ask: (stepOfSlots: number, from = start, to = start + days * DAY) => {
      const slots = Array.from({ length: (to - from) / stepOfSlots }, (_, slot) => from + slot * stepOfSlots)
      return {
        means: (store.means([POWER], slots, to).get(POWER) ?? []).map((mean) => mean && Math.round(mean * 1e6) / 1e6),
        counts: (store.counts([ENERGY], slots, to).get(ENERGY) ?? []).map((count) => count && Math.round(count)),
      }
    },
    [Symbol.dispose]() {
      store[Symbol.dispose]()
      folder[Symbol.dispose]()
    },
  }
}

const STEP = 150_000

it('answers days and hours the same for ever, five minutes and samples as long as they are kept', () => {
  using all = recorded(4, STEP)
  using some = recorded(4, STEP, { samplesMs: DAY, windowsMs: 2 * DAY })
  expect(some.ask(DAY)).toEqual(all.ask(DAY))
  expect(some.ask(HOUR)).toEqual(all.ask(HOUR))
  const recent = start + 2 * DAY + HOUR
  expect(some.ask(300_000, recent)).toEqual(all.ask(300_000, recent))
  const newest = start + 3 * DAY + HOUR
  expect(some.ask(30_000, newest)).toEqual(all.ask(30_000, newest))
  // Of what is gone, the next coarser level answers: every five minutes of an old hour show the mean of the hour.
  const hour = all.ask(HOUR, start, start + HOUR)
  expect(new Set(some.ask(300_000, start, start + HOUR).means)).toEqual(new Set(hour.means))
  const counted = some.ask(300_000, start, start + HOUR).counts
  expect(new Set(counted).size).toBe(1)
  expect(statSync(some.path).size).toBeLessThan(statSync(all.path).size)
})

it('still knows the last reading of a channel that is long gone', () => {
  using some = recorded(2, STEP, { samplesMs: HOUR, windowsMs: DAY })
  const first = some.store.latest(ENERGY, start + 30 * 60_000)
  const old = some.store.latest(ENERGY, start + 10 * HOUR + 1)
  expect([first, old?.at]).toEqual([null, start + 10 * HOUR - 1])
  expect(old?.value).toBeGreaterThan(1_000_000)
})

it('adds up an old day in which the counter began anew, less at most that hour', () => {
  using folder = temporaryFolder()
  using store = SqliteTimeSeries.open(folder.file('history.db'), { maxStepMs: () => STEP })
  store.retain({ ...FOR_EVER, samplesMs: HOUR, windowsMs: DAY })
  store.markCumulated([ENERGY])
  for (let row = 0; row * STEP <= 2.2 * DAY; row++) {
    // 100 Wh a row, 2,400 an hour; a new meter after ten hours and a quarter.
    store.append(start + row * STEP, new Map([[ENERGY, row < 246 ? 500_000 + row * 100 : (row - 246) * 100]]))
  }
  const hours = Array.from({ length: 24 }, (_, hour) => start + hour * HOUR)
  const counts = store.counts([ENERGY], hours, start + DAY).get(ENERGY) ?? []
  expect(counts.filter((_, hour) => hour > 0 && hour !== 10 && hour !== 11)).toEqual(
    Array.from({ length: 21 }, () => 2400),
  )
  expect(counts.every((count) => count !== null && count >= 0)).toBe(true)
})

it('keeps within its size; what goes is the oldest', () => {
  const maxBytes = 100_000
  using all = recorded(4, 150_000)
  using some = recorded(4, 150_000, { maxBytes })
  expect(statSync(all.path).size).toBeGreaterThan(2 * maxBytes)
  expect(statSync(some.path).size).toBeLessThan(1.3 * maxBytes)
  expect(some.ask(DAY)).toEqual(all.ask(DAY))
  const lastHours = start + 4 * DAY - 2 * HOUR
  expect(some.ask(60_000, lastHours)).toEqual(all.ask(60_000, lastHours))
})

it('loses nothing whichever step of closing windows and forgetting old ones is the last', () => {
  using folder = temporaryFolder()
  const path = folder.file('history.db')
  const values = (at: number) =>
    new Map([
      [POWER, (at / 1000) % 777],
      [ENERGY, (at - start) / 1000],
    ])
  const limits = { ...FOR_EVER, samplesMs: HOUR, windowsMs: 2 * HOUR }
  const open = (file: string) => SqliteTimeSeries.open(file, { maxStepMs: () => 60_000 })
  using store = open(path)
  store.retain(limits)
  store.markCumulated([ENERGY])
  const hooked = start + 4 * HOUR - 10 * 60_000
  const end = start + 4 * HOUR + 11 * 60_000
  for (let at = start; at < hooked; at += 60_000) store.append(at, values(at))

  // From here on the files are copied before every statement, as a kill would leave them.
  const crashes: { file: string; promised: number }[] = []
  let promised = hooked - 60_000
  const crash = () => {
    const file = join(folder.file(`crash-${crashes.length}`), 'history.db')
    mkdirSync(join(file, '..'))
    for (const suffix of ['', '-wal']) if (existsSync(path + suffix)) copyFileSync(path + suffix, file + suffix)
    crashes.push({ file, promised })
  }
  const { DatabaseSync } = loadSqlite()
  const probe = new DatabaseSync(':memory:')
  for (const [prototype, method] of [
    [Object.getPrototypeOf(probe.prepare('SELECT 1')), 'run'],
    [DatabaseSync.prototype, 'exec'],
  ] as const) {
    const original = prototype[method]
    const spy = vi.spyOn(prototype, method).mockImplementation(function (this: unknown, ...args: unknown[]) {
      crash()
      return original.apply(this, args)
    })
    onTestFinished(() => spy.mockRestore())
  }
  for (let at = hooked; at < end; at += 60_000) {
    store.append(at, values(at))
    promised = at
  }
  vi.restoreAllMocks()
  probe.close()
  expect(crashes.length).toBeGreaterThan(80)

  const hours = [0, 1, 2, 3].map((hour) => start + hour * HOUR)
  for (const { file, promised: last } of crashes) {
    using found = open(file)
    expect(found.latest(ENERGY, last)).toEqual({ at: last, value: (last - start) / 1000 })
    const counts = found.counts([ENERGY], hours, last + 1).get(ENERGY) ?? []
    expect(counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)).toBe((last - start) / 1000)
    const [mean] = found.means([POWER], [last - 30 * 60_000], last).get(POWER) ?? []
    const rows = Array.from({ length: 30 }, (_, row) => ((last - (row + 1) * 60_000) / 1000) % 777)
    expect(mean).toBeCloseTo(rows.reduce((sum, value) => sum + value, 0) / 30, 6)
    // And it goes on from there.
    found.retain(limits)
    found.append(end + 60_000, values(end + 60_000))
    expect(found.latest(ENERGY)?.at).toBe(end + 60_000)
  }
})
