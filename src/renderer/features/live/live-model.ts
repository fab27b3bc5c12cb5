import type { Part } from '../plant/parts'

/** What stands above the busbar. */
export type SourceKind = 'grid' | 'pv' | 'battery'
/** What stands below it. `rest` is what no meter explains. */
export type LoadKind = 'metered' | 'rest' | 'heat' | 'evcs'

export interface FlowGroup<Kind extends string> {
  readonly kind: Kind
  readonly parts: readonly Part[]
}

export interface FlowModel {
  /** Grid first, then PV and battery where there are any. */
  readonly sources: readonly FlowGroup<SourceKind>[]
  /** One to four, in the order metered, rest, heat, chargers. */
  readonly loads: readonly FlowGroup<LoadKind>[]
  /** All consumers that have a meter of their own. */
  readonly metered: readonly Part[]
}

/** Sorts the parts of a plant around the busbar. The grid and the rest always have their place. */
export function flowModel(parts: readonly Part[]): FlowModel {
  const of = (kind: Part['kind']) => parts.filter((part) => part.kind === kind)
  const group = <Kind extends string>(kind: Kind, members: readonly Part[]): FlowGroup<Kind>[] =>
    members.length > 0 ? [{ kind, parts: members }] : []
  const [metered, heat, evcs] = [of('metered'), of('heat'), of('evcs')]
  return {
    sources: [{ kind: 'grid', parts: of('grid') }, ...group('pv', of('pv')), ...group('battery', of('battery'))],
    loads: [
      ...group('metered' as const, metered),
      { kind: 'rest', parts: [] },
      ...group('heat', heat),
      ...group('evcs', evcs),
    ],
    metered: [...metered, ...heat, ...evcs],
  }
}

/** The powers that consumption is calculated from; it is known only while all of them are. */
export const sourcePowers = ({ sources }: FlowModel): string[] =>
  sources.flatMap(({ parts }) => parts.map(({ power }) => power))

/** `meter0`, `meter11–18` for consecutive numbers, `meter1, evcs0` else: what stands beside a feeder. */
export function idsOf(parts: readonly Part[]): string {
  const ids = parts.map(({ id }) => id)
  const [first = '', last = ''] = [ids[0], ids.at(-1)]
  if (ids.length < 2) return first
  const split = (id: string) => /^(.*?)(\d+)$/.exec(id)
  const [prefix, from] = split(first)?.slice(1) ?? []
  const consecutive = ids.every((id, index) => id === `${prefix}${Number(from) + index}`)
  if (consecutive) return `${first}–${split(last)?.[2]}`
  return ids.length > 3 ? `${ids.slice(0, 2).join(', ')} …` : ids.join(', ')
}

/** `Flat 1–8` for names that differ only by their last number; null where they have nothing in common. */
export function commonName(parts: readonly Part[]): string | null {
  const split = parts.map(({ alias }) => /^(.*?)(\d+)$/.exec(alias)?.slice(1))
  const prefix = split[0]?.[0]
  if (!prefix?.trim() || split.some((each) => each?.[0] !== prefix)) return null
  const numbers = split.map((each) => Number(each?.[1])).sort((a, b) => a - b)
  return `${prefix}${numbers[0]}–${numbers.at(-1)}`
}

export const SUM = {
  production: '_sum/ProductionActivePower',
  consumption: '_sum/ConsumptionActivePower',
  grid: '_sum/GridActivePower',
  battery: '_sum/EssDischargePower',
} as const
