import type { ChannelValue } from '@shared/channel'
import type { Limits } from './retention'

/**
 * History of one edge (or of all edges of a backend). Every cycle commits one `hot` row with the changed values; when a
 * 5-minute UTC window closes, one transaction writes compressed chunks and rollups and removes the hot rows. A kill loses
 * at most the running cycle, loss of power at most the last second.
 *
 * Numbers only: texts are not kept, `-0` becomes 0, and what is not finite is not known.
 */
export interface TimeSeries extends Disposable {
  /**
   * One row at `at` (epoch ms, strictly growing). `changes` holds what changed since the last row; a value stands until it
   * changes. null = not known from here on. An empty map still says "alive": rows too far apart mean that the edge was
   * off, and the time between is not known.
   *
   * The first row of a process, and the first after `markGap`, must bring every known value; all others are not known.
   *
   * When the clock was set back, rows at or before the newest one are refused and never overwrite it; their changes are part
   * of the next row that is accepted. Throws `storage.full` and the like; the changes are not lost then
   * either, they come with the next row.
   */
  append(at: number, changes: ReadonlyMap<string, ChannelValue>): void
  /** Says that the recording stops here on purpose: everything is unknown until the next append. */
  markGap(at: number): void
  /** Time-weighted mean per slot [start, next start); null where nothing was known. `slots` are starts, `endMs` closes the last. */
  means(channels: readonly string[], slots: readonly number[], endMs: number): Map<string, (number | null)[]>
  /**
   * What each cumulated channel counted per slot, never negative; null where it has no reading, and everywhere for
   * channels that are not cumulated. The slots of a range add up to the range.
   */
  counts(channels: readonly string[], slots: readonly number[], endMs: number): Map<string, (number | null)[]>
  /** Says which channels are counters. It is kept with the next row, and still known when the channel is gone. */
  markCumulated(channels: Iterable<string>): void
  /** How long history is kept; without, for ever. Held to whenever a window closes. */
  retain(limits: Limits): void
  /** The last known number at or before `at`, and the last row up to which it stood. */
  latest(channel: string, at?: number): { at: number; value: number } | null
  /** Closes finished windows; called by `append`, public for tests and shutdown. */
  compact(now: number): void
  readonly channels: readonly string[]
}
