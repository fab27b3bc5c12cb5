import type { ChannelDoc, Level, OpenemsType, PersistencePriority } from '@shared/channel'

/** A set of channels with their meaning, under OpenEMS's full name, so that any OpenEMS UI knows what it looks at. */
export interface Nature {
  readonly id: string
  readonly name: string
  readonly channels: readonly ChannelDoc[]
}

type Draft = Omit<ChannelDoc, 'id'>
export interface ChannelOptions {
  persist?: PersistencePriority
  text?: string
}

const draft = (
  type: OpenemsType,
  unit: string,
  accessMode: ChannelDoc['accessMode'],
  options: ChannelOptions = {},
): Draft => ({
  type,
  unit,
  accessMode,
  category: 'OPENEMS_TYPE',
  persistencePriority: options.persist ?? 'HIGH',
  text: options.text ?? '',
})

/** A measured whole number (INTEGER), read only. */
export const measured = (unit: string, options?: ChannelOptions) => draft('INTEGER', unit, 'RO', options)
/** A meter reading that only grows (LONG, `Wh_Σ`). */
export const counter = (unit = 'Wh_Σ', options?: ChannelOptions) => draft('LONG', unit, 'RO', options)
export const setPoint = (unit: string, options?: ChannelOptions) => draft('INTEGER', unit, 'RW', options)
export const command = (unit: string, options?: ChannelOptions) => draft('INTEGER', unit, 'WO', options)
export const channelOf = draft

/** A whole number with names. `-1` stands for undefined, as OpenEMS has it. */
export const choice = (options: Readonly<Record<string, number>>, more?: ChannelOptions): Draft => ({
  ...draft('INTEGER', '', 'RO', more),
  category: 'ENUM',
  options: { ...options },
})
/** A state channel: 1 while something is so. The text is what a person reads then. */
export const state = (level: Level, text: string): Draft => ({
  ...draft('BOOLEAN', '', 'RO', { persist: 'HIGH', text }),
  category: 'STATE',
  level,
})

export function defineNature(id: string, channels: Readonly<Record<string, Draft>>): Nature {
  return {
    id,
    name: id.slice(id.lastIndexOf('.') + 1),
    channels: Object.entries(channels).map(([channel, doc]) => ({ id: channel, ...doc })),
  }
}

export const channelDocs = (channels: Readonly<Record<string, Draft>>): ChannelDoc[] =>
  Object.entries(channels).map(([id, doc]) => ({ id, ...doc }))
