import type { ChannelValue } from '@shared/channel'
import { splitAddress } from '@shared/channel'
import type { Clock } from '@shared/clock'
import type { RpcClient } from '@shared/rpc/client'
import type { ConnectionStore } from './connection'

/**
 * What is known of one channel. `value` is the running cycle's, null when it was not read. `lastValue` is the newest one
 * that was, `lastAt` when that was (epoch ms).
 * `waiting` nothing has arrived yet · `fresh` read in this cycle · `old` nothing arrives any more, so the number is as
 * old as `lastAt` · `lost` the edge says it was not read · `never` lost, and there is no earlier value.
 */
export interface ChannelState {
  readonly kind: 'waiting' | 'fresh' | 'old' | 'lost' | 'never'
  readonly value: ChannelValue
  readonly lastValue: ChannelValue
  readonly lastAt: number | null
}

const WAITING: ChannelState = { kind: 'waiting', value: null, lastValue: null, lastAt: null }
/** Three cycles of the slowest usual edge, and a little: then a number counts as old. */
const STALE_MS = 3500
const LOOK_MS = 1000

interface Channel {
  state: ChannelState
  /** When the newest value arrived; kept beside the state so that an unchanged value redraws nothing. */
  seenAt: number | null
  wanted: number
  listeners: Set<() => void>
}

interface Edge {
  channels: Map<string, Channel>
  dataAt: number
  /** Components that were asked for the age of their values, in this epoch. */
  asked: Set<string>
  off: () => void
}

/**
 * The live values of all edges, outside React: a component follows one address and redraws alone. Wanted addresses of an
 * edge are united into one subscription, sent once per turn and again whenever the engine comes back.
 */
export class ChannelStore {
  readonly #edges = new Map<string, Edge>()
  readonly #dirty = new Set<string>()
  readonly #offConnection: () => void
  #watch: Disposable
  #epoch: number

  constructor(
    readonly client: RpcClient,
    readonly connection: ConnectionStore,
    readonly clock: Clock,
  ) {
    this.#epoch = connection.get().epoch
    this.#offConnection = connection.subscribe(() => {
      const { state, epoch } = connection.get()
      if (state === 'lost') this.#grow(() => true)
      if (epoch === this.#epoch) return
      this.#epoch = epoch
      for (const [edgeId, edge] of this.#edges) {
        edge.asked.clear()
        this.#plan(edgeId)
      }
    })
    this.#watch = clock.after(LOOK_MS, () => this.#age())
  }

  /** Keeps these addresses subscribed until the returned function is called. */
  want(edgeId: string, addresses: readonly string[]): () => void {
    for (const address of addresses) {
      const channel = this.#channel(edgeId, address)
      if (++channel.wanted === 1) this.#plan(edgeId)
    }
    return () => {
      for (const address of addresses) {
        const channel = this.#channel(edgeId, address)
        if (--channel.wanted === 0) this.#plan(edgeId)
      }
    }
  }

  get(edgeId: string, address: string): ChannelState {
    return this.#edges.get(edgeId)?.channels.get(address)?.state ?? WAITING
  }

  subscribe(edgeId: string, address: string, listener: () => void): () => void {
    const { listeners } = this.#channel(edgeId, address)
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  /** Keeps the edge's other notifications (edgeConfig) coming, even when no channel is wanted. */
  follow(edgeId: string): void {
    if (!this.#edges.has(edgeId)) this.#plan(edgeId)
    this.#edge(edgeId)
  }

  close(): void {
    this.#watch[Symbol.dispose]()
    this.#offConnection()
    for (const edge of this.#edges.values()) edge.off()
  }

  #edge(edgeId: string): Edge {
    const known = this.#edges.get(edgeId)
    if (known) return known
    const off = this.client.onEdge(edgeId, 'currentData', (data) => this.#receive(edgeId, data))
    const edge: Edge = { channels: new Map(), dataAt: this.clock.now(), asked: new Set(), off }
    this.#edges.set(edgeId, edge)
    return edge
  }

  #channel(edgeId: string, address: string): Channel {
    const { channels } = this.#edge(edgeId)
    const known = channels.get(address)
    if (known) return known
    const channel: Channel = { state: WAITING, seenAt: null, wanted: 0, listeners: new Set() }
    channels.set(address, channel)
    return channel
  }

  /** All changes of one turn become one subscription. */
  #plan(edgeId: string): void {
    if (this.#dirty.size === 0) queueMicrotask(() => this.#subscribe())
    this.#dirty.add(edgeId)
  }

  #subscribe(): void {
    const edges = [...this.#edges.keys()]
    const dirty = [...this.#dirty]
    this.#dirty.clear()
    // A refused or lost subscription is asked again with the next change or epoch; meanwhile values count as old.
    const quietly = (call: Promise<unknown>) => void call.catch(() => {})
    quietly(this.client.call('subscribeEdges', { edges }))
    for (const edgeId of dirty) {
      const channels = this.#wanted(edgeId).map(([address]) => address)
      quietly(this.client.callEdge(edgeId, 'subscribeChannels', { channels }))
    }
  }

  #wanted(edgeId: string): [string, Channel][] {
    return [...this.#edge(edgeId).channels].filter(([, channel]) => channel.wanted > 0)
  }

  #receive(edgeId: string, data: Readonly<Record<string, ChannelValue>>): void {
    const edge = this.#edge(edgeId)
    const now = this.clock.now()
    edge.dataAt = now
    for (const [address, channel] of this.#wanted(edgeId)) {
      const value = data[address]
      if (value === undefined) continue
      if (value !== null) channel.seenAt = now
      const { state } = channel
      if (value === null) {
        const lastValue = state.value ?? state.lastValue
        const kind = lastValue === null ? 'never' : 'lost'
        if (state.kind !== kind) set(channel, { kind, value, lastValue, lastAt: channel.seenAt })
        if (kind === 'never') this.#askAge(edgeId, address)
      } else if (state.kind !== 'fresh' || state.value !== value) {
        set(channel, freshState(channel, value))
      }
    }
  }

  /** A value that was lost before this page looked still has an age; the edge knows it. */
  #askAge(edgeId: string, address: string): void {
    const componentId = splitAddress(address)?.componentId
    const { asked, channels } = this.#edge(edgeId)
    if (!componentId || asked.has(componentId)) return
    asked.add(componentId)
    const take = ({
      channels: docs,
    }: {
      channels: { id: string; lastValue: ChannelValue; ageMs: number | null }[]
    }) => {
      for (const { id, lastValue, ageMs } of docs) {
        const channel = channels.get(`${componentId}/${id}`)
        if (channel?.state.kind !== 'never' || lastValue === null || ageMs === null) continue
        channel.seenAt = this.clock.now() - ageMs
        set(channel, { kind: 'lost', value: null, lastValue, lastAt: channel.seenAt })
      }
    }
    void this.client.callEdge(edgeId, 'listChannels', { componentId }).then(take, () => asked.delete(componentId))
  }

  #age(): void {
    this.#watch = this.clock.after(LOOK_MS, () => this.#age())
    const limit = this.clock.now() - STALE_MS
    this.#grow((edge) => edge.dataAt < limit)
  }

  /** Nothing arrives from these edges: their numbers grow old instead of looking true. */
  #grow(isSilent: (edge: Edge) => boolean): void {
    for (const [edgeId, edge] of this.#edges) {
      if (!isSilent(edge)) continue
      for (const [, channel] of this.#wanted(edgeId)) {
        const { state, seenAt } = channel
        if (state.kind === 'fresh') set(channel, { ...state, kind: 'old', value: null, lastAt: seenAt })
      }
    }
  }
}

/** A value that comes again unchanged redraws nothing, and yet is as young as its newest reading. */
const freshState = (channel: Channel, value: ChannelValue): ChannelState => ({
  kind: 'fresh',
  value,
  lastValue: value,
  get lastAt() {
    return channel.seenAt
  },
})

function set(channel: Channel, state: ChannelState): void {
  channel.state = state
  for (const listener of channel.listeners) listener()
}
