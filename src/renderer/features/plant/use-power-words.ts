import { useMemo } from 'react'
import { DASH, formatNumber, useText } from '../../ui'
import type { PartKind } from './parts'
import { powerWord } from './power-word'
import type { NumberReading } from './reading'

export interface PowerWords {
  /** The direction: "to grid". */
  of(kind: PartKind, watts: number): string
  /** The amount for a screen reader: "1.42 kW", a dash when it is not known. */
  say(reading: NumberReading): string
}

export function usePowerWords(): PowerWords {
  const t = useText()
  return useMemo(
    () => ({
      of: (kind, watts) => t(powerWord(kind, watts)),
      say: ({ value }) => (value === null ? DASH : `${formatNumber(Math.abs(value) / 1000, 2)} kW`),
    }),
    [t],
  )
}
