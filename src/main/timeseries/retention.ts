import type { HistoryFile } from './history-file'
import { HOUR_MS, hourStart } from './stretches'

/** How long history is kept. Hours stay for ever: a channel's year of them needs half a megabyte. */
export interface Limits {
  /** Single values, ms. */
  readonly samplesMs: number
  /** Means of five minutes, ms. */
  readonly windowsMs: number
  /** Of the whole file; the oldest goes first, single values before means. */
  readonly maxBytes: number
}

/**
 * Takes away what is too old or too much, hour by hour, each in one transaction, a few at a time so that no cycle waits
 * long for it: a kill in between leaves whole hours.
 */
export class Retention {
  readonly #file: HistoryFile
  #oldest: { samples: number; windows: number } | null = null
  limits: Limits = {
    samplesMs: Number.POSITIVE_INFINITY,
    windowsMs: Number.POSITIVE_INFINITY,
    maxBytes: Number.POSITIVE_INFINITY,
  }

  constructor(file: HistoryFile) {
    this.#file = file
  }

  /** After a window was closed; `now` is the time of the newest row. */
  prune(now: number): void {
    const { samplesMs, windowsMs, maxBytes } = this.limits
    for (let step = 0; step < STEPS; step++) {
      const { samples, windows } = this.#oldest ?? this.#file.oldest()
      this.#oldest = Number.isFinite(samples) ? { samples, windows } : null
      const isTooMuch = maxBytes !== Number.POSITIVE_INFINITY && this.#file.usedBytes() > maxBytes
      const keepSamples = isTooMuch ? HOUR_MS : samplesMs
      const keepWindows = isTooMuch && samples > now - 2 * HOUR_MS ? DAY_MS : windowsMs
      // Windows first: what they leave behind needs no second visit.
      if (hourStart(windows) + HOUR_MS <= now - Math.max(keepWindows, HOUR_MS)) {
        this.#file.dropWindows(hourStart(windows), hourStart(windows) + HOUR_MS)
      } else if (hourStart(samples) + HOUR_MS <= now - Math.max(keepSamples, HOUR_MS)) {
        this.#file.dropSamples(hourStart(samples), hourStart(samples) + HOUR_MS)
      } else return
      this.#oldest = null
    }
  }
}

/** More than there is time to record between two calls, so that it catches up. */
const STEPS = 6
const DAY_MS = 24 * HOUR_MS
