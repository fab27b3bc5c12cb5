import type { Channel } from '@main/edge/channel/channel'
import type { Edge } from '@main/edge/edge'
import type { Session } from '@main/session/session'
import type { ChannelValue } from '@shared/channel'
import type { Clock } from '@shared/clock'
import { SitewrightError } from '@shared/errors'
import type { Role } from '@shared/roles'
import type { EdgeMetadata } from '@shared/rpc'
import { Subscribers } from './subscribers'
import { systemLogLine } from './system-log-line'

interface Subscription {
  readonly session: Session
  readonly edgeId: string
  readonly wrapped: boolean
  readonly addresses: readonly string[]
  /** Channels of the addresses, looked up again after each change of the configuration; null = no such channel. */
  channels: readonly (Channel | null)[]
}

/**
 * An edge as the wires see it: who wants which channels, and the push of their values after each process image. One object
 * per edge, shared by all wires, so that a value is looked at once however many look.
 */
export class EdgeAccess implements Disposable {
  readonly edge: Edge
  readonly clock: Clock
  /** What a list of edges shows beside the id. */
  readonly comment: () => string
  /** Who reads the log of the edge along. */
  readonly systemLog = new Subscribers('systemLog')
  /** Who wants to know when components were made anew, so that it asks for their channels again. */
  readonly channelUpdate = new Subscribers('channelUpdate')
  readonly #subscriptions = new Map<string, Subscription>()
  readonly #listeners = new Map<Session, { edgeId: string; wrapped: boolean; release: () => void }>()
  readonly #hooks: Disposable[]
  #ids = new WeakMap<Session, number>()
  #nextId = 0
  #generation: number

  constructor(edge: Edge, clock: Clock, comment: () => string = () => '') {
    this.edge = edge
    this.clock = clock
    this.comment = comment
    this.#generation = edge.registry.generation
    this.#hooks = [
      this.systemLog,
      this.channelUpdate,
      edge.systemLog.onLine((entry) => {
        const line = systemLogLine(entry)
        if (line) this.systemLog.push(() => ({ line }))
      }),
      edge.cycle.on('AFTER_PROCESS_IMAGE', () => {
        this.#followComponents()
        this.#publish()
      }),
      edge.onConfig((config) => {
        for (const [session, { edgeId, wrapped }] of this.#listeners)
          session.notifyEdge(edgeId, 'edgeConfig', config, wrapped)
      }),
    ]
  }

  metadata(id: string, role: Role): EdgeMetadata {
    const level = Number(this.edge.registry.get('_sum')?.value('State') ?? 0)
    return {
      id,
      comment: this.comment(),
      producttype: '',
      version: this.edge.version,
      role,
      isOnline: true,
      lastmessage: new Date(this.clock.now()).toISOString(),
      sumState: (['OK', 'INFO', 'WARNING', 'FAULT'] as const)[level] ?? 'OK',
    }
  }

  /** Replaces what this session wants of this edge; an empty list ends it. Unknown channels are answered with `null`. */
  subscribe(session: Session, edgeId: string, wrapped: boolean, addresses: readonly string[]): void {
    const key = this.#key(session, wrapped)
    this.#subscriptions.delete(key)
    this.listen(session, edgeId, wrapped)
    if (addresses.length === 0) return
    const subscription: Subscription = { session, edgeId, wrapped, addresses: [...new Set(addresses)], channels: [] }
    this.#resolve(subscription)
    this.#subscriptions.set(key, subscription)
  }

  /** The session hears of changed configurations from now on. */
  listen(session: Session, edgeId: string, wrapped: boolean): void {
    const known = this.#listeners.get(session)
    if (known) {
      known.wrapped ||= wrapped
      return
    }
    const release = session.onEnd(() => this.#forget(session))
    this.#listeners.set(session, { edgeId, wrapped, release })
  }

  read(address: string): ChannelValue {
    return this.edge.read(address)
  }

  [Symbol.dispose](): void {
    for (const hook of this.#hooks) hook[Symbol.dispose]()
    for (const { release } of this.#listeners.values()) release()
    this.#subscriptions.clear()
    this.#listeners.clear()
  }

  /**
   * A component may also come late, when what it needs is there at last: its channels are looked up then. While components
   * are made anew, what is gone is not known; the old object still holds its last value.
   */
  #followComponents(): void {
    const { generation } = this.edge.registry
    if (generation === this.#generation) return
    this.#generation = generation
    this.#resolveAll()
    this.channelUpdate.push(() => ({}))
  }

  #publish(): void {
    for (const { session, edgeId, wrapped, addresses, channels } of this.#subscriptions.values()) {
      const values: Record<string, ChannelValue> = {}
      for (let index = 0; index < addresses.length; index++)
        values[addresses[index] ?? ''] = channels[index]?.value ?? null
      session.notifyEdge(edgeId, 'currentData', values, wrapped)
    }
  }

  #resolveAll(): void {
    for (const subscription of this.#subscriptions.values()) this.#resolve(subscription)
  }

  #resolve(subscription: Subscription): void {
    subscription.channels = subscription.addresses.map((address) => {
      try {
        const channel = this.edge.channel(address)
        return channel.doc.accessMode === 'WO' ? null : channel
      } catch (error) {
        if (error instanceof SitewrightError && error.key === 'channel.unknown') return null
        throw error
      }
    })
  }

  #forget(session: Session): void {
    this.#listeners.delete(session)
    this.#subscriptions.delete(this.#key(session, true))
    this.#subscriptions.delete(this.#key(session, false))
  }

  #key(session: Session, wrapped: boolean): string {
    const id = this.#ids.get(session) ?? this.#nextId++
    this.#ids.set(session, id)
    return `${id} ${wrapped}`
  }
}
