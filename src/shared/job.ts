import { z } from 'zod'
import { Message } from './message'

/** `waiting`: will go on by itself (engine restarted, link busy). `partly-done`: ended with something left out. */
export const JobState = z.enum(['queued', 'running', 'paused', 'waiting', 'done', 'partly-done', 'cancelled', 'failed'])
export type JobState = z.infer<typeof JobState>

export const JobPhase = z.object({ id: z.string(), done: z.int(), total: z.int().nullable(), found: z.int() })
export type JobPhase = z.infer<typeof JobPhase>

/** Everything that takes longer than a second. Totals are true or null, never guessed. */
export const Job = z.object({
  id: z.string(),
  siteId: z.string(),
  kind: z.string(),
  title: Message,
  state: JobState,
  /** What it does right now: "asking unit 12". */
  act: Message.nullable(),
  phases: z.array(JobPhase),
  done: z.int(),
  total: z.int().nullable(),
  found: z.int(),
  /** Per second, over the last seconds; null until it is stable. */
  rate: z.number().nullable(),
  /** Seconds left; only after 5 s and when stable within 20 %. */
  remainingS: z.number().nullable(),
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  /** Why it waits, failed or left something out. */
  reason: Message.nullable(),
})
export type Job = z.infer<typeof Job>

export const isEnded = (state: JobState): boolean =>
  state === 'done' || state === 'partly-done' || state === 'cancelled' || state === 'failed'
