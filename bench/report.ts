/** Where a benchmark puts its figures. The runner prints them and writes the table of `docs/benchmarks.md`. */
export interface BenchReport {
  row(row: BenchRow): void
  /** Something that could not be measured here, and why: a missing peer, no root, another system. */
  notRun(id: string, why: string): void
  /** What a person should read while it takes its time. */
  progress(text: string): void
}

/** One comparison: ours against one peer, measured in the same run. */
export interface BenchRow {
  /** Id of the target, e.g. `M1`. */
  readonly id: string
  readonly what: string
  /** Median of our rounds, in `unit`. */
  readonly ours: number
  /** Median of the peer's rounds; absent for a figure that has a bound of its own. */
  readonly peer?: number
  /** ours ÷ peer, from the medians of the same rounds. */
  readonly ratio?: number
  /** The bound and whether it is met: `≥ 1.3 ×`. */
  readonly target?: { readonly text: string; readonly met: boolean }
  readonly unit: string
  readonly note?: string
}

/** The middle of the values; of an even number, the upper of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
