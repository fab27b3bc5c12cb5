import type { HistoryFile, Summary } from './history-file'
import type { OpenWindow } from './open-window'
import { SlotCounts } from './slot-counts'
import { SlotSums } from './slot-sums'
import { HOUR_MS, stretches } from './stretches'
import { eachSpan, type Frame, type Series, WINDOW_MS, windowStart } from './window'

type Visit = (value: number, from: number, to: number) => void

/**
 * Answers from the file, level by level: hours lying within one slot come from the hours' rollups, windows from theirs, and
 * only windows that a slot's edge cuts through are looked into. Of what retention took away the next coarser level answers,
 * spread evenly over its time. The open window comes last, from memory.
 */
export class HistoryQuery {
  readonly #file: HistoryFile
  readonly #open: OpenWindow | null
  readonly #bounds: readonly number[]
  readonly #cut: ReadonlySet<number>

  constructor(file: HistoryFile, open: OpenWindow | null, bounds: readonly number[]) {
    this.#file = file
    this.#open = open
    this.#bounds = bounds
    this.#cut = new Set(bounds.filter((bound) => bound % WINDOW_MS !== 0).map(windowStart))
  }

  /** Time-weighted means per slot, by channel id. */
  means(ids: readonly number[]): Map<number, (number | null)[]> {
    const asked = new Map(ids.map((id) => [id, new SlotSums(this.#bounds)]))
    this.#walk(ids, (id, summary, spans) => {
      const sums = asked.get(id)
      if (!sums) return
      if (this.#isCut(summary) && spans((value, from, to) => sums.addSpan(value, from, to))) return
      sums.addSpread(summary.sum, summary.known, summary.start, summary.start + summary.lengthMs)
    })
    this.#openSpans(ids, (id, value, from, to) => asked.get(id)?.addSpan(value, from, to))
    return new Map([...asked].map(([id, sums]) => [id, sums.means()]))
  }

  /** What counters counted per slot, by channel id; `before`: their readings right before the first slot. */
  counts(before: ReadonlyMap<number, number | null>): Map<number, (number | null)[]> {
    const ids = [...before.keys()]
    const asked = new Map([...before].map(([id, reading]) => [id, new SlotCounts(this.#bounds, reading)]))
    this.#walk(ids, (id, summary, spans) => {
      const counts = asked.get(id)
      if (!counts) return
      const isEnough = !this.#isCut(summary) && counts.isEnough(summary)
      if (!isEnough && spans((value, from, to) => counts.addSpan(value, from, to))) return
      counts.addSummary(summary, summary.start, summary.start + summary.lengthMs)
    })
    this.#openSpans(ids, (id, value, from, to) => asked.get(id)?.addSpan(value, from, to))
    return new Map([...asked].map(([id, counts]) => [id, counts.counts()]))
  }

  #isCut({ start, lengthMs }: Summary): boolean {
    return lengthMs === WINDOW_MS && this.#cut.has(start)
  }

  /**
   * Every closed stretch of time within the slots, in order, channel by channel. `spans` tells the single values in it and
   * returns false when they are gone.
   */
  #walk(ids: readonly number[], visit: (id: number, summary: Summary, spans: (visit: Visit) => boolean) => void): void {
    for (const { from, to, by } of stretches(this.#bounds)) {
      const frames = new Frames(this.#file, from, to)
      for (const id of ids) {
        if (by === 'hours') {
          for (const hour of this.#file.hours(id, from, to)) {
            visit(id, hour, (take) => this.#hourSpans(id, hour.start, take))
          }
          continue
        }
        const isCut = this.#cut.size > 0
        const read = new SeriesReader(this.#file, id, from, to, isCut)
        for (const window of this.#windows(id, from, to)) {
          if (window.start + window.lengthMs <= (this.#bounds[0] ?? 0)) continue
          if (window.start >= (this.#bounds.at(-1) ?? 0)) break
          visit(id, window, (take) => {
            if (window.lengthMs !== WINDOW_MS) return false
            const frame = frames.get(window.start)
            const series = frame && read.at(window.start)
            if (frame && series) eachSpan(frame, series, take)
            return frame !== undefined
          })
        }
      }
    }
  }

  /** The windows' rollups; an hour whose windows are gone stands for them. */
  #windows(id: number, from: number, to: number): Summary[] {
    const windows = this.#file.windows(id, from, to)
    if (windows.length >= (to - from) / WINDOW_MS) return windows
    const hours = this.#file.hours(id, from, to)
    const known = new Set(windows.map(({ start }) => Math.floor(start / HOUR_MS)))
    const gone = hours.filter(({ start }) => !known.has(start / HOUR_MS))
    return gone.length === 0 ? windows : [...windows, ...gone].sort((a, b) => a.start - b.start)
  }

  #hourSpans(id: number, start: number, take: Visit): boolean {
    const frames = this.#file.frames(start, start + HOUR_MS)
    if (frames.size === 0) return false
    for (const { start: window, decode } of this.#file.series(id, start, start + HOUR_MS)) {
      const frame = frames.get(window)
      if (frame) eachSpan(frame, decode(), take)
    }
    return true
  }

  #openSpans(ids: readonly number[], visit: (id: number, value: number, from: number, to: number) => void): void {
    if (!this.#open) return
    const frame = this.#open.frame()
    for (const id of ids) {
      const series = this.#open.series.get(id)
      if (series) eachSpan(frame, series, (value, from, to) => visit(id, value, from, to))
    }
  }
}

/** The rows of a stretch, read when the first of them is asked for and then for all channels. */
class Frames {
  readonly #read: () => Map<number, Frame>
  #frames: Map<number, Frame> | null = null

  constructor(file: HistoryFile, from: number, to: number) {
    this.#read = () => file.frames(from, to)
  }

  get(start: number): Frame | undefined {
    this.#frames ??= this.#read()
    return this.#frames.get(start)
  }
}

/** The chunks of one channel in a stretch: all in one go where many will be asked for, else one by one. */
class SeriesReader {
  readonly #one: (start: number) => Series | undefined
  #series: Map<number, () => Series> | null = null
  readonly #all: (() => Map<number, () => Series>) | null

  constructor(file: HistoryFile, id: number, from: number, to: number, many: boolean) {
    const read = (since: number, until: number) =>
      new Map(file.series(id, since, until).map(({ start, decode }) => [start, decode]))
    this.#one = (start) => read(start, start + WINDOW_MS).get(start)?.()
    this.#all = many ? () => read(from, to) : null
  }

  at(start: number): Series | undefined {
    if (!this.#all) return this.#one(start)
    this.#series ??= this.#all()
    return this.#series.get(start)?.()
  }
}
