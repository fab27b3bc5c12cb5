import type { Site } from '@shared/site'
import { freshNumber, useChannelStates } from '../../../rpc'
import { formatNumber, Glyph, type GlyphName, useText } from '../../../ui'
import { clipped, fitting, textWidth } from '../../../ui/text-width'
import { sumOf } from '../../plant/reading'
import type { PowerWords } from '../../plant/use-power-words'
import { commonName, type FlowGroup, type FlowModel, idsOf, type LoadKind, SUM, sourcePowers } from '../live-model'
import styles from './energy-flow.module.css'
import { Feeder, type FlowColour } from './feeder'
import { FLOW, type Slot } from './geometry'
import { TileAge, TileValue, tileNumber } from './tile-text'

export interface LoadTileProps {
  edgeId: string
  site: Site
  group: FlowGroup<LoadKind>
  model: FlowModel
  slot: Slot
  words: PowerWords
}

const COLOUR: Readonly<Record<LoadKind, FlowColour>> = { metered: 'use', rest: 'use', heat: 'heat', evcs: 'evse' }
const GLYPH: Readonly<Record<LoadKind, GlyphName>> = {
  metered: 'consumption',
  rest: 'consumption',
  heat: 'heat-pump',
  evcs: 'evse',
}

/** A tile below the bar: one consumer, a group of alike ones, or the rest that no meter explains. */
export function LoadTile({ edgeId, site, group: { kind, parts }, model, slot, words }: LoadTileProps) {
  const t = useText()
  const [only] = parts
  const limit =
    kind === 'evcs' && only && parts.length === 1 && only.natures.has('ManagedEvcs')
      ? `${only.id}/SetChargePowerLimit`
      : null
  const terms =
    kind === 'rest'
      ? [
          { address: SUM.consumption, factor: 1 as const },
          ...model.metered.map(({ power }) => ({ address: power, factor: -1 as const })),
        ]
      : parts.map(({ power }) => ({ address: power, factor: 1 as const }))
  const session = kind === 'evcs' && only && parts.length === 1 ? `${only.id}/EnergySession` : null
  const extra = [limit, session].filter((address) => address !== null)
  const sources = kind === 'rest' ? sourcePowers(model) : []
  const states = useChannelStates(edgeId, [...terms.map(({ address }) => address), ...sources, ...extra])
  const measured = sumOf(sources.map((address) => ({ state: states.get(address), factor: 1 })))
  // `_sum` goes on calculating without a meter that is lost; what comes out is nobody's consumption.
  const reading =
    sources.length > 0 && measured.kind !== 'fresh'
      ? { ...measured, lastValue: null }
      : sumOf(terms.map(({ address, factor }) => ({ state: states.get(address), factor })))
  const limitW = limit ? freshNumber(states.get(limit)) : null
  const sessionWh = session ? freshNumber(states.get(session)) : null

  const name =
    kind === 'rest'
      ? t(model.metered.length === 0 ? 'live.part.all' : `live.part.rest.${shared(site) ? 'shared' : 'house'}`)
      : only && parts.length === 1
        ? only.alias
        : (commonName(parts) ?? t(`live.part.${kind}`))
  const note =
    kind === 'rest'
      ? t(model.metered.length === 0 ? 'live.calculated' : 'live.not-metered')
      : limitW !== null
        ? t('live.limited', { power: formatNumber(limitW / 1000, 1) })
        : parts.length > 1
          ? t('live.meters', { count: parts.length })
          : sessionWh
            ? t('live.session', { energy: formatNumber(sessionWh / 1000, 1) })
            : ''
  const partKind = kind === 'rest' ? 'metered' : kind
  const word = reading.value === null ? '' : words.of(partKind, reading.value)
  const { left, width, feeder } = slot
  // A long word stands on the line below, where there is room for it.
  const beside =
    textWidth(tileNumber(reading), 21, 700) + textWidth('kW', 15) + textWidth(word, 16, 700) + 12 <= width - 28
  const { top, bottom } = FLOW.below

  return (
    <g>
      <title>{[name, words.say(reading), word].filter(Boolean).join(' ')}</title>
      <Feeder
        colour={COLOUR[kind]}
        x={feeder}
        side="below"
        reading={reading}
        outward
        name={kind === 'rest' ? (model.metered.length === 0 ? '' : t('live.rest')) : idsOf(parts)}
      />
      <rect
        className={styles.tile}
        x={left}
        y={top}
        width={width}
        height={bottom - top}
        rx={8}
        data-kind={reading.kind}
      />
      <line
        className={styles.foot}
        x1={left + 11}
        x2={left + width - 11}
        y1={top}
        y2={top}
        stroke={`var(--sw-flow-${COLOUR[kind]})`}
      />
      <foreignObject x={left + 13} y={top + 11} width={30} height={30} className={styles.glyph}>
        <Glyph name={GLYPH[kind]} size={22} />
      </foreignObject>
      <text className={styles.name} x={left + 44} y={top + 29}>
        {clipped(name, 17, width - 56, 600)}
      </text>
      <TileValue reading={reading} x={left + 14} y={top + 58} size="small" align="start" />
      {reading.kind === 'fresh' ? (
        <>
          <text className={styles.word} x={left + width - 13} y={top + (beside ? 58 : 82)} textAnchor="end">
            {word}
          </text>
          <text className={styles.note} x={left + 14} y={top + 82}>
            {beside ? note : fitting([note], 14, width - 36 - textWidth(word, 16, 700))}
          </text>
        </>
      ) : (
        <TileAge reading={reading} x={left + 13} y={top + 81} empty={null} />
      )}
    </g>
  )
}

const shared = (site: Site) => site.data.concept === 'zev' || site.data.concept === 'multi-family'
