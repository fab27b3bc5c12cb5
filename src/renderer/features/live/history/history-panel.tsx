import { lazy, Suspense, useState } from 'react'
import { useQuery } from '../../../rpc'
import { Button, ErrorCard, IconActivity, IconTable, Panel, SkeletonRows, useText } from '../../../ui'
import { DayPicker } from '../../../ui/day-picker'
import { timezone, useToday } from '../use-today'
import styles from './history.module.css'
import { HistoryTable } from './history-table'
import { SERIES } from './series'

// The chart library is only fetched by whoever looks at a chart.
const HistoryChart = lazy(() => import('./history-chart'))

/** One day as lines or as a table: what was produced and used, the battery, the grid. Means of five minutes. */
export function HistoryPanel({ edgeId, sources }: { edgeId: string; sources: readonly string[] }) {
  const t = useText()
  const today = useToday()
  const [chosen, setChosen] = useState<string | null>(null)
  const [asTable, setAsTable] = useState(false)
  const day = chosen ?? today
  const { data, status, error, reload } = useQuery(
    'queryHistoricTimeseriesData',
    {
      timezone: timezone(),
      fromDate: day,
      toDate: day,
      channels: SERIES.map(({ address }) => address),
      resolution: { value: 5, unit: 'Minutes' },
    },
    { edgeId, ...(day === today ? { everyMs: 60_000 } : {}) },
  )
  const none = error?.key === 'history.none'
  return (
    <Panel
      title={t(day === today ? 'live.history.today' : 'live.history.day')}
      note={t('live.history.unit')}
      actions={
        <>
          <Button
            variant="subtle"
            icon={asTable ? <IconActivity /> : <IconTable />}
            onClick={() => setAsTable((before) => !before)}
          >
            {t(asTable ? 'live.history.as-chart' : 'live.history.as-table')}
          </Button>
          <DayPicker
            label={t('live.history.pick')}
            value={day}
            latest={today}
            onChange={(picked) => setChosen(picked === today ? null : picked)}
          />
        </>
      }
      className={styles.panel}
    >
      <div className={styles.body}>
        {data ? (
          asTable ? (
            <HistoryTable answer={data} />
          ) : (
            <Suspense fallback={<SkeletonRows rows={3} />}>
              <HistoryChart edgeId={edgeId} answer={data} day={day} isToday={day === today} sources={sources} />
            </Suspense>
          )
        ) : none ? (
          <p className={styles.none}>{t(day === today ? 'live.history.none-yet' : 'live.history.none')}</p>
        ) : status === 'failed' && error ? (
          <ErrorCard error={error} actions={<Button onClick={reload}>{t('ui.try-again')}</Button>} />
        ) : (
          <SkeletonRows rows={4} />
        )}
      </div>
    </Panel>
  )
}
