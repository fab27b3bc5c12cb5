import { freshNumber, useChannelStates, useQuery } from '../../rpc'
import { dayBounds } from './history/series'
import { timezone, useToday } from './use-today'

const COUNTERS = ['_sum/GridBuyActiveEnergy', '_sum/GridSellActiveEnergy'] as const

export interface EnergyToday {
  readonly fromGridWh: number
  readonly toGridWh: number
  /** From when it is counted, epoch ms. */
  readonly since: number
  readonly wholeDay: boolean
}

/**
 * Energy over the grid connection today: the counters now, less what they showed in the first five minutes of the day
 * that the history knows. Null while either is missing.
 */
export function useEnergyToday(edgeId: string, wanted: boolean): EnergyToday | null {
  const today = useToday()
  const { data } = useQuery(
    'queryHistoricTimeseriesData',
    wanted
      ? {
          timezone: timezone(),
          fromDate: today,
          toDate: today,
          channels: [...COUNTERS],
          resolution: { value: 5, unit: 'Minutes' },
        }
      : null,
    { edgeId, everyMs: 300_000 },
  )
  const states = useChannelStates(edgeId, wanted ? COUNTERS : [])
  if (!data) return null
  const [buy, sell] = COUNTERS.map((address) => {
    const values = data.data[address] ?? []
    const index = values.findIndex((value) => value !== null)
    const [first, now] = [values[index], freshNumber(states.get(address))]
    const at = data.timestamps[index]
    if (first === undefined || first === null || now === null || at === undefined || now < first) return null
    return { wh: now - first, since: Date.parse(at) }
  })
  if (!buy || !sell) return null
  const since = Math.max(buy.since, sell.since)
  return {
    fromGridWh: buy.wh,
    toGridWh: sell.wh,
    since,
    wholeDay: since <= dayBounds(today).fromS * 1000 + 300_000,
  }
}
