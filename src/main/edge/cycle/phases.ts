/** The phases of one cycle, in order, as OpenEMS has them (modules description B1). */
export const PHASES = [
  'BEFORE_PROCESS_IMAGE',
  'AFTER_PROCESS_IMAGE',
  'BEFORE_CONTROLLERS',
  'AFTER_CONTROLLERS',
  'BEFORE_WRITE',
  'EXECUTE_WRITE',
  'AFTER_WRITE',
] as const
export type Phase = (typeof PHASES)[number]

export interface CycleHooks {
  /** Called in every cycle at this phase. What it throws is logged and stops nobody. */
  on(phase: Phase, listener: (cycle: CycleInfo) => void): Disposable
  /** Called when the laptop slept or its clock jumped: links are closed and opened again, values are unknown. */
  onWake(listener: (wake: WakeInfo) => void): Disposable
}

export interface WakeInfo {
  readonly reason: 'slept' | 'clock-jumped'
  /** How long nothing ran, or how far the wall clock jumped (negative: back), ms. */
  readonly byMs: number
}

export interface CycleInfo {
  /** Counts from 1. */
  readonly number: number
  /** Wall clock rounded down to a multiple of the cycle time, epoch ms. */
  readonly timestamp: number
  readonly cycleTimeMs: number
}
