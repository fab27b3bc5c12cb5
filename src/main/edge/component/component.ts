import { type ChannelDoc, type ChannelValue, LEVELS } from '@shared/channel'
import type { Properties } from '@shared/edge-config'
import { SitewrightError } from '@shared/errors'
import { Channel } from '../channel/channel'
import { OpenemsComponent } from '../nature'
import type { Nature } from '../nature/nature'
import type { ComponentTraits, ComponentView, DriverDefinition } from './driver'
import type { JsonApiMethods } from './json-api'

/**
 * A component of the running edge: its channels, filled from the natures of its driver, and what it offers to others.
 * It holds values; what happens in it is its driver's work.
 */
export class Component implements ComponentView {
  readonly id: string
  readonly alias: string
  readonly factoryId: string
  readonly enabled: boolean
  readonly driver: DriverDefinition
  /** With defaults filled in, as the driver's schema read them. */
  readonly config: Record<string, unknown>
  readonly properties: Properties
  readonly natureIds: readonly string[]
  readonly traits: ComponentTraits
  readonly channels: ReadonlyMap<string, Channel>
  service: unknown
  /** What it answers inside `componentJsonApi`; null = nothing, or it does not run. */
  jsonApi: JsonApiMethods | null = null
  readonly #states: readonly Channel[]
  readonly #state: Channel

  constructor(options: {
    id: string
    alias: string
    enabled: boolean
    driver: DriverDefinition
    config: Record<string, unknown>
    properties: Properties
  }) {
    const { driver, config } = options
    this.id = options.id
    this.alias = options.alias
    this.factoryId = driver.factoryId
    this.enabled = options.enabled
    this.driver = driver
    this.config = config
    this.properties = options.properties
    const natures: readonly Nature[] = [...driver.natures(config), OpenemsComponent]
    this.natureIds = natures.map((nature) => nature.id)
    this.traits = driver.traits?.(config) ?? {}

    const docs = new Map<string, ChannelDoc>()
    for (const nature of [OpenemsComponent, ...natures]) for (const doc of nature.channels) docs.set(doc.id, doc)
    for (const doc of driver.channels?.(config) ?? []) docs.set(doc.id, doc)
    this.channels = new Map([...docs].map(([id, doc]) => [id, new Channel(options.id, doc)]))
    this.#states = [...this.channels.values()].filter((channel) => channel.doc.category === 'STATE')
    this.#state = this.channel('State')
  }

  channel(id: string): Channel {
    const channel = this.channels.get(id)
    if (channel) return channel
    throw new SitewrightError('channel.unknown', `${this.id} has no channel ${id}.`, {
      args: { address: `${this.id}/${id}` },
      data: [`${this.id}/${id}`],
    })
  }

  value(channelId: string): ChannelValue {
    return this.channels.get(channelId)?.value ?? null
  }

  has(channelId: string): boolean {
    return this.channels.has(channelId)
  }

  /** Makes every next value the active one, then works out `State`. Changed channels are added to `changed`. */
  switchImage(at: number, changed: Channel[]): void {
    for (const channel of this.channels.values()) {
      if (channel !== this.#state && channel.switchImage()) changed.push(channel)
    }
    let level = 0
    for (const channel of this.#states) {
      if (channel.value === 1) level = Math.max(level, LEVELS.indexOf(channel.doc.level ?? 'OK'))
    }
    this.#state.setNext(Math.max(level, this.stateFloor), at)
    if (this.#state.switchImage()) changed.push(this.#state)
  }

  /** `_sum` raises its own State to the highest of all others. */
  stateFloor = 0

  /** Everything measured becomes unknown; state channels stay, they are ours. */
  invalidate(at: number): void {
    for (const channel of this.channels.values()) {
      if (channel.doc.category !== 'STATE' && channel !== this.#state) channel.setNext(null, at)
    }
  }
}
