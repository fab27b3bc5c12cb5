import { ageParts, DASH, formatNumber, formatTime, useNow, useText } from '../../../ui'
import { textWidth } from '../../../ui/text-width'
import type { NumberReading } from '../../plant/reading'
import styles from './energy-flow.module.css'

export interface TileValueProps {
  reading: NumberReading
  x: number
  y: number
  size: 'large' | 'small'
  align: 'start' | 'end'
}

/**
 * The number of a tile in kW, without its sign: the word carries that. A number that nothing renews is muted, one that
 * was not read in this cycle is a dash.
 */
export function TileValue({ reading, x, y, size, align }: TileValueProps) {
  return (
    <text className={styles[size]} data-kind={reading.kind} x={x} y={y} textAnchor={align}>
      {tileNumber(reading)}
      <tspan className={styles.unit} dx={size === 'large' ? 5 : 4}>
        kW
      </tspan>
    </text>
  )
}

export function tileNumber({ kind, value, lastValue }: NumberReading): string {
  const shown = kind === 'fresh' ? value : kind === 'old' ? lastValue : null
  return shown === null ? DASH : formatNumber(Math.abs(shown) / 1000, 2)
}

/** In place of the word: how old the number is and what it was, or that there never was one. */
export function TileAge({ reading, x, y, empty }: TileAgeProps) {
  const t = useText()
  const now = useNow()
  const { kind, lastAt, lastValue } = reading
  if (empty !== null || kind === 'waiting' || kind === 'never' || lastAt === null) {
    return (
      <text className={styles.note} x={x + 1} y={y}>
        {empty ?? t(kind === 'waiting' ? 'value.waiting' : 'value.never')}
      </text>
    )
  }
  const silent = kind === 'lost' && now - lastAt >= 60_000
  const age = ageParts(now - lastAt)
  const ago = t('value.ago', { age: t(age.key, { n: age.n }) })
  const text = silent
    ? t('value.silent', { time: formatTime(lastAt) })
    : kind === 'lost' && lastValue !== null
      ? t('value.was', { was: `${formatNumber(Math.abs(lastValue) / 1000, 2)} kW`, age: ago })
      : ago
  return (
    <g className={silent ? styles.silent : styles.badge}>
      <rect x={x} y={y - 15} width={textWidth(text, 13, 600) + 34} height={21} rx={4} />
      {silent ? (
        <path className={styles.badgeShape} d={`M${x + 9} ${y - 8.5}l8 8m0 -8l-8 8`} />
      ) : (
        <>
          <circle className={styles.badgeShape} cx={x + 13} cy={y - 4.5} r={5.5} />
          <path className={styles.badgeShape} d={`M${x + 13} ${y - 7.5}v3l2.2 1.4`} />
        </>
      )}
      <text x={x + 25} y={y}>
        {text}
      </text>
    </g>
  )
}

export interface TileAgeProps {
  reading: NumberReading
  x: number
  y: number
  /** Said instead, where nothing is measured at all. */
  empty: string | null
}
