import { SqliteTimeSeries } from '@main/timeseries/sqlite-time-series'
import type { ChannelValue } from '@shared/channel'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../storage/temporary-folder'

const noon = Date.UTC(2026, 0, 1, 12)
const minutes = (count: number) => count * 60_000
const seconds = (count: number) => count * 1000

/** A store in a file that can be closed and opened again, as an edge is. */
function history(maxStepMs?: number) {
  const folder = temporaryFolder()
  const options = maxStepMs === undefined ? {} : { maxStepMs: () => maxStepMs }
  let store = SqliteTimeSeries.open(folder.file('history.db'), options)
  return {
    get store() {
      return store
    },
    append: (at: number, changes: Record<string, ChannelValue> = {}) =>
      store.append(at, new Map(Object.entries(changes))),
    /** A row every second: changes first, then nothing but "alive". */
    run(from: number, to: number, changes: Record<string, ChannelValue> = {}) {
      for (let at = from; at < to; at += 1000) this.append(at, at === from ? changes : {})
    },
    mean: (channel: string, from: number, to: number) => store.means([channel], [from], to).get(channel)?.[0],
    restart() {
      store[Symbol.dispose]()
      store = SqliteTimeSeries.open(folder.file('history.db'), options)
    },
    [Symbol.dispose]() {
      store[Symbol.dispose]()
      folder[Symbol.dispose]()
    },
  }
}

it('weighs every value by the time it stood', () => {
  using edge = history()
  edge.append(noon, { 'meter0/ActivePower': 1000 })
  edge.append(noon + seconds(1), { 'meter0/ActivePower': 4000 })
  edge.append(noon + seconds(4))
  // 1 s at 1000 W and 3 s at 4000 W.
  expect(edge.mean('meter0/ActivePower', noon, noon + minutes(5))).toBe((1000 + 3 * 4000) / 4)
})

it('knows the same from the open window, from a closed one, and after a restart', () => {
  using edge = history()
  const slots = [noon - minutes(5), noon, noon + 90_000, noon + minutes(5), noon + minutes(10)]
  const means = () => edge.store.means(['a/P', 'b/P', 'c/P'], slots, noon + minutes(15))
  edge.run(noon, noon + seconds(60), { 'a/P': 10, 'b/P': 1.5, 'c/P': null })
  edge.run(noon + seconds(60), noon + seconds(180), { 'a/P': 40 })
  edge.run(noon + seconds(180), noon + seconds(300), { 'b/P': null })
  const open = means()
  expect(open).toEqual(
    new Map([
      ['a/P', [null, 20, 40, null, null]],
      ['b/P', [null, 1.5, 1.5, null, null]],
      ['c/P', [null, null, null, null, null]],
    ]),
  )
  edge.restart()
  expect(means()).toEqual(open)
  // The window closes, and the rest of its last second is known now as well.
  edge.append(noon + seconds(300), { 'a/P': 40 })
  expect(means()).toEqual(open)
  edge.restart()
  expect(means()).toEqual(open)
})

it('lets a value stand over the end of a window without being told again', () => {
  using edge = history()
  edge.append(noon + seconds(298.5), { 'a/P': 100 })
  edge.append(noon + seconds(300.5))
  edge.append(noon + seconds(301.5), { 'a/P': 0 })
  expect(edge.mean('a/P', noon, noon + minutes(5))).toBe(100)
  expect(edge.mean('a/P', noon + minutes(5), noon + minutes(10))).toBe(100)
  edge.run(noon + seconds(302.5), noon + seconds(603))
  edge.restart()
  // 1.5 s at 100, 298.5 s at 0.
  expect(edge.mean('a/P', noon + minutes(5), noon + minutes(10))).toBe(0.5)
})

it('does not stretch a value over the time the edge was off', () => {
  using edge = history()
  edge.run(noon, noon + seconds(11), { 'a/P': 100 })
  edge.restart()
  edge.run(noon + seconds(60), noon + seconds(71), { 'a/P': 200 })
  const slots = [noon, noon + seconds(10), noon + seconds(60), noon + seconds(70)]
  expect(edge.store.means(['a/P'], slots, noon + seconds(80)).get('a/P')).toEqual([100, null, 200, null])
  edge.restart()
  edge.run(noon + minutes(60), noon + minutes(60) + 2000, { 'a/P': 1 })
  expect(edge.store.means(['a/P'], slots, noon + seconds(80)).get('a/P')).toEqual([100, null, 200, null])
})

it('forgets at a restart what the new process does not know', () => {
  using edge = history()
  edge.run(noon, noon + seconds(6), { 'a/P': 100, 'b/P': 7 })
  edge.restart()
  edge.run(noon + seconds(6), noon + seconds(12), { 'a/P': 100 })
  expect(edge.mean('b/P', noon + seconds(5), noon + seconds(12))).toBe(null)
  expect(edge.mean('a/P', noon + seconds(5), noon + seconds(12))).toBe(100)
})

it('takes a pause of the same process for unknown time, after which values stand again', () => {
  using edge = history()
  edge.run(noon, noon + seconds(6), { 'a/P': 100, 'b/P': 7 })
  // A laptop that slept for four minutes. In the first window, and in the next.
  edge.run(noon + minutes(4), noon + minutes(4) + seconds(6), { 'a/P': 200 })
  edge.run(noon + minutes(8), noon + minutes(8) + seconds(6), { 'a/P': 300 })
  const slots = [noon, noon + seconds(5), noon + minutes(4), noon + minutes(4) + seconds(5), noon + minutes(8)]
  const ask = () => edge.store.means(['a/P', 'b/P'], slots, noon + minutes(9))
  const expected = new Map([
    ['a/P', [100, null, 200, null, 300]],
    ['b/P', [7, null, 7, null, 7]],
  ])
  expect(ask()).toEqual(expected)
  edge.restart()
  edge.append(noon + minutes(30), {})
  expect(ask()).toEqual(expected)
})

it('takes rows for near as long as the cycle is long', () => {
  using edge = history(minutes(30))
  edge.append(noon, { 'a/P': 1 })
  edge.append(noon + minutes(10), { 'a/P': 2 })
  edge.append(noon + minutes(20), { 'a/P': 3 })
  edge.append(noon + minutes(60), { 'a/P': 4 })
  const slots = Array.from({ length: 5 }, (_, index) => noon + minutes(5 * index))
  expect(edge.store.means(['a/P'], slots, noon + minutes(25)).get('a/P')).toEqual([1, 1, 2, 2, null])
})

it('knows nothing from a gap that was declared until the next row, which brings everything', () => {
  using edge = history()
  edge.run(noon, noon + seconds(5), { 'a/P': 100, 'b/P': 7 })
  edge.store.markGap(noon + seconds(5))
  edge.run(noon + seconds(8), noon + seconds(10), { 'a/P': 200 })
  const slots = [noon, noon + seconds(5), noon + seconds(8)]
  expect(edge.store.means(['a/P', 'b/P'], slots, noon + seconds(20))).toEqual(
    new Map([
      ['a/P', [100, null, 200]],
      ['b/P', [7, null, null]],
    ]),
  )
})

it('never overwrites newer samples when the clock is set back, and loses no change by it', () => {
  using edge = history()
  edge.run(noon, noon + seconds(5), { 'a/P': 100, 'b/P': 7 })
  edge.append(noon + seconds(2), { 'a/P': -1 })
  edge.append(noon + seconds(4), { 'a/P': 55, 'b/P': 8 })
  edge.append(noon + seconds(5), { 'b/P': 9 })
  edge.append(noon + seconds(6))
  expect(edge.store.refused).toBe(2)
  const slots = [noon, noon + seconds(5)]
  expect(edge.store.means(['a/P', 'b/P'], slots, noon + seconds(6))).toEqual(
    new Map([
      ['a/P', [100, 55]],
      ['b/P', [7, 9]],
    ]),
  )
})

it('refuses older rows after a restart too, also when all that there was is in closed windows', () => {
  using edge = history()
  edge.run(noon, noon + seconds(20), { 'a/P': 100 })
  edge.store.compact(noon + minutes(20))
  edge.restart()
  edge.append(noon + seconds(3), { 'a/P': 1 })
  expect(edge.store.refused).toBe(1)
  expect(edge.mean('a/P', noon, noon + minutes(5))).toBe(100)
})

it('tells the latest number and how long it is known to have stood', () => {
  using edge = history()
  expect(edge.store.latest('a/P')).toBe(null)
  edge.run(noon, noon + seconds(10), { 'a/P': 100 })
  edge.run(noon + seconds(10), noon + seconds(20), { 'a/P': 200, 'b/P': 3 })
  edge.append(noon + seconds(20), { 'a/P': null })
  const ask = () =>
    [undefined, noon + seconds(15.4), noon + seconds(9.9), noon - 1].map((at) => edge.store.latest('a/P', at))
  const expected = [
    { at: noon + seconds(19), value: 200 },
    { at: noon + seconds(15), value: 200 },
    { at: noon + seconds(9), value: 100 },
    null,
  ]
  expect(ask()).toEqual(expected)
  edge.restart()
  edge.run(noon + minutes(60), noon + minutes(60) + 3000, { 'b/P': 4 })
  expect(ask()).toEqual(expected)
  expect(edge.store.latest('b/P', noon + minutes(59))).toEqual({ at: noon + seconds(20), value: 3 })
})

it('keeps numbers only', () => {
  using edge = history()
  edge.run(noon, noon + seconds(3), { 'a/Text': 'on', 'a/P': -0, 'a/Bad': Number.NaN })
  expect(edge.store.channels).toEqual(['a/P'])
  expect(edge.mean('a/P', noon, noon + seconds(2))).toBe(0)
  edge.run(noon + seconds(3), noon + seconds(6), { 'a/P': 'a text all of a sudden' })
  expect(edge.mean('a/P', noon + seconds(3), noon + seconds(6))).toBe(null)
})

it('closes a window when it is told the time, and goes on from there', () => {
  using edge = history()
  edge.run(noon, noon + minutes(5), { 'a/P': 100 })
  edge.store.compact(noon + minutes(5) + 500)
  edge.run(noon + minutes(5) + 1000, noon + minutes(5) + 10_000)
  expect(edge.mean('a/P', noon + minutes(5), noon + minutes(5) + 5000)).toBe(100)
  edge.store.compact(noon + minutes(30))
  edge.run(noon + minutes(30), noon + minutes(30) + 5000, { 'b/P': 1 })
  expect(edge.mean('a/P', noon + minutes(30), noon + minutes(31))).toBe(100)
})

it('keeps a change whose row could not be written, and brings it with the next', () => {
  using edge = history()
  edge.append(noon, { 'a/P': 1 })
  const { store } = edge
  store[Symbol.dispose]()
  expect(() => edge.append(noon + 1000, { 'a/P': 2 })).toThrow()
  edge.restart()
  edge.append(noon + 2000, { 'a/P': 3 })
  edge.append(noon + 3000)
  expect(edge.mean('a/P', noon, noon + 3000)).toBe(3)
})
