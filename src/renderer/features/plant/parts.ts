import type { EdgeConfig } from '@shared/edge-config'

/**
 * What a component does at the site. `outside` measures something that the sums leave out (a meter of type
 * CONSUMPTION_NOT_METERED or PRODUCTION_AND_CONSUMPTION).
 */
export type PartKind = 'grid' | 'pv' | 'battery' | 'heat' | 'evcs' | 'metered' | 'outside'

export interface Part {
  readonly id: string
  readonly alias: string
  readonly kind: PartKind
  readonly natures: ReadonlySet<string>
  /** Channel of its active power in W; its sign is told by `powerWord`. */
  readonly power: string
  /** Counters in Wh of positive and of negative power; null where the component has none. */
  readonly counters: { readonly positive: string; readonly negative: string | null }
}

const KIND_OF_TYPE: Readonly<Record<string, PartKind>> = {
  GRID: 'grid',
  GRID_GENSET: 'grid',
  PRODUCTION: 'pv',
  CONSUMPTION_METERED: 'metered',
  MANAGED_CONSUMPTION_METERED: 'metered',
}

/** A heat pump is a plain meter to OpenEMS; the name the person gave it is all that tells it apart. */
export const isHeatName = (alias: string): boolean =>
  /heat|heiz|w(ä|ae)rme|boiler|pompe à chaleur|pompa di calore/i.test(alias)

/**
 * The measuring parts of an edge: what stands in the energy flow and in the table of meters, in the order grid, PV,
 * battery, heat, chargers, other consumers. Which nature means what: OpenEMS EdgeConfig, natures and meter types.
 */
export function plantParts(config: EdgeConfig): Part[] {
  const parts: Part[] = []
  for (const [id, component] of Object.entries(config.components)) {
    if (id.startsWith('_') || component.properties.enabled === false) continue
    const natures = new Set(
      (config.factories[component.factoryId]?.natureIds ?? []).map((nature) =>
        nature.slice(nature.lastIndexOf('.') + 1),
      ),
    )
    const kind = kindOf(natures, component.properties.type, component.alias)
    if (kind) parts.push({ id, alias: component.alias || id, kind, natures, ...channelsOf(id, natures) })
  }
  return parts.sort(
    (a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || a.id.localeCompare(b.id, 'en', { numeric: true }),
  )
}

const ORDER: readonly PartKind[] = ['grid', 'pv', 'battery', 'heat', 'evcs', 'metered', 'outside']

function kindOf(natures: ReadonlySet<string>, type: unknown, alias: string): PartKind | null {
  if (natures.has('SymmetricEss')) return 'battery'
  if (natures.has('EssDcCharger') || natures.has('ManagedSymmetricPvInverter')) return 'pv'
  if (natures.has('Evcs') || natures.has('EvseChargePoint')) return 'evcs'
  if (!natures.has('ElectricityMeter')) return null
  const kind = (typeof type === 'string' && KIND_OF_TYPE[type]) || 'outside'
  return kind === 'metered' && isHeatName(alias) ? 'heat' : kind
}

function channelsOf(id: string, natures: ReadonlySet<string>): Pick<Part, 'power' | 'counters'> {
  if (natures.has('SymmetricEss'))
    return {
      power: `${id}/${natures.has('HybridEss') ? 'DcDischargePower' : 'ActivePower'}`,
      counters: natures.has('HybridEss')
        ? { positive: `${id}/DcDischargeEnergy`, negative: `${id}/DcChargeEnergy` }
        : { positive: `${id}/ActiveDischargeEnergy`, negative: `${id}/ActiveChargeEnergy` },
    }
  if (natures.has('EssDcCharger'))
    return { power: `${id}/ActualPower`, counters: { positive: `${id}/ActualEnergy`, negative: null } }
  return {
    power: `${id}/ActivePower`,
    counters: { positive: `${id}/ActiveProductionEnergy`, negative: `${id}/ActiveConsumptionEnergy` },
  }
}
