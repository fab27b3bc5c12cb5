import type { Translate } from '@main/window/sentences'
import type { BalanceLine } from '@shared/cli'
import type { z } from 'zod'
import { table } from './table'

/** Channel address → value, as one cycle tells them. */
export type Values = Readonly<Record<string, number | string | null>>

/** The channels of `_sum` that make a balance. Signs as OpenEMS has them: grid positive = buying, battery positive = giving. */
const SUM = {
  productionW: '_sum/ProductionActivePower',
  gridW: '_sum/GridActivePower',
  batteryW: '_sum/EssDischargePower',
  consumptionW: '_sum/ConsumptionActivePower',
  batterySocPercent: '_sum/EssSoc',
} as const
export const SUM_ADDRESSES: readonly string[] = Object.values(SUM)

const CONSUMERS: ReadonlySet<string> = new Set(['consumption', 'sub-consumption', 'heat-pump', 'evcs'])

type Balance = Omit<z.input<typeof BalanceLine>, 'type'>

/** The means over the cycles; what was never known stays null. */
export function balanceOf(
  cycles: readonly Values[],
  components: readonly { id: string; alias: string; role: string }[],
): Balance {
  const mean = (address: string) => {
    const known = cycles.map((values) => values[address]).filter((value) => typeof value === 'number')
    return known.length === 0 ? null : Math.round(known.reduce((sum, value) => sum + value, 0) / known.length)
  }
  return {
    productionW: mean(SUM.productionW),
    gridW: mean(SUM.gridW),
    batteryW: mean(SUM.batteryW),
    consumptionW: mean(SUM.consumptionW),
    // What the sources give and nobody takes stays in the inverter; OpenEMS counts production before it.
    lossesW: sumOf([mean(SUM.productionW), mean(SUM.gridW), mean(SUM.batteryW)], mean(SUM.consumptionW)),
    consumers: components
      .filter(({ role }) => CONSUMERS.has(role))
      .map(({ id, alias }) => ({ id, alias, powerW: mean(`${id}/ActivePower`) })),
    batterySocPercent: mean(SUM.batterySocPercent),
  }
}

function sumOf(sources: readonly (number | null)[], taken: number | null): number | null {
  let sum = taken === null ? Number.NaN : -taken
  for (const source of sources) sum += source ?? Number.NaN
  return Number.isNaN(sum) ? null : sum
}

/** Where the power comes from and where it goes, in watts; both sides come to the same. */
export function balanceTable(balance: Balance, say: Translate): string {
  const { productionW, gridW, batteryW, consumptionW, consumers, batterySocPercent } = balance
  const from: [string, number | null][] = [[say('cli.balance.production'), productionW]]
  const to: [string, number | null][] = [[say('cli.balance.consumption'), consumptionW]]
  const place = (value: number | null, giving: string, taking: string) => {
    if (value === null) from.push([say(giving), null])
    else if (value >= 0) from.push([say(giving), value])
    else to.push([say(taking), -value])
  }
  place(gridW, 'cli.balance.from-grid', 'cli.balance.to-grid')
  place(batteryW, 'cli.balance.discharging', 'cli.balance.charging')
  place(balance.lossesW === null ? null : -balance.lossesW, 'cli.balance.unknown', 'cli.balance.losses')

  const known = consumers.filter(({ powerW }) => powerW !== null)
  const rest = consumptionW === null ? null : known.reduce((left, { powerW }) => left - (powerW ?? 0), consumptionW)
  const total = (side: readonly [string, number | null][]) =>
    side.some(([, value]) => value === null) ? null : side.reduce((sum, [, value]) => sum + (value ?? 0), 0)
  const watts = (value: number | null) => (value === null ? '–' : `${value} W`)
  const rows = [
    ...from.map(([name, value]) => [name, watts(value), '']),
    ...to.map(([name, value]) => [name, '', watts(value)]),
    [say('cli.balance.total'), watts(total(from)), watts(total(to))],
  ]
  const columns = [
    { title: '' },
    { title: say('cli.balance.gives'), align: 'right' },
    { title: say('cli.balance.takes'), align: 'right' },
  ] as const
  const details = [
    ...known.map(({ alias, id, powerW }) => `  ${alias || id}: ${watts(powerW)}`),
    ...(rest !== null && known.length > 0 ? [`  ${say('cli.balance.rest')}: ${watts(rest)}`] : []),
    ...(batterySocPercent === null ? [] : [`  ${say('cli.balance.soc')}: ${batterySocPercent} %`]),
  ]
  return [table(columns, rows), ...(details.length > 0 ? ['', say('cli.balance.of-it'), ...details] : [])].join('\n')
}
