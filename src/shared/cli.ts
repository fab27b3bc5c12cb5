import { z } from 'zod'
import { PropertyValue } from './edge-config'

/**
 * What the command line prints with `--json`: one object per line, each with its `type`; the last one is the summary.
 * Members are only ever added, so that a script written today reads what is printed tomorrow.
 */

/** Exit code 0, 1 or 3; what stands in the summary is what the shell sees. 2 (bad usage) has a `problem` line instead. */
export const CliResult = z.enum(['done', 'failed', 'unsure'])
export type CliResult = z.infer<typeof CliResult>

export const DeviceLine = z.object({
  type: z.literal('device'),
  /** What answered there: only `device` is one; others say what stands in the way. */
  kind: z.string(),
  host: z.string(),
  port: z.int(),
  unit: z.int().nullable(),
  /** As `sitewright read` takes it. */
  link: z.string(),
  brand: z.string().nullable(),
  model: z.string().nullable(),
  serial: z.string().nullable(),
  firmware: z.string().nullable(),
  profile: z.string().nullable(),
  /** Percent. */
  confidence: z.number(),
  natures: z.array(z.string()),
  evidence: z.array(z.object({ probe: z.string(), answer: z.string(), says: z.string() })),
  /** What is not sure and what would settle it, in words; empty when nothing is. */
  note: z.string(),
})

export const ValueLine = z.object({
  type: z.literal('value'),
  address: z.int(),
  /** Hex words as they came. */
  raw: z.string(),
  /** null: the device says that it does not know. */
  value: z.union([z.number(), z.string(), z.boolean(), z.null()]),
  unit: z.string(),
  as: z.string(),
})

/** A component that was made, with the role it plays. */
export const ComponentLine = z.object({
  type: z.literal('component'),
  id: z.string(),
  factoryId: z.string(),
  alias: z.string(),
  role: z.string(),
  device: z.string(),
  properties: z.record(z.string(), PropertyValue),
})

/** One cycle of the edge: channel address → value, null = not known. */
export const CycleLine = z.object({
  type: z.literal('cycle'),
  cycle: z.int(),
  values: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
})

/** Who gave and who took, in watts, as means over the cycles. Negative: took from what is named. */
export const BalanceLine = z.object({
  type: z.literal('balance'),
  productionW: z.number().nullable(),
  gridW: z.number().nullable(),
  batteryW: z.number().nullable(),
  consumptionW: z.number().nullable(),
  /** What is given and not taken: the inverter's own use and heat. */
  lossesW: z.number().nullable(),
  /** Of the consumption. */
  consumers: z.array(z.object({ id: z.string(), alias: z.string(), powerW: z.number().nullable() })),
  batterySocPercent: z.number().nullable(),
})

/** A server of ours listens. `taken`: ports that were tried before, with their holder where the system tells. */
export const ListeningLine = z.object({
  type: z.literal('listening'),
  what: z.enum(['browser', 'edge', 'device']),
  link: z.string(),
  host: z.string(),
  port: z.int(),
  dataDir: z.string().nullable(),
  siteId: z.string().nullable(),
  taken: z.array(z.object({ port: z.int(), holder: z.string().nullable(), pid: z.int().nullable() })),
})

/** A file or component of a configuration directory, and what became of it. */
export const ConfigFileLine = z.object({
  type: z.literal('config-file'),
  /** Relative to the directory; null: there is no file for this component. */
  path: z.string().nullable(),
  componentId: z.string().nullable(),
  /** `carried`: kept for the next export, not run here. */
  state: z.enum(['written', 'added', 'left-out', 'taken', 'carried', 'ignored']),
  /** Empty where nothing needs to be said. */
  why: z.string(),
})

export const ProblemLine = z.object({
  type: z.literal('problem'),
  /** A key of the table of errors, or `usage`. */
  key: z.string(),
  message: z.string(),
  /** What it is about: a host, a file, an option; empty when nothing in particular. */
  where: z.string(),
  /** What to do now. */
  next: z.string(),
})

export const SummaryLine = z.object({
  type: z.literal('summary'),
  command: z.string(),
  result: CliResult,
  exitCode: z.int(),
  seconds: z.number(),
  /** What was counted, e.g. `{hosts: 254, devices: 4}`. */
  counts: z.record(z.string(), z.number()),
})

export const CliLine = z.discriminatedUnion('type', [
  DeviceLine,
  ValueLine,
  ComponentLine,
  CycleLine,
  BalanceLine,
  ListeningLine,
  ConfigFileLine,
  ProblemLine,
  SummaryLine,
])
export type CliLine = z.infer<typeof CliLine>
