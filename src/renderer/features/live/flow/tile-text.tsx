import { ageParts, DASH, formatNumber, formatTime, useNow, useText } from '../../../ui'
import type { NumberReading } from '../../plant/reading'
import styles from './energy-flow.module.css'

export interface TileValueProps {
  reading: NumberReading
  x: number
  y: number
  size: 'large' | 'small'
  align: 'start' | 'end'
}

/** The number of a tile in kW, without its sign: the word carries that. An old one is muted, an unknown one a dash. */
export function TileValue({ reading, x, y, size, align }: TileValueProps) {
  const { kind, value, lastValue } = reading
  const shown = value ?? (kind === 'never' || kind === 'waiting' ? null : lastValue)
  return (
    <text className={styles[size]} data-kind={kind} x={x} y={y} textAnchor={align}>
      {shown === null ? DASH : formatNumber(Math.abs(shown) / 1000, 2)}
      <tspan className={styles.unit} dx={size === 'large' ? 5 : 4}>
        kW
      </tspan>
    </text>
  )
}

/** In place of the word: how old the number is, or that there never was one. */
export function TileAge({
  reading,
  x,
  y,
  empty,
}: {
  reading: NumberReading
  x: number
  y: number
  empty: string | null
}) {
  const t = useText()
  const now = useNow()
  const { kind, lastAt } = reading
  if (empty !== null || kind === 'waiting' || kind === 'never' || lastAt === null) {
    return (
      <text className={styles.note} x={x + 1} y={y}>
        {empty ?? t(kind === 'waiting' ? 'value.waiting' : 'value.never')}
      </text>
    )
  }
  const silent = kind === 'lost' && now - lastAt >= 60_000
  const age = ageParts(now - lastAt)
  const text = silent
    ? t('value.silent', { time: formatTime(lastAt) })
    : t('value.ago', { age: t(age.key, { n: age.n }) })
  // A drawing cannot measure its text; 7 units per character is wide enough for the type used here.
  const width = text.length * 7 + 32
  return (
    <g className={silent ? styles.silent : styles.badge}>
      <rect x={x} y={y - 15} width={width} height={21} rx={4} />
      {silent ? (
        <path className={styles.badgeShape} d={`M${x + 8} ${y - 9}l8 8m0 -8l-8 8`} />
      ) : (
        <>
          <circle className={styles.badgeShape} cx={x + 13} cy={y - 4.5} r={5.5} />
          <path className={styles.badgeShape} d={`M${x + 13} ${y - 7.5}v3l2.2 1.4`} />
        </>
      )}
      <text x={x + 24} y={y}>
        {text}
      </text>
    </g>
  )
}
