import type { PartKind } from './parts'

/** Below this a part is said to be idle: meters count some watts of their own. */
export const IDLE_W = 20

/**
 * The sign of a power as a word, so that nobody has to know OpenEMS's conventions: on a grid meter positive is buying, on
 * a battery discharging. The answer is a key of `channels.json`.
 */
export function powerWord(kind: PartKind, watts: number): string {
  if (Math.abs(watts) < IDLE_W) return 'power.idle'
  const [positive, negative] = WORDS[kind]
  return `power.${watts > 0 ? positive : negative}`
}

/** The same for both signs, where no value is at hand: a column head, the roles table. */
export function signWords(kind: PartKind): { positive: string; negative: string } {
  const [positive, negative] = WORDS[kind]
  return { positive: `power.${positive}`, negative: `power.${negative}` }
}

const WORDS: Readonly<Record<PartKind, readonly [positive: string, negative: string]>> = {
  grid: ['from-grid', 'to-grid'],
  pv: ['producing', 'using'],
  battery: ['discharging', 'charging'],
  heat: ['using', 'feeding'],
  evcs: ['charging', 'feeding'],
  metered: ['using', 'feeding'],
  outside: ['positive', 'negative'],
}
