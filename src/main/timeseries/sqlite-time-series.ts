import type { ChannelValue } from '@shared/channel'
import { HistoryFile } from './history-file'
import { HistoryQuery } from './history-query'
import { OpenWindow, type Row } from './open-window'
import { type Limits, Retention } from './retention'
import type { TimeSeries } from './timeseries'
import { lastNumber, windowStart } from './window'

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
  readonly #retention: Retention
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
    this.#retention = new Retention(file)
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
    this.#retention.prune(now)
  }

  means(channels: readonly string[], slots: readonly number[], endMs: number): Map<string, (number | null)[]> {
    const ids = channels.flatMap((address) => this.#channels.get(address) ?? [])
    const means = new HistoryQuery(this.#file, this.#open, [...slots, endMs]).means(ids)
    return this.#byAddress(channels, means, slots.length)
  }

  counts(channels: readonly string[], slots: readonly number[], endMs: number): Map<string, (number | null)[]> {
    const before = new Map<number, number | null>()
    for (const address of channels) {
      const id = this.#channels.get(address)
      if (id === undefined || !this.#cumulated.has(id)) continue
      before.set(id, this.#standingBefore(address, slots[0] ?? endMs))
    }
    const counts = new HistoryQuery(this.#file, this.#open, [...slots, endMs]).counts(before)
    return this.#byAddress(channels, counts, slots.length)
  }

  retain(limits: Limits): void {
    this.#retention.limits = limits
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

  /** The reading right before `at`; null when the edge was off then. */
  #standingBefore(channel: string, at: number): number | null {
    const before = this.latest(channel, at - 1)
    return before && at - before.at <= this.#maxStepMs() ? before.value : null
  }

  #byAddress(
    channels: readonly string[],
    answers: ReadonlyMap<number, (number | null)[]>,
    length: number,
  ): Map<string, (number | null)[]> {
    const unknown = () => Array.from({ length }, () => null)
    return new Map(
      channels.map((address) => [address, answers.get(this.#channels.get(address) ?? -1) ?? unknown()] as const),
    )
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
    const hasClosed = this.#open !== null && open !== this.#open
    this.#open = open
    this.#newest = at
    this.#pending.clear()
    if (hasClosed) this.#retention.prune(at)
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
