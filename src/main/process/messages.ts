import { Settings } from '@shared/settings'
import { z } from 'zod'

/** Everything an engine needs that can cross a process boundary; the key goes over the channel, never on a command line. */
export const EngineStart = z.object({
  dataDir: z.string(),
  key: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  settings: Settings,
  resourcesDir: z.string(),
  host: z.enum(['desktop', 'browser', 'cli', 'test']),
  version: z.string(),
  recovering: z.boolean(),
})
export type EngineStart = z.infer<typeof EngineStart>

export const PowerState = z.enum(['suspend', 'resume'])
export type PowerState = z.infer<typeof PowerState>

/** Control messages from the program that shows the window to the engine's process. */
export const ToEngine = z.discriminatedUnion('t', [
  z.object({ t: z.literal('start'), options: EngineStart }),
  z.object({ t: z.literal('stop') }),
  /** The laptop goes to sleep, or woke. */
  z.object({ t: z.literal('power'), state: PowerState }),
  /** The answer to `update-settings`; `settings` is null when they could not be stored. */
  z.object({ t: z.literal('settings'), id: z.int(), settings: Settings.nullable(), problem: z.string() }),
])
export type ToEngine = z.infer<typeof ToEngine>

const ErrorBody = z.object({
  code: z.number(),
  message: z.string(),
  data: z.array(z.string()),
  key: z.string(),
  args: z.record(z.string(), z.union([z.string(), z.number()])),
})

/** Control messages from the engine's process. */
export const FromEngine = z.discriminatedUnion('t', [
  /** The process listens: now it may be told to start. */
  z.object({ t: z.literal('ready') }),
  z.object({ t: z.literal('started') }),
  z.object({ t: z.literal('failed'), error: ErrorBody }),
  z.object({
    t: z.literal('log'),
    entry: z.object({
      at: z.number(),
      level: z.enum(['debug', 'info', 'warn', 'error']),
      source: z.string(),
      message: z.string(),
    }),
  }),
  z.object({ t: z.literal('update-settings'), id: z.int(), patch: z.record(z.string(), z.unknown()) }),
])
export type FromEngine = z.infer<typeof FromEngine>
