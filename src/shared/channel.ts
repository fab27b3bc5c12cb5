import { z } from 'zod'

/** Channel vocabulary of OpenEMS (wire description §2.7 and §9); names are literal. */
export const OpenemsType = z.enum(['BOOLEAN', 'SHORT', 'INTEGER', 'LONG', 'FLOAT', 'DOUBLE', 'STRING'])
export type OpenemsType = z.infer<typeof OpenemsType>

export const AccessMode = z.enum(['RO', 'RW', 'WO'])
export type AccessMode = z.infer<typeof AccessMode>

export const ChannelCategory = z.enum(['OPENEMS_TYPE', 'ENUM', 'STATE'])
export type ChannelCategory = z.infer<typeof ChannelCategory>

/** Ascending: who asks for HIGH gets HIGH and VERY_HIGH. */
export const PRIORITIES = ['VERY_LOW', 'LOW', 'MEDIUM', 'HIGH', 'VERY_HIGH'] as const
export const PersistencePriority = z.enum(PRIORITIES)
export type PersistencePriority = z.infer<typeof PersistencePriority>

export function isPriorityAtLeast(priority: PersistencePriority, needed: PersistencePriority): boolean {
  return PRIORITIES.indexOf(priority) >= PRIORITIES.indexOf(needed)
}

export const LEVELS = ['OK', 'INFO', 'WARNING', 'FAULT'] as const
export const Level = z.enum(LEVELS)
export type Level = z.infer<typeof Level>

/** `null` means: not known. Booleans travel as 0 and 1, enums as their number. */
export const ChannelValue = z.union([z.number(), z.string(), z.null()])
export type ChannelValue = z.infer<typeof ChannelValue>

/** What a channel is; the same shape as OpenEMS's Channel description (wire §4.3). */
export const ChannelDoc = z.object({
  id: z.string(),
  type: OpenemsType,
  unit: z.string(),
  accessMode: AccessMode,
  category: ChannelCategory,
  persistencePriority: PersistencePriority,
  text: z.string(),
  /** Only for category STATE. */
  level: Level.optional(),
  /** Only for category ENUM: name → number. */
  options: z.record(z.string(), z.int()).optional(),
})
export type ChannelDoc = z.infer<typeof ChannelDoc>

/** `component/Channel`, e.g. `meter0/ActivePower`. */
export const ChannelAddress = z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]*\/[A-Za-z_][A-Za-z0-9_]*$/)
export type ChannelAddress = z.infer<typeof ChannelAddress>

export function splitAddress(address: string): { componentId: string; channelId: string } | null {
  const slash = address.indexOf('/')
  if (slash <= 0 || slash === address.length - 1 || address.indexOf('/', slash + 1) >= 0) return null
  return { componentId: address.slice(0, slash), channelId: address.slice(slash + 1) }
}
