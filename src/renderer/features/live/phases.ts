/** The voltage band of a 230 V supply, ±10 % (EN 50160, §4.2.2). */
export const VOLTAGE_BAND = { low: 207, high: 253 } as const

/** The instrument shows a little more than the band, so that a deviation can be seen. */
const SCALE = { from: 198, to: 262 } as const

export interface VoltageMark {
  /** Place of the mark on the instrument, 0…1. */
  readonly position: number
  readonly inBand: boolean
}

export function voltageMark(volts: number): VoltageMark {
  return {
    position: clamp((volts - SCALE.from) / (SCALE.to - SCALE.from)),
    inBand: volts >= VOLTAGE_BAND.low && volts <= VOLTAGE_BAND.high,
  }
}

/** Ends of the permitted band on the instrument, 0…1. */
export const bandOnScale = {
  low: (VOLTAGE_BAND.low - SCALE.from) / (SCALE.to - SCALE.from),
  high: (VOLTAGE_BAND.high - SCALE.from) / (SCALE.to - SCALE.from),
} as const

/** How much of the fuse a phase uses, 0…1, and whether that is worth a word: from 80 % on it is. */
export function fuseShare(amperes: number, fuseA: number): { share: number; verdict: 'ok' | 'warn' | 'over' } {
  const used = Math.abs(amperes) / fuseA
  return { share: clamp(used), verdict: used > 1 ? 'over' : used >= 0.8 ? 'warn' : 'ok' }
}

const clamp = (value: number) => Math.min(1, Math.max(0, value))
