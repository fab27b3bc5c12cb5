/** The answer of queryHistoricTimeseriesData that is needed here. */
export interface HistoryAnswer {
  readonly timestamps: readonly string[]
  readonly data: Readonly<Record<string, readonly (number | null)[]>>
}

export type SeriesId = 'producing' | 'using' | 'battery' | 'grid'

export interface SeriesSource {
  readonly id: SeriesId
  readonly address: string
  /** Which way is up: a battery is drawn upward while it charges, the grid while it delivers. */
  readonly up: 1 | -1
}

export const SERIES: readonly SeriesSource[] = [
  { id: 'producing', address: '_sum/ProductionActivePower', up: 1 },
  { id: 'using', address: '_sum/ConsumptionActivePower', up: 1 },
  { id: 'battery', address: '_sum/EssDischargePower', up: -1 },
  { id: 'grid', address: '_sum/GridActivePower', up: 1 },
]

export interface HistorySeries {
  /** Middle of each slot in epoch seconds: a mean belongs to its whole slot. */
  readonly times: readonly number[]
  /** kW per series, null where nothing was known. */
  readonly values: Readonly<Record<SeriesId, readonly (number | null)[]>>
}

export const SLOT_S = 300

/** Means of five minutes as lines in kW. Slots that have not begun yet are left out: the future stays empty. */
export function toSeries(answer: HistoryAnswer, nowS: number): HistorySeries {
  const starts = answer.timestamps.map((timestamp) => Date.parse(timestamp) / 1000)
  const begun = starts.findIndex((start) => start > nowS)
  const count = begun < 0 ? starts.length : begun
  const values = Object.fromEntries(
    SERIES.map(({ id, address, up }) => [
      id,
      (answer.data[address] ?? []).slice(0, count).map((watts) => (watts === null ? null : (up * watts) / 1000)),
    ]),
  ) as Record<SeriesId, (number | null)[]>
  const times = starts.slice(0, count).map((start) => Math.min(start + SLOT_S / 2, Math.max(start, nowS)))
  return { times, values }
}

/** A series that never had a value is not drawn and has no label. */
export const present = (series: HistorySeries): SeriesSource[] =>
  SERIES.filter(({ id }) => series.values[id].some((value) => value !== null))

/** Local calendar day as `YYYY-MM-DD`, which is what the wire wants. */
export function dayOf(at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** First and last moment of a local day in epoch seconds; 23 or 25 hours apart where the clocks change. */
export function dayBounds(day: string): { fromS: number; toS: number } {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number)
  return {
    fromS: new Date(year, month - 1, date).getTime() / 1000,
    toS: new Date(year, month - 1, date + 1).getTime() / 1000,
  }
}
