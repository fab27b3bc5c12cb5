import { type Frame, type Series, WINDOW_MS } from './window'

/** One row as it was appended: what changed, by channel id. null = not known from here on. */
export interface Row {
  readonly at: number
  /** Nothing else is known: what is not in `values` is not known from here on. So is the first row of every window. */
  readonly isFull: boolean
  /** The time since the row before is not known. */
  readonly afterGap: boolean
  readonly values: ReadonlyMap<number, number | null>
}

/** The window that is still growing, as its `hot` rows on disk tell it: after a crash it is read back from them. */
export class OpenWindow {
  readonly start: number
  readonly #times: number[] = []
  readonly #gaps: number[] = []
  readonly #series = new Map<number, { rows: number[]; values: number[] }>()
  readonly #carried: ReadonlyMap<number, number>

  /** `carried`: the values that stand when the window begins; they count from its first row, which repeats them. */
  constructor(start: number, carried: ReadonlyMap<number, number> = new Map()) {
    this.start = start
    this.#carried = carried
  }

  get end(): number {
    return this.start + WINDOW_MS
  }

  get isEmpty(): boolean {
    return this.#times.length === 0
  }

  get series(): ReadonlyMap<number, Series> {
    return this.#series
  }

  /** The rows so far. `until`: up to when the last row's values stand; by default only at that row itself. */
  frame(until: number = this.#times.at(-1) ?? this.start): Frame {
    return { start: this.start, times: this.#times, gaps: this.#gaps, until }
  }

  add(row: Row): void {
    const index = this.#times.push(row.at) - 1
    if (row.afterGap) this.#gaps.push(index)
    for (const [channel, value] of row.values) this.#put(channel, index, value ?? Number.NaN)
    if (!row.isFull) return
    for (const channel of this.#series.keys()) {
      if (!row.values.has(channel)) this.#put(channel, index, Number.NaN)
    }
  }

  /** What stands after the last row. */
  standing(): ReadonlyMap<number, number> {
    if (this.isEmpty) return this.#carried
    const standing = new Map<number, number>()
    for (const [channel, { values }] of this.#series) {
      const value = values.at(-1) ?? Number.NaN
      if (!Number.isNaN(value)) standing.set(channel, value)
    }
    return standing
  }

  #put(channel: number, row: number, value: number): void {
    const series = this.#series.get(channel)
    if (series === undefined) {
      if (!Number.isNaN(value)) this.#series.set(channel, { rows: [row], values: [value] })
      return
    }
    if (Object.is(series.values.at(-1), value)) return
    series.rows.push(row)
    series.values.push(value)
  }
}
