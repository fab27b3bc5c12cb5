import type { ChannelValue } from '@shared/channel'
import { HistoryFile } from './history-file'
import { OpenWindow, type Row } from './open-window'
import { SlotCounts } from './slot-counts'
import { SlotSums } from './slot-sums'
import { DAY_MS } from './time-zone'
import type { TimeSeries } from './timeseries'
import { eachSpan, type Frame, lastNumber, WINDOW_MS, windowStart } from './window'

export interface TimeSeriesOptions {
  /** Rows further apart mean that the edge was off: three cycles, at least 10 s. Asked at every row, as cycles change. */
  readonly maxStepMs?: () => number
}

/**
 * The time-series store in one SQLite file. The open window lives in memory and, row by row, in the `hot` table, from
 * which it is read back after a crash; closed windows live in the file only.
 */
export class SqliteTimeSeries implements TimeSeries {
  readonly #file: HistoryFile
  readonly #maxStepMs: () => number
  readonly #channels: Map<string, number>
  /** Ids of counters, as they are on disk. */
  readonly #cumulated: Set<number>
  /** Addresses of counters that are to be marked on disk. */
  readonly #toMark = new Set<string>()
  /** Changes that are not on disk yet, because their row was refused or could not be written. */
  readonly #pending = new Map<string, ChannelValue>()
  #open: OpenWindow | null = null
  #newest: number
  /** Nothing is known until the next row, which brings everything. */
  #isFresh = true
  #refused = 0

  /** Throws `storage.corrupt` and `storage.newer` when the file cannot be used. */
  static open(path: string, { maxStepMs = () => 10_000 }: TimeSeriesOptions = {}): SqliteTimeSeries {
    return new SqliteTimeSeries(new HistoryFile(path), maxStepMs)
  }

  private constructor(file: HistoryFile, maxStepMs: () => number) {
    this.#file = file
    this.#maxStepMs = maxStepMs
    this.#channels = file.channels()
    this.#cumulated = file.cumulated()
    this.#newest = file.newest() ?? Number.NEGATIVE_INFINITY
    for (const row of file.hotRows()) {
      this.#open ??= new OpenWindow(windowStart(row.at))
      this.#open.add(row)
      this.#newest = row.at
    }
  }

  get channels(): readonly string[] {
    return [...this.#channels.keys()]
  }

  /** Rows that came with a time at or before the newest one: the clock was set back. */
  get refused(): number {
    return this.#refused
  }

  append(at: number, changes: ReadonlyMap<string, ChannelValue>): void {
    for (const [address, value] of changes) this.#pending.set(address, value)
    if (at <= this.#newest) {
      this.#refused++
      return
    }
    this.#write(at, this.#isFresh, this.#isFresh || !this.#isNear(at))
    this.#isFresh = false
  }

  markGap(at: number): void {
    const hasRows = !this.#isFresh
    this.#isFresh = true
    this.#pending.clear()
    if (hasRows && at > this.#newest) this.#write(at, true, !this.#isNear(at))
  }

  compact(now: number): void {
    const open = this.#open
    if (open === null || now < open.end) return
    const next = this.#file.transaction(() => this.#close(open, now, !this.#isFresh && this.#isNear(now)))
    this.#open = next
    this.#newest = next.frame().times.at(-1) ?? this.#newest
  }

  means(channels: readonly string[], slots: readonly number[], endMs: number): Map<string, (number | null)[]> {
    const bounds = [...slots, endMs]
    const asked = channels.map((address) => ({
      address,
      id: this.#channels.get(address),
      sums: new SlotSums(bounds),
    }))
    const known = asked.flatMap(({ id, sums }) => (id === undefined ? [] : [{ id, sums }]))
    const openStart = this.#open?.start ?? Number.POSITIVE_INFINITY
    const cut = new Set(bounds.filter((bound) => bound % WINDOW_MS !== 0).map(windowStart))

    for (const { id, sums } of known) this.#addWhole(id, sums, bounds, openStart, cut)
    // Closed windows that a slot's edge cuts through are looked into.
    for (const [from, to] of runs([...cut].filter((start) => start < openStart))) {
      const frames = this.#file.frames(from, to)
      for (const { id, sums } of known) {
        for (const { start, series } of this.#file.series(id, from, to)) {
          const frame = frames.get(start)
          if (frame) eachSpan(frame, series, (value, since, until) => sums.addSpan(value, since, until))
        }
      }
    }
    // The open window is in memory.
    if (this.#open) {
      const frame = this.#open.frame()
      for (const { id, sums } of known) {
        const series = this.#open.series.get(id)
        if (series) eachSpan(frame, series, (value, from, to) => sums.addSpan(value, from, to))
      }
    }
    return new Map(asked.map(({ address, sums }) => [address, sums.means()]))
  }

  counts(channels: readonly string[], slots: readonly number[], endMs: number): Map<string, (number | null)[]> {
    const bounds = [...slots, endMs]
    const frames = new Map<number, Frame | undefined>()
    const frameOf = (start: number) => {
      if (!frames.has(start)) frames.set(start, this.#file.frames(start, start + WINDOW_MS).get(start))
      return frames.get(start)
    }
    return new Map(
      channels.map((address) => {
        const id = this.#channels.get(address)
        if (id === undefined || !this.#cumulated.has(id)) return [address, slots.map(() => null)]
        const counts = new SlotCounts(bounds, this.#standingBefore(address, bounds[0] ?? endMs))
        this.#countClosed(id, counts, bounds, frameOf)
        const series = this.#open?.series.get(id)
        if (this.#open && series) {
          eachSpan(this.#open.frame(), series, (value, from, to) => counts.addSpan(value, from, to))
        }
        return [address, counts.counts()]
      }),
    )
  }

  markCumulated(channels: Iterable<string>): void {
    for (const address of channels) {
      const id = this.#channels.get(address)
      if (id === undefined || !this.#cumulated.has(id)) this.#toMark.add(address)
    }
  }

  latest(channel: string, at = Number.POSITIVE_INFINITY): { at: number; value: number } | null {
    const id = this.#channels.get(channel)
    if (id === undefined) return null
    const series = this.#open?.series.get(id)
    const inMemory = this.#open && series ? lastNumber(this.#open.frame(), series, at) : null
    return inMemory ?? this.#file.latest(id, Math.min(at, (this.#open?.start ?? Number.POSITIVE_INFINITY) - 1))
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]()
  }

  #isNear(at: number): boolean {
    return at - this.#newest <= this.#maxStepMs()
  }

  /** Closed windows that lie within one slot: their sums are there already. */
  #addWhole(id: number, sums: SlotSums, bounds: readonly number[], openStart: number, cut: ReadonlySet<number>): void {
    const first = wholeFrom(bounds[0] ?? 0)
    const beyond = Math.min(windowStart(bounds.at(-1) ?? 0), openStart)
    // Few windows per slot: all in one go. Many: let SQLite add them up.
    if (beyond - first <= FEW_WINDOWS * WINDOW_MS * bounds.length) {
      for (const { start, sum, known } of this.#file.rollups(id, first, beyond)) {
        if (!cut.has(start)) sums.add(sums.slotOf(start), sum, known)
      }
      return
    }
    for (const [slot, [from, to]] of pairs(bounds).entries()) {
      const { sum, known } = this.#file.sum(id, wholeFrom(from), Math.min(windowStart(to), openStart))
      sums.add(slot, sum, known)
    }
  }

  /** The reading right before `at`; null when the edge was off then. */
  #standingBefore(channel: string, at: number): number | null {
    const before = this.latest(channel, at - 1)
    return before && at - before.at <= this.#maxStepMs() ? before.value : null
  }

  /** Windows that lie within one slot and in which the counter did not begin anew need not be looked into. */
  #countClosed(
    id: number,
    counts: SlotCounts,
    bounds: readonly number[],
    frameOf: (start: number) => Frame | undefined,
  ): void {
    const cut = new Set(bounds.filter((bound) => bound % WINDOW_MS !== 0).map(windowStart))
    const from = windowStart(bounds[0] ?? 0)
    const to = Math.min(wholeFrom(bounds.at(-1) ?? 0), this.#open?.start ?? Number.POSITIVE_INFINITY)
    for (const { start, min, max, anew } of this.#file.readings(id, from, to)) {
      if (!anew && !cut.has(start) && counts.addAll(min, max, counts.slotOf(start))) continue
      const frame = frameOf(start)
      const [found] = this.#file.series(id, start, start + WINDOW_MS)
      if (frame && found) eachSpan(frame, found.series, (value, since, until) => counts.addSpan(value, since, until))
    }
  }

  /** One transaction per row; what it changes in memory is changed once it is on disk. */
  #write(at: number, isFull: boolean, afterGap: boolean): void {
    const added = new Map<string, number>()
    const marked = new Map<string, number>()
    const { open, row } = this.#file.transaction(() => {
      const changes = this.#resolve(added)
      let open = this.#open ?? new OpenWindow(windowStart(at))
      if (at >= open.end) open = this.#close(open, at, !afterGap)
      // The first row of a window repeats all that stands, so that no window needs the one before it.
      const values = open.isEmpty && !isFull ? new Map([...open.standing(), ...changes]) : changes
      const row: Row = { at, isFull: isFull || open.isEmpty, afterGap, values }
      this.#file.addHot(row)
      this.#mark(added, marked)
      return { open, row }
    })
    open.add(row)
    for (const [address, id] of added) this.#channels.set(address, id)
    for (const [address, id] of marked) {
      this.#cumulated.add(id)
      this.#toMark.delete(address)
    }
    this.#open = open
    this.#newest = at
    this.#pending.clear()
  }

  /**
   * Writes `open`, and the windows after it that have ended at `at`, and begins the next one. `stands`: its last values
   * are known to stand until `at`; then each further window begins with a row at its very start that repeats them.
   */
  #close(open: OpenWindow, at: number, stands: boolean): OpenWindow {
    let current = open
    while (at >= current.end) {
      if (!current.isEmpty) this.#file.writeWindow(current.frame(stands ? current.end : undefined), current.series)
      this.#file.clearHot()
      const values = current.standing()
      current = new OpenWindow(stands ? current.end : windowStart(at), values)
      if (!stands || at === current.start) continue
      const carry: Row = { at: current.start, isFull: true, afterGap: false, values }
      this.#file.addHot(carry)
      current.add(carry)
    }
    return current
  }

  /** Marks on disk what is to be marked and has an id by now. */
  #mark(added: ReadonlyMap<string, number>, marked: Map<string, number>): void {
    for (const address of this.#toMark) {
      const id = added.get(address) ?? this.#channels.get(address)
      if (id === undefined) continue
      this.#file.markCumulated(id)
      marked.set(address, id)
    }
  }

  /** The pending changes by channel id. A channel is made when it brings its first number. */
  #resolve(added: Map<string, number>): Map<number, number | null> {
    const changes = new Map<number, number | null>()
    for (const [address, raw] of this.#pending) {
      // Adding 0 turns -0 into 0.
      const value = typeof raw === 'number' && Number.isFinite(raw) ? raw + 0 : null
      let id = this.#channels.get(address)
      if (id === undefined) {
        if (value === null) continue
        id = this.#file.addChannel(address)
        added.set(address, id)
      }
      changes.set(id, value)
    }
    return changes
  }
}

/** As many are read as fast as they are added up by SQLite. */
const FEW_WINDOWS = 4

/** The start of the first window that lies behind `at`. */
const wholeFrom = (at: number): number => Math.ceil(at / WINDOW_MS) * WINDOW_MS

/** Windows that follow each other, as [from, to), a day of them at most: so much is held in memory at a time. */
function runs(starts: readonly number[]): [number, number][] {
  const found: [number, number][] = []
  for (const start of starts) {
    const last = found.at(-1)
    if (last && last[1] === start && start - last[0] < DAY_MS) last[1] += WINDOW_MS
    else found.push([start, start + WINDOW_MS])
  }
  return found
}

function pairs(bounds: readonly number[]): [number, number][] {
  return bounds.slice(1).map((bound, index) => [bounds[index] ?? bound, bound])
}
