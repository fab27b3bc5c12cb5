import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useSite } from '../../app/site-layout'
import {
  Button,
  Empty,
  ErrorCard,
  Glyph,
  IconListCheck,
  PageHead,
  Panel,
  PlaceLayout,
  SkeletonRows,
  useText,
} from '../../ui'
import { usePlant } from '../plant/use-plant'
import { BalanceLine } from './balance-line'
import { EnergyFlow } from './flow/energy-flow'
import { HistoryPanel } from './history/history-panel'
import styles from './live.module.css'
import { flowModel, sourcePowers } from './live-model'
import { MetersPanel } from './meters-panel'
import { PhasesPanel } from './phases-panel'

/** Does it make sense? The plant as it runs now, and the day so far. */
export function LivePlace() {
  const t = useText()
  const navigate = useNavigate()
  const { site, edgeId } = useSite()
  const { parts, status, error, reload } = usePlant(edgeId)
  const model = useMemo(() => flowModel(parts), [parts])
  const sources = useMemo(() => sourcePowers(model), [model])
  const grid = parts.find(({ kind }) => kind === 'grid')

  if (status === 'failed' && error)
    return (
      <PlaceLayout>
        <PageHead title={t('place.live')} />
        <ErrorCard error={error} actions={<Button onClick={reload}>{t('ui.try-again')}</Button>} />
      </PlaceLayout>
    )
  if (status === 'loading' || edgeId === null)
    return (
      <PlaceLayout>
        <PageHead title={t('place.live')} />
        <Panel flush>
          <SkeletonRows rows={8} />
        </Panel>
      </PlaceLayout>
    )
  if (parts.length === 0)
    return (
      <PlaceLayout>
        <PageHead title={t('place.live')} />
        <NoMeters />
      </PlaceLayout>
    )
  return (
    <PlaceLayout>
      <PageHead title={t('place.live')} beside={<BalanceLine edgeId={edgeId} model={model} />} />
      <div className={styles.grid}>
        <div className={styles.left}>
          <Panel className={styles.flowPanel}>
            <EnergyFlow edgeId={edgeId} site={site} model={model} />
          </Panel>
          <HistoryPanel edgeId={edgeId} sources={sources} />
        </div>
        <div className={styles.rightColumn}>
          {grid ? <PhasesPanel edgeId={edgeId} site={site} grid={grid} /> : null}
          <MetersPanel
            edgeId={edgeId}
            parts={parts}
            onPoints={(device) =>
              void navigate({
                to: '/sites/$site/devices/$device/$view',
                params: { site: site.id, device, view: 'live' },
              })
            }
          />
        </div>
      </div>
    </PlaceLayout>
  )
}

/** Nothing measures yet: roles are what is missing. */
function NoMeters() {
  const t = useText()
  const { site } = useSite()
  const navigate = useNavigate()
  return (
    <Empty
      glyph={<Glyph name="meter-grid" size={28} />}
      title={t('live.empty')}
      primary={
        <Button
          variant="filled"
          icon={<IconListCheck />}
          onClick={() =>
            void navigate({ to: '/sites/$site/commission/$step', params: { site: site.id, step: 'roles' } })
          }
        >
          {t('live.empty.roles')}
        </Button>
      }
      secondary={
        <Button
          variant="subtle"
          onClick={() => void navigate({ to: '/sites/$site/devices', params: { site: site.id } })}
        >
          {t('live.empty.raw')}
        </Button>
      }
    >
      {t('live.empty.why')}
    </Empty>
  )
}
