import { SqliteTimeSeries } from '@main/timeseries/sqlite-time-series'
import type { ChannelValue } from '@shared/channel'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../storage/temporary-folder'
import { uniform } from './noise'

const MAX_STEP = 10_000
const CHANNELS = ['a/P', 'b/E', 'c/State', 'd/T']

/** Sums are made in another order, so their last digits may differ. */
const rounded = (mean: number | null) => (mean === null ? null : Math.round(mean * 1e5))

/** What the store promises, said in the plainest way: every row with all it knows. */
class Model {
  readonly rows: { at: number; known: Map<string, number>; afterGap: boolean }[] = []
  #isFresh = true
  #pending = new Map<string, ChannelValue>()

  append(at: number, changes: ReadonlyMap<string, ChannelValue>) {
    for (const [channel, value] of changes) this.#pending.set(channel, value)
    const before = this.rows.at(-1)
    if (before && at <= before.at) return
    const known = new Map(this.#isFresh ? [] : before?.known)
    for (const [channel, value] of this.#pending) {
      if (typeof value === 'number') known.set(channel, value)
      else known.delete(channel)
    }
    this.rows.push({ at, known, afterGap: this.#isFresh || at - (before?.at ?? 0) > MAX_STEP })
    this.#pending.clear()
    this.#isFresh = false
  }

  markGap(at: number) {
    const before = this.rows.at(-1)
    this.#pending.clear()
    if (!this.#isFresh && before && at > before.at) {
      this.rows.push({ at, known: new Map(), afterGap: at - before.at > MAX_STEP })
    }
    this.#isFresh = true
  }

  restart() {
    this.#isFresh = true
    this.#pending.clear()
  }

  mean(channel: string, from: number, to: number): number | null {
    let sum = 0
    let known = 0
    for (const [index, row] of this.rows.entries()) {
      const next = this.rows[index + 1]
      const value = row.known.get(channel)
      if (next === undefined || next.afterGap || value === undefined) continue
      const ms = Math.min(next.at, to) - Math.max(row.at, from)
      if (ms <= 0) continue
      sum += value * ms
      known += ms
    }
    return known === 0 ? null : sum / known
  }

  latest(channel: string, at: number): { at: number; value: number } | null {
    for (const row of this.rows.toReversed()) {
      const value = row.known.get(channel)
      if (row.at <= at && value !== undefined) return { at: row.at, value }
    }
    return null
  }
}

it.each([1, 2, 6])('answers like a plain list of rows, whatever happens to the edge (%i)', (seed) => {
  using folder = temporaryFolder()
  const path = folder.file('history.db')
  const random = uniform(seed)
  const pick = (low: number, high: number) => Math.floor(low + random() * (high - low))
  const value = (): ChannelValue =>
    [null, pick(-5000, 5000), pick(-50, 50) / 10, random(), pick(0, 2)][pick(0, 5)] ?? null
  const changes = (share: number) =>
    new Map(CHANNELS.filter(() => random() < share).map((channel) => [channel, value()]))

  const model = new Model()
  const open = () => SqliteTimeSeries.open(path, { maxStepMs: () => MAX_STEP })
  let store = open()
  const start = Date.UTC(2026, 2, 29)
  let now = start
  for (let step = 0; step < 1500; step++) {
    const chance = random()
    if (chance < 0.003) {
      // The edge stops, by a kill or in order, and starts again now or later.
      if (random() < 0.5) {
        store.markGap(now)
        model.markGap(now)
      }
      store[Symbol.dispose]()
      store = open()
      model.restart()
      now += random() < 0.5 ? 0 : pick(0, 900_000)
    } else if (chance < 0.006) {
      now += pick(-400_000, 900_000)
    } else if (chance < 0.008) {
      store.markGap(now)
      model.markGap(now)
    } else {
      const some = changes(random() < 0.1 ? 1 : 0.3)
      store.append(now, some)
      model.append(now, some)
      now += random() < 0.02 ? pick(1, 12_000) : pick(950, 1050)
    }
  }

  const ends = model.rows.at(-1)?.at ?? now
  for (let query = 0; query < 15; query++) {
    const aligned = random() < 0.5
    const from = pick(start - 600_000, ends)
    const width = aligned ? 300_000 * pick(1, 6) : pick(1, 1_000_000)
    const first = aligned ? Math.floor(from / 300_000) * 300_000 : from
    const slots = Array.from({ length: pick(1, 40) }, (_, index) => first + index * width)
    const end = (slots.at(-1) ?? first) + width
    const means = store.means([...CHANNELS, 'not/There'], slots, end)
    for (const channel of CHANNELS) {
      const expected = slots.map((slot, index) => model.mean(channel, slot, slots[index + 1] ?? end))
      const answer = means.get(channel) ?? []
      expect(answer.map(rounded)).toEqual(expected.map(rounded))
      const at = pick(start - 1000, ends + 1000)
      const latest = store.latest(channel, at)
      const least = model.latest(channel, at)
      expect(latest?.value).toBe(least?.value)
      // At the start of a window the store repeats what stands, so it may know of a later moment, never of an earlier one.
      if (latest && least) expect([least.at <= latest.at, latest.at <= at]).toEqual([true, true])
    }
    expect(means.get('not/There')).toEqual(slots.map(() => null))
  }
  store[Symbol.dispose]()
})
