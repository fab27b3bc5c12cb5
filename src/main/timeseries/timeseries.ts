import type { ChannelValue } from '@shared/channel'

/**
 * History of one edge (or of all edges of a backend). Every cycle commits one `hot` row with the changed values; when a
 * 5-minute UTC window closes, one transaction writes compressed chunks and rollups and removes the hot rows. A kill loses
 * at most the running cycle, loss of power at most the last second.
 */
export interface TimeSeries extends Disposable {
  /**
   * One row at `at` (epoch ms, strictly growing; an older one is refused, never overwrites). `changes` holds what changed
   * since the last row; a value stands until it changes. null = not known from here on. An empty map still says "alive".
   */
  append(at: number, changes: ReadonlyMap<string, ChannelValue>): void
  /** Says that the recording stops here on purpose: everything is unknown until the next append. */
  markGap(at: number): void
  /** Time-weighted mean per slot [start, next start); null where nothing was known. `slots` are starts, `endMs` closes the last. */
  means(channels: readonly string[], slots: readonly number[], endMs: number): Map<string, (number | null)[]>
  /** The last known number at or before `at`. */
  latest(channel: string, at?: number): { at: number; value: number } | null
  /** Closes finished windows; called by `append`, public for tests and shutdown. */
  compact(now: number): void
  readonly channels: readonly string[]
}
