import type { Site } from '@shared/site'
import { useText } from '../../../ui'
import { usePowerWords } from '../../plant/use-power-words'
import type { FlowModel } from '../live-model'
import styles from './energy-flow.module.css'
import { FLOW, slots } from './geometry'
import { LoadTile } from './load-tile'
import { SourceTile } from './source-tile'

export interface EnergyFlowProps {
  edgeId: string
  site: Site
  model: FlowModel
}

/**
 * The plant as a single line: a busbar with sources above and consumers below. Words carry the sign, widths the amount,
 * dashes tell the kinds apart in print. Every tile redraws alone.
 */
export function EnergyFlow({ edgeId, site, model }: EnergyFlowProps) {
  const t = useText()
  const words = usePowerWords()
  const above = slots(model.sources.length)
  const below = slots(model.loads.length)
  const { bar } = FLOW
  return (
    <svg className={styles.flow} viewBox={`0 0 ${FLOW.width} ${FLOW.height}`}>
      <title>{t('live.flow')}</title>
      {model.sources.map((group, index) => {
        const slot = above[index]
        return slot ? (
          <SourceTile key={group.kind} edgeId={edgeId} site={site} group={group} slot={slot} words={words} />
        ) : null
      })}
      {model.loads.map((group, index) => {
        const slot = below[index]
        return slot ? (
          <LoadTile
            key={group.kind}
            edgeId={edgeId}
            site={site}
            group={group}
            model={model}
            slot={slot}
            words={words}
          />
        ) : null
      })}
      <rect
        className={styles.bar}
        x={bar.left}
        y={bar.y - bar.thickness / 2}
        width={bar.right - bar.left}
        height={bar.thickness}
        rx={1.5}
      />
    </svg>
  )
}
