import type { ChannelValue } from '@shared/channel'
import type { SunspecPoint } from '@shared/profile'
import { tidy } from '@shared/units'
import type { FoundModel } from './chain'
import type { SunspecModels } from './models'
import { locatePoint, type PointPlace, pointValue } from './points'

/** A channel with the registers it comes from on this very device. */
export interface ResolvedPoint {
  readonly component: string
  readonly channel: string
  readonly poll: 'high' | 'low'
  readonly model: FoundModel
  readonly terms: readonly { readonly place: PointPlace; readonly sign: 1 | -1; readonly factor: number }[]
}

/**
 * Lays the map of a profile over a chain that was found. Of several lines for one channel the first that this chain can
 * serve counts; a channel without any is left out and stays unknown.
 */
export function resolvePoints(
  points: readonly SunspecPoint[],
  chain: readonly FoundModel[],
  models: SunspecModels,
): ResolvedPoint[] {
  const resolved = new Map<string, ResolvedPoint>()
  for (const point of points) {
    const key = `${point.component}/${point.channel}`
    if (resolved.has(key)) continue
    const found = point.models.flatMap((id) => chain.find((model) => model.id === id) ?? [])[0]
    const definition = found && models.get(found.id)
    if (!found || !definition) continue
    const terms = point.terms.flatMap((term) => {
      const place = locatePoint(definition, found.length, term.point, term.module)
      return place ? [{ place, sign: term.sign, factor: term.factor }] : []
    })
    const { component, channel, poll } = point
    if (terms.length > 0) resolved.set(key, { component, channel, poll, model: found, terms })
  }
  return [...resolved.values()]
}

/** The channel's value; `at` gives the word at an offset from the model's id register. A sum of nothing is unknown. */
export function resolvedValue(point: ResolvedPoint, at: (offset: number) => number): ChannelValue {
  let sum: number | null = null
  for (const { place, sign, factor } of point.terms) {
    const value = pointValue(place, at)
    if (typeof value === 'string') return value
    if (value !== null) sum = (sum ?? 0) + sign * value * factor
  }
  return sum === null ? null : tidy(sum)
}
