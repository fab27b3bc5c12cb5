import type { ReactNode } from 'react'
import styles from './devices.module.css'

export interface Fact {
  readonly name: string
  readonly value: ReactNode
  /** Came over the wire or is an address. */
  readonly mono?: boolean
}

/** Names and values in two columns; what is not known is left out. */
export function Facts({ facts }: { facts: readonly (Fact | null)[] }) {
  return (
    <dl className={styles.facts}>
      {facts
        .filter((fact) => fact !== null && fact.value !== null && fact.value !== '' && fact.value !== undefined)
        .map((fact) =>
          fact ? (
            <div key={fact.name}>
              <dt>{fact.name}</dt>
              <dd className={fact.mono ? 'mono' : undefined}>{fact.value}</dd>
            </div>
          ) : null,
        )}
    </dl>
  )
}
