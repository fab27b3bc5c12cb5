/**
 * Where things stand in the energy flow, in units of its view box: a busbar, sources above, consumers below, like a
 * single-line diagram. Outer edges are flush with the bar; grid and battery stand over a load.
 */
export const FLOW = {
  width: 808,
  height: 412,
  bar: { left: 10, right: 798, y: 206, thickness: 8 },
  above: { top: 10, bottom: 109 },
  below: { top: 307, bottom: 403 },
} as const

export interface Slot {
  readonly left: number
  readonly width: number
  /** Where its feeder meets the bar. */
  readonly feeder: number
}

const THIRDS: readonly Slot[] = [
  { left: 10, width: 240, feeder: 102 },
  { left: 284, width: 240, feeder: 404 },
  { left: 558, width: 240, feeder: 706 },
]
const QUARTERS: readonly Slot[] = [
  { left: 10, width: 184, feeder: 102 },
  { left: 212, width: 184, feeder: 304 },
  { left: 412, width: 184, feeder: 504 },
  { left: 614, width: 184, feeder: 706 },
]

/** The places of `count` tiles (1…4) on one side of the bar; what is missing leaves its place empty at the right. */
export const slots = (count: number): readonly Slot[] => (count > 3 ? QUARTERS : THIRDS.slice(0, Math.max(0, count)))

/** Below this nothing visibly flows: a thin line without heads. */
export const VISIBLE_W = 20

/** Thickness of a feeder in view-box units. */
export function feederWidth(watts: number | null): number {
  if (watts === null || Math.abs(watts) < VISIBLE_W) return 2
  return Math.min(25, 3 + 1.6 * (Math.abs(watts) / 1000))
}

/**
 * Two arrowheads per feeder, at 30 % and 72 % of the way that the power goes. Each is an open path (drawn wide in the
 * ground's colour it cuts the line behind the head); closed and filled it is the head.
 */
export function arrowHeads(x: number, from: number, to: number, width: number): string[] {
  const half = Math.max(8, width * 1.05)
  const length = half * 1.1
  const way = Math.sign(to - from)
  return [0.3, 0.72].map((share) => {
    const middle = from + (to - from) * share
    const back = middle - (way * length) / 2
    return `M${round(x - half)} ${round(back)}L${x} ${round(back + way * length)}L${round(x + half)} ${round(back)}`
  })
}

/** A bar that fills from the middle: negative (to grid) to the left, positive (from grid) to the right; at most half. */
export function centredBar(left: number, width: number, share: number): { x: number; width: number } {
  const part = (Math.min(1, Math.abs(share)) * width) / 2
  const middle = left + width / 2
  return { x: round(share < 0 ? middle - part : middle), width: round(part) }
}

const round = (value: number) => Math.round(value * 10) / 10
