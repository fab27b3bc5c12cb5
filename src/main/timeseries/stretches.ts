import { WINDOW_MS } from './window'

/** The second level of rollups: twelve windows. */
export const HOUR_MS = 12 * WINDOW_MS

export const hourStart = (at: number): number => Math.floor(at / HOUR_MS) * HOUR_MS

/** A stretch of whole hours, [from, to), and with which rollups its closed windows answer. */
export interface Stretch {
  readonly from: number
  readonly to: number
  readonly by: 'hours' | 'windows'
}

/**
 * Covers the slots between `bounds` with stretches, in order: by hours where no bound cuts an hour, else by windows, a day
 * of them at most, because that much is held in memory at a time.
 */
export function stretches(bounds: readonly number[]): Stretch[] {
  const found: { from: number; to: number; by: Stretch['by'] }[] = []
  const put = (from: number, to: number, by: Stretch['by'], longest: number) => {
    const last = found.at(-1)
    if (to <= from) return
    if (last && last.by === by && last.to === from && to - last.from <= longest) last.to = to
    else found.push({ from, to, by })
  }
  let covered = hourStart(bounds[0] ?? 0)
  for (const bound of bounds) {
    if (bound % HOUR_MS === 0 || bound < covered) continue
    const cut = hourStart(bound)
    put(covered, cut, 'hours', Number.POSITIVE_INFINITY)
    put(cut, cut + HOUR_MS, 'windows', DAY_MS)
    covered = cut + HOUR_MS
  }
  put(covered, bounds.at(-1) ?? 0, 'hours', Number.POSITIVE_INFINITY)
  return found
}

const DAY_MS = 24 * HOUR_MS
