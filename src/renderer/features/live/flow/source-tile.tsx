import type { Site } from '@shared/site'
import { freshNumber, useChannelStates } from '../../../rpc'
import { formatNumber, formatTime, Glyph, useText } from '../../../ui'
import { fitting, textWidth } from '../../../ui/text-width'
import { GLYPH_OF_PART } from '../../plant/glyphs'
import { sumOf } from '../../plant/reading'
import type { PowerWords } from '../../plant/use-power-words'
import { useEnergyToday } from '../energy-today'
import { type FlowGroup, idsOf, type SourceKind } from '../live-model'
import styles from './energy-flow.module.css'
import { Feeder } from './feeder'
import { centredBar, FLOW, type Slot } from './geometry'
import { TileAge, TileValue } from './tile-text'

export interface SourceTileProps {
  edgeId: string
  site: Site
  group: FlowGroup<SourceKind>
  slot: Slot
  words: PowerWords
}

/** A tile above the bar: what it is, how much, which way, and its share of what it can. */
export function SourceTile({ edgeId, site, group: { kind, parts }, slot, words }: SourceTileProps) {
  const t = useText()
  const limits = parts.flatMap(({ id, natures }) => [
    ...(natures.has('ManagedSymmetricPvInverter') ? [`${id}/MaxActivePower`] : []),
    ...(natures.has('EssDcCharger') ? [`${id}/MaxActualPower`] : []),
    ...(natures.has('SymmetricEss') ? [`${id}/Soc`, `${id}/Capacity`] : []),
  ])
  const states = useChannelStates(edgeId, [...parts.map(({ power }) => power), ...limits])
  const reading = sumOf(parts.map(({ power }) => ({ state: states.get(power), factor: 1 })))
  const known = (channel: string) =>
    sumOf(parts.map(({ id }) => ({ state: states.get(`${id}/${channel}`), factor: 1 }))).value

  const peak = kind === 'pv' ? (known('MaxActivePower') ?? known('MaxActualPower')) : null
  // Several batteries: the plain mean is what a bar can show.
  const socs = parts.map(({ id }) => freshNumber(states.get(`${id}/Soc`))).filter((soc) => soc !== null)
  const soc = kind === 'battery' && socs.length > 0 ? socs.reduce((sum, each) => sum + each, 0) / socs.length : null
  const today = useEnergyToday(edgeId, kind === 'grid' && parts.length > 0)

  /** From the wordiest to the shortest: the narrowest tile and the longest language decide. */
  const notes = (): string[] => {
    if (kind === 'grid' && today) {
      const energies = {
        out: formatNumber(today.toGridWh / 1000, 1),
        in: formatNumber(today.fromGridWh / 1000, 1),
        time: formatTime(today.since),
      }
      return [
        t(today.wholeDay ? 'live.today' : 'live.since', energies),
        t('live.energies', energies),
        t('live.energies.short', energies),
      ]
    }
    if (kind === 'pv' && peak && reading.value !== null)
      return [t('live.of-peak', { percent: formatNumber((100 * reading.value) / peak) })]
    if (soc !== null) return [`${formatNumber(soc)} % · ${batteryEnd(soc)}`, `${formatNumber(soc)} %`]
    return []
  }
  /** When it is full or empty if nothing changes, to ten minutes: a guess must not look like a reading. */
  const batteryEnd = (now: number): string => {
    const capacity = known('Capacity')
    if (capacity === null || reading.value === null || Math.abs(reading.value) < 50) return ''
    const wh = (capacity * (reading.value < 0 ? 100 - now : now)) / 100
    const hours = wh / Math.abs(reading.value)
    if (hours > 18 || hours === 0) return ''
    const at = Math.ceil((Date.now() + hours * 3_600_000) / 600_000) * 600_000
    return t(reading.value < 0 ? 'live.full-at' : 'live.empty-at', { time: formatTime(at) })
  }

  const limitW = kind === 'grid' ? site.data.fuseA * 230 * site.data.phases : null
  const { left, width, feeder } = slot
  const { top, bottom } = FLOW.above
  const name = t(`live.part.${kind}`)
  const word = reading.value === null ? '' : words.of(kind, reading.value)
  const note = fitting(
    notes().map((each) => each.replace(/ · $/, '')),
    14,
    width - 36 - textWidth(word, 16, 700),
  )
  const barLeft = left + 14
  const barWidth = width - 28
  const fill =
    kind === 'pv' && peak && reading.value !== null
      ? reading.value / peak
      : kind === 'battery' && soc !== null
        ? soc / 100
        : null
  const centre =
    limitW !== null && reading.value !== null ? centredBar(barLeft, barWidth, reading.value / limitW) : null

  return (
    <g>
      <title>{[name, words.say(reading), word].filter(Boolean).join(' ')}</title>
      <Feeder colour={kind} x={feeder} side="above" reading={reading} outward={false} name={idsOf(parts)} />
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
        y1={bottom}
        y2={bottom}
        stroke={`var(--sw-flow-${kind})`}
      />
      <foreignObject x={left + 13} y={top + 14} width={30} height={30} className={styles.glyph}>
        <Glyph name={GLYPH_OF_PART[kind]} size={24} />
      </foreignObject>
      <text className={styles.name} x={left + 46} y={top + 32}>
        {name}
      </text>
      <TileValue reading={reading} x={left + width - 13} y={top + 33} size="large" align="end" />
      {reading.kind === 'fresh' ? (
        <text className={styles.word} x={left + 14} y={top + 62}>
          {word}
        </text>
      ) : (
        <TileAge reading={reading} x={left + 13} y={top + 62} empty={parts.length === 0 ? t('live.no-meter') : null} />
      )}
      {reading.kind === 'fresh' ? (
        <text className={styles.note} x={left + width - 13} y={top + 62} textAnchor="end">
          {note}
        </text>
      ) : null}
      {fill !== null || centre ? (
        <>
          <rect className={styles.track} x={barLeft} y={top + 74} width={barWidth} height={8} rx={4} />
          {fill !== null ? (
            <rect
              x={barLeft + 0.5}
              y={top + 74.5}
              width={Math.max(0, Math.min(1, fill)) * (barWidth - 1)}
              height={7}
              rx={3.5}
              fill={`var(--sw-flow-${kind}-fill)`}
            />
          ) : null}
          {centre ? (
            <>
              <rect x={centre.x} y={top + 74.5} width={centre.width} height={7} fill="var(--sw-flow-grid)" />
              <line className={styles.zero} x1={left + width / 2} x2={left + width / 2} y1={top + 71} y2={top + 85} />
            </>
          ) : null}
        </>
      ) : null}
    </g>
  )
}
