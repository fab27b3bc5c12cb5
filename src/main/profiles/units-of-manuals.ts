import { conversion, tidy, UNITS } from '@shared/units'

/** A unit as manuals print it: `0.1 kWh` is scale 0.1, symbol kWh; `-1 W` is the other way round. */
export interface PrintedUnit {
  readonly scale: number
  readonly symbol: string
}

export function parsePrintedUnit(text: string): PrintedUnit {
  const match = /^(-?[0-9.]+(?:[eE]-?\d+)?)\s+(.*)$/.exec(text.trim())
  return match ? { scale: Number(match[1]), symbol: match[2] ?? '' } : { scale: 1, symbol: text.trim() }
}

export type Factor =
  | { readonly factor: number }
  | { readonly problem: 'profile.unit-unknown' | 'profile.dimension'; readonly possible: string }

/** raw × factor = value in the channel's unit; or why there is no such factor, and which units would do. */
export function factorBetween(printed: string, channelUnit: string): Factor {
  const { scale, symbol } = parsePrintedUnit(printed)
  const factor = conversion(symbol, channelUnit)
  if (factor !== null && Number.isFinite(scale)) return { factor: tidy(scale * factor) }
  return {
    problem: symbol in UNITS && Number.isFinite(scale) ? 'profile.dimension' : 'profile.unit-unknown',
    possible: unitsLike(channelUnit),
  }
}

/** All units of the same dimension, the channel's own first. */
function unitsLike(channelUnit: string): string {
  const dimension = UNITS[channelUnit]?.dimension
  const like = Object.entries(UNITS).filter(([symbol, unit]) => unit.dimension === dimension && !symbol.includes('Σ'))
  return like.map(([symbol]) => symbol || 'none').join(', ')
}
