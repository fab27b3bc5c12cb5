import type { ChannelValue } from '@shared/channel'
import type { ComponentView } from '../component/driver'
import { ElectricityMeter, EssDcCharger, HybridEss, SymmetricEss } from '../nature'

const PHASES = ['L1', 'L2', 'L3'] as const

/** What the sums are made of, by side of the balance. */
interface Sides {
  readonly grid: ComponentView[]
  readonly genset: ComponentView[]
  readonly production: ComponentView[]
  readonly managedConsumption: ComponentView[]
  readonly ess: ComponentView[]
  readonly chargers: ComponentView[]
}

/**
 * The figures of `_sum` from the fresh process image. Pure: same components, same result.
 * Sums leave out what is not known; the sum of nothing is not known. Signs: grid + = buying, ESS + = discharging.
 * Source: OpenEMS `Core.Sum`, 2026.5 (wire description §9.2).
 */
export function calculateSum(components: Iterable<ComponentView>): Map<string, ChannelValue> {
  const sides = sort(components)
  const result = new Map<string, ChannelValue>()
  const set = (channel: string, value: number | null) =>
    void result.set(channel, value === null ? null : Math.round(value))

  // Storage.
  const essPower = sum(sides.ess, 'ActivePower')
  const discharge = add(
    ...sides.ess.map((ess) => number(ess, ess.natureIds.includes(HybridEss.id) ? 'DcDischargePower' : 'ActivePower')),
  )
  set('EssActivePower', essPower)
  set('EssReactivePower', sum(sides.ess, 'ReactivePower'))
  set('EssDischargePower', discharge)
  set('EssCapacity', sum(sides.ess, 'Capacity'))
  set('EssMaxApparentPower', sum(sides.ess, 'MaxApparentPower'))
  set('EssSoc', averageSoc(sides.ess))
  set('GridMode', gridMode(sides.ess, sides.genset))

  // Grid and production.
  const grid = sum(sides.grid, 'ActivePower')
  const productionAc = sum(sides.production, 'ActivePower')
  const productionDc = sum(sides.chargers, 'ActualPower')
  const production = add(productionAc, productionDc)
  set('GridActivePower', grid)
  set('GridGensetActivePower', sum(sides.genset, 'ActivePower'))
  set('ProductionAcActivePower', productionAc)
  set('ProductionDcActualPower', productionDc)
  set('ProductionActivePower', production)
  set(
    'UnmanagedProductionActivePower',
    add(...sides.production.filter((one) => !one.has('ActivePowerLimit')).map((one) => number(one, 'ActivePower'))),
  )

  // Consumption is what remains: nobody measures it as a whole.
  const consumption = add(essPower, grid, productionAc)
  set('ConsumptionActivePower', consumption)
  const managed = sum(sides.managedConsumption, 'ActivePower')
  set('UnmanagedConsumptionActivePower', consumption === null ? null : consumption - (managed ?? 0))

  for (const phase of PHASES) {
    const channel = `ActivePower${phase}`
    const essPhase = add(...sides.ess.map((ess) => essPhasePower(ess, channel)))
    const gridPhase = sum(sides.grid, channel)
    const productionPhase = sum(sides.production, channel)
    set(`EssActivePower${phase}`, essPhase)
    set(`GridActivePower${phase}`, gridPhase)
    set(`GridGensetActivePower${phase}`, sum(sides.genset, channel))
    set(`ProductionAcActivePower${phase}`, productionPhase)
    set(`ConsumptionActivePower${phase}`, add(essPhase, gridPhase, productionPhase))
  }

  for (const [channel, value] of splitPower(grid, production, discharge)) set(channel, value)
  energies(sides, set)
  return result
}

/** Who feeds whom, from grid g, production p and battery discharge e (modules description, `_sum` rules). */
export function splitPower(
  grid: number | null,
  production: number | null,
  discharge: number | null,
): [string, number | null][] {
  const names = [
    'ProductionToConsumption',
    'ProductionToGrid',
    'ProductionToEss',
    'GridToConsumption',
    'EssToConsumption',
    'GridToEss',
  ]
  const all = (values: readonly (number | null)[]): [string, number | null][] =>
    names.map((name, index) => [`${name}Power`, values[index] ?? null])
  if (grid === null && production === null && discharge === null) return all([])
  const g = grid ?? 0
  const p = production ?? 0
  const e = discharge ?? 0
  if (p < 0) return all([])
  if (production === null && discharge === null) return g >= 0 ? all([null, null, null, g, null, null]) : all([])
  const c = e + g + p
  const essToCons = e > 0 ? Math.min(e, c) : 0
  const prodToEss = e > 0 ? 0 : Math.min(-e, p)
  const prodToCons = Math.min(p - prodToEss, c - essToCons)
  const prodToGrid = Math.max(0, p - prodToCons - prodToEss)
  const gridToCons = Math.max(0, c - essToCons - prodToCons)
  return all([prodToCons, prodToGrid, prodToEss, gridToCons, essToCons, g - gridToCons + prodToGrid])
}

function sort(components: Iterable<ComponentView>): Sides {
  const sides: Sides = { grid: [], genset: [], production: [], managedConsumption: [], ess: [], chargers: [] }
  for (const component of components) {
    if (!component.enabled) continue
    if (component.natureIds.includes(SymmetricEss.id)) sides.ess.push(component)
    if (component.natureIds.includes(EssDcCharger.id)) sides.chargers.push(component)
    if (!component.natureIds.includes(ElectricityMeter.id)) continue
    switch (component.traits.meterType) {
      case 'GRID':
        sides.grid.push(component)
        break
      case 'GRID_GENSET':
        // OpenEMS counts a genset as grid, and shows it on channels of its own.
        sides.grid.push(component)
        sides.genset.push(component)
        break
      case 'PRODUCTION':
        sides.production.push(component)
        break
      case 'MANAGED_CONSUMPTION_METERED':
        sides.managedConsumption.push(component)
        break
      default:
        break
    }
  }
  return sides
}

const number = (component: ComponentView, channel: string): number | null => {
  const value = component.value(channel)
  return typeof value === 'number' ? value : null
}

const sum = (components: readonly ComponentView[], channel: string): number | null =>
  add(...components.map((component) => number(component, channel)))

/** Leaves out what is not known; the sum of nothing is not known. */
function add(...values: readonly (number | null)[]): number | null {
  let total: number | null = null
  for (const value of values) if (value !== null) total = (total ?? 0) + value
  return total
}

/** A storage without phase data counts a third on each. */
function essPhasePower(ess: ComponentView, channel: string): number | null {
  const own = number(ess, channel)
  if (own !== null || ess.has(channel)) return own
  const total = number(ess, 'ActivePower')
  return total === null ? null : total / 3
}

/** Weighted by capacity when every storage with a state of charge tells one, else the plain mean. */
function averageSoc(storages: readonly ComponentView[]): number | null {
  const known = storages
    .map((ess) => ({ soc: number(ess, 'Soc'), capacity: number(ess, 'Capacity') }))
    .filter((ess): ess is { soc: number; capacity: number | null } => ess.soc !== null)
  if (known.length === 0) return null
  const capacity = known.reduce((total, ess) => total + (ess.capacity ?? 0), 0)
  if (capacity > 0 && known.every((ess) => ess.capacity !== null)) {
    return known.reduce((total, ess) => total + ess.soc * (ess.capacity ?? 0), 0) / capacity
  }
  return known.reduce((total, ess) => total + ess.soc, 0) / known.length
}

function gridMode(storages: readonly ComponentView[], gensets: readonly ComponentView[]): number {
  const modes = storages.map((ess) => number(ess, 'GridMode'))
  if (modes.length > 0 && modes.every((mode) => mode === 1)) return 1
  if (modes.length > 0 && modes.every((mode) => mode === 2)) return 2
  if (gensets.length > 0 && modes.every((mode) => mode !== 1)) return 3
  return -1
}

function energies(sides: Sides, set: (channel: string, value: number | null) => void): void {
  const buy = sum(sides.grid, 'ActiveProductionEnergy')
  const sell = sum(sides.grid, 'ActiveConsumptionEnergy')
  const charge = sum(sides.ess, 'ActiveChargeEnergy')
  const discharge = sum(sides.ess, 'ActiveDischargeEnergy')
  const ac = sum(sides.production, 'ActiveProductionEnergy')
  const acStandby = sum(sides.production, 'ActiveConsumptionEnergy')
  const dc = sum(sides.chargers, 'ActualEnergy')
  set('GridBuyActiveEnergy', buy)
  set('GridSellActiveEnergy', sell)
  set('EssActiveChargeEnergy', charge)
  set('EssActiveDischargeEnergy', discharge)
  set('EssDcChargeEnergy', dcEnergy(sides.ess, 'DcChargeEnergy', 'ActiveChargeEnergy'))
  set('EssDcDischargeEnergy', dcEnergy(sides.ess, 'DcDischargeEnergy', 'ActiveDischargeEnergy'))
  set('ProductionAcActiveEnergy', ac)
  set('ProductionDcActiveEnergy', dc)
  set('ProductionActiveEnergy', add(ac, dc))
  const known = [discharge, buy, ac, charge, sell].some((value) => value !== null)
  const consumed = (discharge ?? 0) + (buy ?? 0) + (ac ?? 0) - (charge ?? 0) - (sell ?? 0) - (acStandby ?? 0)
  set('ConsumptionActiveEnergy', known ? consumed : null)
}

const dcEnergy = (storages: readonly ComponentView[], dc: string, ac: string): number | null =>
  add(...storages.map((ess) => number(ess, ess.natureIds.includes(HybridEss.id) ? dc : ac)))
