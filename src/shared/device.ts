import { z } from 'zod'
import { Message, Verdict } from './message'

/** Where a device was found. The id of a found device is made from it: `host:port/unit`. */
export const DeviceLink = z.object({
  kind: z.literal('modbus-tcp'),
  host: z.string(),
  port: z.int(),
  /** null for a whole host: a gateway, a closed door. */
  unit: z.int().nullable(),
})
export type DeviceLink = z.infer<typeof DeviceLink>

/**
 * What answered there. Only `device` can become a component.
 * `answers-every-unit`: looks at no unit id, and nobody knows what it is; one that is known is a `device`.
 * `one-client-only`: accepts a connection and drops it, for somebody else is connected.
 * `modbus-closed`: the host lives, known ports refuse. `no-modbus`: a port is open, but nobody there speaks Modbus to us.
 */
export const FoundKind = z.enum([
  'device',
  'gateway',
  'answers-every-unit',
  'one-client-only',
  'modbus-closed',
  'no-modbus',
  'own-listener',
])
export type FoundKind = z.infer<typeof FoundKind>

/** One proof: the very question, the very answer, what it says and what it is worth (percent). */
export const EvidenceItem = z.object({
  verdict: Verdict,
  /** Short title, e.g. `Voltage L1`. */
  title: Message,
  /** `FC4 0x0000 ×2`. */
  probe: z.string(),
  /** Hex words as they came, or `exception 2`, or `no answer in 500 ms`. */
  answer: z.string(),
  /** What it reads as, with unit: `231.4 V`, `SDM630`. */
  says: z.string(),
  weight: z.number(),
})
export type EvidenceItem = z.infer<typeof EvidenceItem>

export const FoundDevice = z.object({
  id: z.string(),
  kind: FoundKind,
  link: DeviceLink,
  brand: z.string().nullable(),
  model: z.string().nullable(),
  serial: z.string().nullable(),
  firmware: z.string().nullable(),
  /** Id of the profile that fits best, null if none does. */
  profile: z.string().nullable(),
  class: z.string().nullable(),
  /** Percent, and the number of independent proofs behind it. */
  confidence: z.number(),
  proofs: z.int(),
  natures: z.array(z.string()),
  /** Profile components this device offers, see Profile.components. */
  components: z.array(z.string()),
  evidence: z.array(EvidenceItem),
  /** What is not sure and what would settle it. */
  unsure: z.array(Message),
  /** Requests sent to it and answered, and the median turnaround. */
  asked: z.int(),
  answered: z.int(),
  medianMs: z.number().nullable(),
  /** The one thing worth a look, if any. */
  problem: z.object({ verdict: Verdict, message: Message }).nullable(),
  firstSeenAt: z.number(),
  lastSeenAt: z.number(),
  /** The person's choice; null = not decided (then sure devices count as used). */
  use: z.boolean().nullable(),
  ignored: z.boolean(),
})
export type FoundDevice = z.infer<typeof FoundDevice>

/** Used: chosen by the person, or recognised surely and not decided otherwise. */
export function isUsed(device: FoundDevice): boolean {
  if (device.ignored || device.kind !== 'device' || device.profile === null) return false
  return device.use ?? device.confidence >= SURE
}

/** Percent from which a device counts as used without anybody having said so. */
const SURE = 80

/** A value read just now from a found device that is not yet a component. */
export const DeviceReading = z.object({
  component: z.string(),
  channel: z.string(),
  value: z.union([z.number(), z.string(), z.null()]),
  unit: z.string(),
})
export type DeviceReading = z.infer<typeof DeviceReading>
