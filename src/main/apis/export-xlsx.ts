import {
  type EnergyQuery,
  queryHistoricTimeseriesData,
  queryHistoricTimeseriesEnergy,
} from '@main/timeseries/historic-query'
import { parseTimeZone } from '@main/timeseries/time-zone'
import type { TimeSeries } from '@main/timeseries/timeseries'
import { SitewrightError } from '@shared/errors'
import writeXlsxFile, { type Row } from 'write-excel-file/node'

type Range = Omit<EnergyQuery, 'channels'>

/** A column of powers, with the counter that sums it up; `part` tells which sign of the channel it shows. */
interface Column {
  readonly title: string
  readonly power: string
  readonly part: 'whole' | 'positive' | 'negative'
  readonly energy?: string
}

const COLUMNS: readonly Column[] = [
  { title: 'Grid buy', power: 'GridActivePower', part: 'positive', energy: 'GridBuyActiveEnergy' },
  { title: 'Grid sell', power: 'GridActivePower', part: 'negative', energy: 'GridSellActiveEnergy' },
  { title: 'Production', power: 'ProductionActivePower', part: 'whole', energy: 'ProductionActiveEnergy' },
  { title: 'Storage charge', power: 'EssDischargePower', part: 'negative', energy: 'EssDcChargeEnergy' },
  { title: 'Storage discharge', power: 'EssDischargePower', part: 'positive', energy: 'EssDcDischargeEnergy' },
  { title: 'Consumption', power: 'ConsumptionActivePower', part: 'whole', energy: 'ConsumptionActiveEnergy' },
  { title: 'State of charge', power: 'EssSoc', part: 'whole' },
]

/**
 * Answers OpenEMS's `queryHistoricTimeseriesExportXlxs` (its spelling): one sheet "Export" with the energies of the range in
 * kWh and the means of every quarter of an hour in W, at the time of that place; what is not known is an empty cell. The
 * request names no language, so it is in English. Throws `history.none` when there is nothing in that range.
 */
export async function exportXlsx(store: TimeSeries, edgeId: string, range: Range, now: number): Promise<Buffer> {
  const addresses = [...new Set(COLUMNS.map(({ power }) => `_sum/${power}`))]
  const resolution = { value: 15, unit: 'Minutes' }
  const { timestamps, data } = queryHistoricTimeseriesData(store, { ...range, channels: addresses, resolution })
  const energies = energiesOf(store, range)
  const zone = parseTimeZone(range.timezone)
  /** Spreadsheets know no time zones: a date that shows the local clock. */
  const local = (at: number) => new Date(at + (zone?.offsetAt(at) ?? 0))

  const rows: Row[] = [
    [bold('Edge'), { type: String, value: edgeId }],
    [bold('Created'), date(local(now))],
    [bold('From'), range.fromDate, bold('To'), range.toDate],
    [],
    [null, ...COLUMNS.map(({ title, energy }) => (energy ? bold(`${title} [kWh]`) : null))],
    [bold('Total'), ...COLUMNS.map(({ energy }) => amount(energy ? thousandth(energies[`_sum/${energy}`]) : null))],
    [],
    [bold('Date/Time'), ...COLUMNS.map(({ title, power }) => bold(`${title} [${power === 'EssSoc' ? '%' : 'W'}]`))],
    ...timestamps.map(
      (timestamp, slot): Row => [
        date(local(Date.parse(timestamp))),
        ...COLUMNS.map(({ power, part }) => amount(partOf(data[`_sum/${power}`]?.[slot] ?? null, part))),
      ],
    ),
  ]
  const columns = [{ width: 18 }, ...COLUMNS.map(({ title }) => ({ width: title.length + 8 }))]
  return writeXlsxFile(rows, { sheet: 'Export', columns }).toBuffer()
}

/** Powers without counters are worth a sheet too. */
function energiesOf(store: TimeSeries, range: Range): Record<string, number | null> {
  const channels = COLUMNS.flatMap(({ energy }) => (energy ? [`_sum/${energy}`] : []))
  try {
    return queryHistoricTimeseriesEnergy(store, { ...range, channels }).data
  } catch (error) {
    if (error instanceof SitewrightError && error.key === 'history.none') return {}
    throw error
  }
}

function partOf(value: number | null, part: Column['part']): number | null {
  if (value === null) return null
  const shown = part === 'whole' ? value : Math.max(0, part === 'positive' ? value : -value)
  return Math.round(shown) + 0
}

const thousandth = (value: number | null | undefined) => (typeof value === 'number' ? value / 1000 : null)
const bold = (value: string) => ({ type: String, value, fontWeight: 'bold' }) as const
const date = (value: Date) => ({ type: Date, value, format: 'yyyy-mm-dd hh:mm' }) as const
const amount = (value: number | null) => (value === null ? null : ({ type: Number, value } as const))
