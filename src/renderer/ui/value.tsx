import type { ReactNode } from 'react'
import { clsx } from './clsx'
import { ageParts, DASH, type DisplayUnit, displayUnit, formatQuantity, formatTime } from './format'
import { useNow } from './use-now'
import { useText } from './use-text'
import styles from './value.module.css'
import { VerdictShape } from './verdict'

/** A quantity to show. `at` = when it was read; the rest as `ChannelState` of rpc/, which fits as it is. */
export interface Reading {
  readonly kind: 'waiting' | 'fresh' | 'old' | 'lost' | 'never'
  readonly value: number | string | null
  readonly lastValue: number | string | null
  readonly lastAt: number | null
}

export interface ValueProps {
  reading: Reading
  /** Unit of the channel: `W`, `mV`, `Wh_Σ`. */
  unit: string
  /** Another unit or other decimals than usual for it. */
  as?: DisplayUnit
  /** The direction is told by a word beside it: show the number without its sign. */
  unsigned?: boolean
  size?: 'cell' | 'large'
  /** Words for the numbers of an enum channel. */
  format?: (value: number | string) => string
}

/** A number with its unit. What is not known now is a dash, never zero; what grew old is muted. The age is `Age`. */
export function Value({ reading, unit, as, unsigned = false, size = 'cell', format }: ValueProps) {
  const shown = as ?? displayUnit(unit)
  const value = reading.kind === 'fresh' ? reading.value : reading.kind === 'old' ? reading.lastValue : null
  const words = (value: number | string) =>
    format
      ? format(value)
      : typeof value === 'string'
        ? value
        : formatQuantity(unsigned ? Math.abs(value) : value, unit, shown)
  return (
    <span className={clsx(styles.value, 'num', size === 'large' && styles.large, styles[reading.kind])}>
      {value === null ? DASH : words(value)}
      {value === null || shown.unit === '' || format ? null : <span className="unit">{shown.unit}</span>}
    </span>
  )
}

/**
 * How old a reading is: `1 s ago`, muted while fresh; a badge when the number grew old; when it is lost also what it was
 * last; and from a minute on since when the device is silent.
 */
export function Age({ reading, unit, as, quiet = false }: AgeProps) {
  const t = useText()
  const now = useNow()
  const { kind, lastAt, lastValue } = reading
  if (kind === 'waiting') return <span className={styles.age}>{t('value.waiting')}</span>
  if (kind === 'never' || lastAt === null) return <span className={styles.age}>{t('value.never')}</span>
  const age = ageParts(now - lastAt)
  const ago = t('value.ago', { age: t(age.key, { n: age.n }) })
  if (kind === 'fresh') return quiet ? null : <span className={styles.age}>{ago}</span>
  if (kind === 'old') {
    return (
      <span className={styles.badge}>
        <VerdictShape verdict="waiting" size={13} />
        {ago}
      </span>
    )
  }
  const shown = as ?? displayUnit(unit)
  const was =
    typeof lastValue === 'number' ? `${formatQuantity(lastValue, unit, shown)} ${shown.unit}`.trim() : (lastValue ?? '')
  if (now - lastAt < 60_000) {
    return (
      <span className={styles.badge}>
        <VerdictShape verdict="waiting" size={13} />
        {t('value.was', { was, age: ago })}
      </span>
    )
  }
  return (
    <span className={styles.silent} title={t('value.was', { was, age: ago })}>
      <VerdictShape verdict="failed" size={13} />
      {t('value.silent', { time: formatTime(lastAt) })}
    </span>
  )
}

export interface AgeProps {
  reading: Reading
  unit: string
  as?: DisplayUnit
  /** Say nothing while all is well. */
  quiet?: boolean
}

/** One live value with its name and age, in a box of its own. */
export function Tile({ name, reading, unit, as, unsigned, icon }: TileProps) {
  const options = as ? { as } : {}
  return (
    <section className={clsx(styles.tile, reading.kind !== 'fresh' && styles.tileOld)} aria-label={name}>
      <span className={styles.tileName}>
        {icon}
        {name}
      </span>
      <Value reading={reading} unit={unit} size="large" unsigned={unsigned ?? false} {...options} />
      <Age reading={reading} unit={unit} {...options} />
    </section>
  )
}

export interface TileProps {
  /** With the direction as a word: "Grid meter, to grid". */
  name: string
  reading: Reading
  unit: string
  as?: DisplayUnit
  unsigned?: boolean
  icon?: ReactNode
}
