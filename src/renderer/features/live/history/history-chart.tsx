import { useCallback, useEffect, useMemo, useRef } from 'react'
import { freshNumber, useChannels, useRpc } from '../../../rpc'
import { DASH, flowDash, formatNumber, type Text, useText } from '../../../ui'
import { type ChartLine, type ChartView, TimeChart, type TimeChartHandle } from '../../../ui/time-chart'
import { dayBounds, type HistoryAnswer, type HistorySeries, present, SERIES, type SeriesId, toSeries } from './series'

const LINES: Readonly<Record<SeriesId, Omit<ChartLine, 'id'>>> = {
  producing: { colour: 'flow-pv', dash: [], area: 'flow-pv-fill' },
  using: { colour: 'flow-use', dash: [] },
  battery: { colour: 'flow-battery', dash: [2, 4] },
  grid: { colour: 'flow-grid', dash: [...flowDash.grid].map((length) => length * 0.7) },
}

export interface HistoryChartProps {
  edgeId: string
  answer: HistoryAnswer
  day: string
  isToday: boolean
  /** What consumption is calculated from: without one of them its line has no value of now. */
  sources: readonly string[]
}

/**
 * The day as lines. Each line of today ends in the value of this very cycle, which goes from the channel store straight
 * to the canvas: nothing here redraws React while values tick.
 */
export default function HistoryChart({ edgeId, answer, day, isToday, sources }: HistoryChartProps) {
  const t = useText()
  const { channels } = useRpc()
  const chart = useRef<TimeChartHandle | null>(null)
  const addresses = useMemo(() => [...SERIES.map(({ address }) => address), ...sources], [sources])
  useChannels(isToday ? edgeId : null, addresses)

  const shown = useMemo(() => present(toSeries(answer, Date.now() / 1000)), [answer])
  const ids = shown.map(({ id }) => id).join(' ')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the ids stand for the series.
  const lines = useMemo(() => shown.map(({ id }) => ({ id, ...LINES[id] })), [ids])

  const draw = useCallback(() => {
    const nowS = Date.now() / 1000
    const series = toSeries(answer, nowS)
    const now = (address: string) => freshNumber(channels.get(edgeId, address))
    const live = (id: SeriesId) => {
      const source = SERIES.find((each) => each.id === id)
      if (!isToday || (id === 'using' && sources.some((address) => now(address) === null))) return null
      const watts = source ? now(source.address) : null
      return watts === null || !source ? null : (source.up * watts) / 1000
    }
    chart.current?.show(viewOf(series, day, isToday ? nowS : null, live, t))
  }, [answer, channels, edgeId, day, isToday, sources, t])

  useEffect(() => {
    draw()
    if (!isToday) return
    let planned = false
    // The channels of one cycle change together; they are drawn once.
    const plan = () => {
      if (planned) return
      planned = true
      requestAnimationFrame(() => {
        planned = false
        draw()
      })
    }
    const offs = addresses.map((address) => channels.subscribe(edgeId, address, plan))
    return () => {
      for (const off of offs) off()
    }
  }, [draw, isToday, addresses, channels, edgeId])

  return (
    <TimeChart
      lines={lines}
      decimals={2}
      label={t('live.history.label')}
      onReady={(handle) => {
        chart.current = handle
        draw()
      }}
    />
  )
}

/** What the chart shows: the means so far, the value of now at their end, and a word for each end. */
export function viewOf(
  series: HistorySeries,
  day: string,
  nowS: number | null,
  live: (id: SeriesId) => number | null,
  t: Text,
): ChartView {
  const { fromS, toS } = dayBounds(day)
  const ends = SERIES.map(({ id }) => [id, nowS === null ? null : live(id)] as const)
  const anyLive = ends.some(([, value]) => value !== null)
  const append = nowS !== null && anyLive
  return {
    from: fromS,
    to: toS,
    times: append ? [...series.times, nowS] : series.times,
    values: Object.fromEntries(
      ends.map(([id, value]) => [id, append ? [...series.values[id], value] : series.values[id]]),
    ),
    now: nowS,
    labels: Object.fromEntries(
      ends.map(([id, value]) => {
        const at = value ?? series.values[id].findLast((each) => each !== null) ?? 0
        return [
          id,
          {
            word: t(`live.line.${id}${id === 'producing' || id === 'using' ? '' : at < 0 ? '.down' : '.up'}`),
            value: nowS === null ? '' : value === null ? DASH : formatNumber(Math.abs(value), 2),
          },
        ]
      }),
    ),
  }
}
