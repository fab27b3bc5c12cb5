/** One figure per phase: L1, L2, L3. */
export type Three = readonly [number, number, number]
export type Phase = 0 | 1 | 2

/** What draws power: active (W) and reactive (var) per phase, drawing positive. */
export interface Draw {
  readonly powerW: Three
  readonly reactiveVar: Three
}

export function perPhase(figure: (phase: Phase) => number): Three {
  return [figure(0), figure(1), figure(2)]
}

export function sum(phases: Three): number {
  return phases[0] + phases[1] + phases[2]
}
