import type { ChannelDoc, ChannelValue } from '@shared/channel'
import type { Clock } from '@shared/clock'
import type { Properties } from '@shared/edge-config'
import type { Logger } from '@shared/log'
import type { z } from 'zod'
import type { Bus, BusDescription, BusDevice } from '../cycle/bus'
import type { CycleHooks } from '../cycle/phases'
import type { Nature } from '../nature/nature'
import type { JsonApiMethods } from './json-api'

/**
 * What a factory is: its OpenEMS PID, the configuration it takes, the natures it fills, and what it does while it runs.
 * A driver holds behaviour only; registers stand in profiles.
 */
export interface DriverDefinition<C = Record<string, unknown>> {
  readonly factoryId: string
  readonly name: string
  readonly description: string
  /** Properties beyond `id`, `alias` and `enabled`, with OpenEMS's keys and defaults. A strict schema. */
  readonly config: z.ZodType<C>
  /** True for `_sum`, `_meta` and the like: exists once, cannot be created or deleted. */
  readonly singleton?: { readonly id: string }
  natures(config: C): readonly Nature[]
  /** Channels beyond the natures' own; a doc with the id of a nature's channel refines it. */
  channels?(config: C): readonly ChannelDoc[]
  /** Ids of the components this configuration needs: bridges, meters, … They are started first. */
  references?(config: C): readonly string[]
  /** Facts that others ask for, e.g. the meter type that `_sum` needs. */
  traits?(config: C): ComponentTraits
  /** Starts the work; the result is disposed of when the component stops. Throwing means "cannot run with this". */
  start(config: C, context: DriverContext): Started | Promise<Started>
}

export type Started = Disposable | AsyncDisposable | undefined

export interface ComponentTraits {
  /** OpenEMS's MeterType; decides on which side of the balance a meter stands. */
  readonly meterType?: MeterType
}

export type MeterType =
  | 'GRID'
  | 'GRID_GENSET'
  | 'PRODUCTION'
  | 'PRODUCTION_AND_CONSUMPTION'
  | 'CONSUMPTION_METERED'
  | 'MANAGED_CONSUMPTION_METERED'
  | 'CONSUMPTION_NOT_METERED'

/** All that a running driver may touch. */
export interface DriverContext {
  readonly id: string
  readonly properties: Properties
  readonly channels: ChannelAccess
  /** For bridges: a bus that the edge drives every cycle until this component stops. */
  createBus(description: BusDescription): Bus
  /** Puts this component on a bus. Failing tasks set `ModbusCommunicationFailed` (or `failureChannel`) by themselves. */
  join(bus: Bus, options?: { failureChannel?: string; unit?: number | null }): BusDevice
  /** Offers something to components that reference this one. */
  provide(service: unknown): void
  /** What this component answers inside `componentJsonApi`, while it runs. */
  answer(methods: JsonApiMethods): void
  /** What the referenced component offers. Throws `config.not-applied` when it does not run. */
  require<T>(componentId: string): T
  readonly cycle: CycleHooks
  /** Read-only view of the other components, for sums and controllers. */
  readonly components: ComponentDirectory
  /** The last number that history knows of an own channel, from before this component started. */
  recorded(channelId: string): number | null
  readonly clock: Clock
  readonly log: Logger
  /** Aborted when the component stops. */
  readonly signal: AbortSignal
}

export interface ChannelAccess {
  /** Next value of an own channel. Unknown ids throw: that is a fault in the driver. */
  set(channelId: string, value: ChannelValue): void
  /** Active value of an own channel. */
  get(channelId: string): ChannelValue
  doc(channelId: string): ChannelDoc | undefined
  /** Next value, i.e. what was set last and is not yet in the process image. */
  peek(channelId: string): ChannelValue
  has(channelId: string): boolean
  /** Says anew what an own channel is, e.g. that it is calculated. */
  describe(channelId: string, text: string): void
  /** Makes several channels unknown. */
  invalidate(channelIds: readonly string[]): void
  /** The set-point asked for in this cycle, consumed by asking. */
  takeWrite(channelId: string): ChannelValue
}

export interface ComponentView {
  readonly id: string
  readonly factoryId: string
  readonly enabled: boolean
  readonly natureIds: readonly string[]
  readonly traits: ComponentTraits
  /** Active value (process image). null also for channels it does not have. */
  value(channelId: string): ChannelValue
  has(channelId: string): boolean
}

export interface ComponentDirectory {
  get(id: string): ComponentView | undefined
  all(): Iterable<ComponentView>
}

/** Keeps the type of the configuration while the definition goes into a list of all of them. */
export function defineDriver<C>(definition: DriverDefinition<C>): DriverDefinition {
  return definition as unknown as DriverDefinition
}
