import type { ChannelState } from '../../rpc'

/** A number that may be made of several channels, with the age of the oldest. `value` is null unless all are fresh. */
export interface NumberReading {
  readonly kind: ChannelState['kind']
  readonly value: number | null
  readonly lastValue: number | null
  readonly lastAt: number | null
}

export interface Term {
  readonly state: ChannelState | undefined
  /** How it counts; −1 subtracts. */
  readonly factor: 1 | -1
}

const WORST = ['never', 'waiting', 'lost', 'old', 'fresh'] as const

/**
 * Adds readings up. A sum is only as good as its worst term: one lost term makes the sum lost, with what it was last,
 * and a term that was never read leaves the sum unknown. Nothing is taken as zero.
 */
export function sumOf(terms: readonly Term[]): NumberReading {
  if (terms.length === 0) return NOTHING
  const states = terms.map(({ state }) => state ?? NOTHING)
  const kind = WORST.find((each) => states.some((state) => state.kind === each)) ?? 'never'
  let total: number | null = 0
  let lastAt: number | null = null
  for (const [index, state] of states.entries()) {
    const last: unknown = state.value ?? state.lastValue
    total = total === null || typeof last !== 'number' ? null : total + last * (terms[index]?.factor ?? 1)
    // The age of a sum is that of the term that makes it bad.
    if (state.lastAt !== null && state.kind === kind) lastAt = Math.min(lastAt ?? state.lastAt, state.lastAt)
  }
  return { kind, value: kind === 'fresh' ? total : null, lastValue: total, lastAt }
}

const NOTHING: NumberReading = { kind: 'waiting', value: null, lastValue: null, lastAt: null }
