import { z } from 'zod'

/**
 * A sentence as data: its key in `resources/locales` and the values to fill in.
 * Engine and drivers speak in messages; the screen, the command line and the report turn them into words.
 */
export const Message = z.object({
  key: z.string(),
  args: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
})
export type Message = z.infer<typeof Message>

export function message(key: string, args?: Record<string, string | number>): Message {
  return args ? { key, args } : { key }
}

/** Three verdicts only; the rest says that nobody has asked yet, or is asking. */
export const Verdict = z.enum(['passed', 'unsure', 'warn', 'failed', 'notrun', 'running', 'waiting', 'waived'])
export type Verdict = z.infer<typeof Verdict>
