import { beganAnew } from './slot-counts'

/** History is kept in windows of five minutes UTC: one of them is open, the others are closed and never change again. */
export const WINDOW_MS = 300_000

export const windowStart = (at: number): number => Math.floor(at / WINDOW_MS) * WINDOW_MS

/** The rows of one window; every channel's changes point at them. */
export interface Frame {
  readonly start: number
  /** Strictly growing, epoch ms. */
  readonly times: readonly number[]
  /** Indexes of rows before which nothing is known, back to the row before: the edge was off. */
  readonly gaps: readonly number[]
  /** Until when the last row's values are known to stand: its own time, or the end of the window. */
  readonly until: number
}

/** The changes of one channel in one window: at row `rows[i]` it became `values[i]`; NaN = not known from there on. */
export interface Series {
  readonly rows: readonly number[]
  readonly values: readonly number[]
}

/** Calls back for every stretch of time in which the value is known, in order. Some have no length. */
export function eachSpan(frame: Frame, series: Series, visit: (value: number, from: number, to: number) => void): void {
  const { times, gaps, until } = frame
  const timeOf = (row: number) => times[row] ?? until
  const { rows, values } = series
  for (let index = 0; index < rows.length; index++) {
    const value = values[index] ?? Number.NaN
    if (Number.isNaN(value)) continue
    const row = rows[index] ?? 0
    const next = rows[index + 1] ?? times.length
    let from = timeOf(row)
    for (const gap of gaps) {
      if (gap <= row || gap > next) continue
      visit(value, from, timeOf(gap - 1))
      from = timeOf(gap)
    }
    visit(value, from, timeOf(next))
  }
}

/** The last number at or before `at`, and the last row up to which it is known to stand. */
export function lastNumber(frame: Frame, series: Series, at: number): { at: number; value: number } | null {
  const { times } = frame
  let seen = times.length - 1
  while (seen >= 0 && (times[seen] ?? 0) > at) seen--
  for (let index = series.rows.length - 1; index >= 0; index--) {
    const row = series.rows[index] ?? 0
    const value = series.values[index] ?? Number.NaN
    if (row > seen || Number.isNaN(value)) continue
    const next = series.rows[index + 1] ?? times.length
    return { at: times[Math.min(seen, next - 1)] ?? 0, value }
  }
  return null
}

/** What is left of a channel's window in every query that does not look into it. */
export interface Rollup {
  min: number
  max: number
  /** Integral of the value over the known time, in value · ms; the mean is `sum / known`. */
  sum: number
  /** Milliseconds in which the value was known. */
  known: number
  last: number
  /** How many values there were. */
  n: number
  /** Taken as a counter's readings: it began anew within the window. */
  anew: boolean
}

/** null when there was not a single number. */
export function rollUp(frame: Frame, series: Series): Rollup | null {
  const rollup: Rollup = {
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    sum: 0,
    known: 0,
    last: 0,
    n: 0,
    anew: false,
  }
  for (const value of series.values) {
    if (Number.isNaN(value)) continue
    if (value < rollup.min) rollup.min = value
    if (value > rollup.max) rollup.max = value
    if (beganAnew(rollup.max, value)) rollup.anew = true
    rollup.last = value
    rollup.n++
  }
  eachSpan(frame, series, (value, from, to) => {
    rollup.sum += value * (to - from)
    rollup.known += to - from
  })
  return rollup.n === 0 ? null : rollup
}
