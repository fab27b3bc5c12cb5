import type { Channel } from '@main/edge/channel/channel'
import type { DriverContext } from '@main/edge/component/driver'
import type { Author, Edge } from '@main/edge/edge'
import type { ControllerService } from '@main/edge/scheduler/all-alphabetically'
import type { ChannelValue } from '@shared/channel'
import { SitewrightError } from '@shared/errors'
import { wantedValue } from './wanted-value'

/** What a running API component offers: where it listens and, when it takes values, what was set through it. */
export interface ApiService extends Partial<ControllerService> {
  readonly port: number
  readonly writes?: ApiWrites
}

export interface ApiWritesOptions extends Pick<DriverContext, 'clock' | 'log' | 'cycle'> {
  /** Asked when something is set: an edge is made from its components. */
  readonly edge: () => Edge
  /** `apiTimeout`: seconds after the last set until every value is dropped; 0 = never. */
  readonly timeoutS: number
}

/** A controller that did not run for so long is in no scheduler. */
const FORGOTTEN_MS = 10_000

/**
 * The values that were set through one API component. As a controller it asks for them anew in every cycle, in its place of
 * the scheduler, until nothing was set for `apiTimeout` seconds; then all of them are dropped, so that a client that has
 * died commands nothing any more. Every set stands in the log: who, which channel, old, new.
 * Source: wire description §4.5.
 */
export class ApiWrites implements ControllerService, Disposable {
  readonly #options: ApiWritesOptions
  readonly #values = new Map<string, ChannelValue>()
  #lastSetAt = 0
  #ranAt: number

  constructor(options: ApiWritesOptions) {
    this.#options = options
    this.#ranAt = options.clock.monotonic()
    // The clock may have stood still with the laptop; what was wanted before is an old wish then. Ends with the component.
    options.cycle.onWake(({ reason, byMs }) => {
      if (reason === 'slept') this.#lastSetAt -= byMs
    })
  }

  /** Throws `config.component-unknown`, `channel.unknown`, `channel.not-writable`, `channel.value` or `channel.option`. */
  set(address: string, raw: unknown, by: Author): void {
    const { edge, clock, log } = this.#options
    const channel = writableChannel(edge(), address)
    const value = wantedValue(address, channel.doc, raw)
    const before = this.#values.get(address) ?? channel.value
    if (value === null) this.#drop(address)
    else this.#values.set(address, value)
    this.#lastSetAt = clock.monotonic()
    if (this.#lastSetAt - this.#ranAt > FORGOTTEN_MS + edge().cycle.cycleTimeMs) {
      log.warn('No scheduler runs this API: what is set through it reaches no device.')
    }
    log.info(`${by.id}: ${by.name} set ${address} from ${JSON.stringify(before)} to ${JSON.stringify(value)}.`)
  }

  /** What is being asked for; null = nothing. */
  pending(address: string): ChannelValue {
    return this.#values.get(address) ?? null
  }

  run(): void {
    this.#ranAt = this.#options.clock.monotonic()
    if (this.#values.size === 0) return
    const { edge, clock, log, timeoutS } = this.#options
    if (timeoutS > 0 && clock.monotonic() - this.#lastSetAt >= timeoutS * 1000) {
      log.info(`Nothing was set for ${timeoutS} s; dropped: ${[...this.#values.keys()].join(', ')}.`)
      this[Symbol.dispose]()
      return
    }
    for (const [address, value] of this.#values) {
      const channel = find(edge(), address)
      if (channel?.isWritable) channel.setNextWrite(value)
      else {
        // Its component was deleted or became another one; what was meant for the old one is not meant for that.
        log.info(`${address} is gone; its value is dropped.`)
        this.#values.delete(address)
      }
    }
  }

  /** An API that stops asks for nothing any more. */
  [Symbol.dispose](): void {
    for (const address of [...this.#values.keys()]) this.#drop(address)
  }

  /** Also takes back what no device has fetched yet: one that comes back in an hour must not find it. */
  #drop(address: string): void {
    this.#values.delete(address)
    find(this.#options.edge(), address)?.setNextWrite(null)
  }
}

/** The channel, if values may be written to it. The text is OpenEMS's own. */
export function writableChannel(edge: Edge, address: string): Channel {
  const [componentId = ''] = address.split('/')
  edge.registry.need(componentId)
  const channel = edge.channel(address)
  if (channel.isWritable) return channel
  throw new SitewrightError('channel.not-writable', `Channel [${address}] is not a Write Channel`, {
    args: { address },
  })
}

/**
 * Through whom a method writes: the API it came in by. The application's own wire is no component and goes the way of the
 * UI. Throws `api.no-writes`.
 */
export function writesOf(edge: Edge, apiId: string | undefined): ApiWrites {
  for (const component of edge.registry.running()) {
    if (apiId === undefined ? component.factoryId !== 'Controller.Api.Websocket' : component.id !== apiId) continue
    const writes = (component.service as Partial<ApiService> | undefined)?.writes
    if (writes) return writes
  }
  const api = apiId ?? 'Controller.Api.Websocket'
  throw new SitewrightError('api.no-writes', `${api} sets no values: it does not run, or only reads.`, {
    args: { api },
    data: [api],
  })
}

const find = (edge: Edge, address: string): Channel | undefined => {
  const [componentId = '', channelId = ''] = address.split('/')
  return edge.registry.get(componentId)?.channels.get(channelId)
}
