import type { Clock } from '@shared/clock'
import type { RpcClient } from '@shared/rpc/client'
import type { EngineLine } from './engine-line'

/**
 * How the engine can be reached. `epoch` counts how often it came (back): whoever asked or subscribed in an earlier one
 * asks again. While lost, `retryAt` (epoch ms) is when the next try is made, if that is known.
 */
export interface Connection {
  readonly state: 'connecting' | 'running' | 'lost'
  readonly retryAt: number | null
  readonly epoch: number
}

export class ConnectionStore {
  readonly #listeners = new Set<() => void>()
  readonly #offs: (() => void)[] = []
  #current: Connection

  constructor(line: EngineLine, client: RpcClient, clock: Clock) {
    this.#current = { state: line.state.open ? 'running' : 'connecting', retryAt: null, epoch: 0 }
    this.#offs.push(
      line.onState(({ open, retryAt }) => (open ? this.#found() : this.#lost(retryAt))),
      client.on('engine', ({ state, restartInMs }) => {
        if (state === 'running') this.#found()
        else this.#lost(restartInMs === null ? null : clock.now() + restartInMs)
      }),
    )
  }

  get = (): Connection => this.#current

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  close(): void {
    for (const off of this.#offs) off()
  }

  #found(): void {
    const { state, epoch } = this.#current
    // The first opening starts the first epoch: what was asked before is only waiting in the line, not lost.
    this.#change({ state: 'running', retryAt: null, epoch: state === 'connecting' ? epoch : epoch + 1 })
  }

  #lost(retryAt: number | null): void {
    this.#change({ state: 'lost', retryAt, epoch: this.#current.epoch })
  }

  #change(next: Connection): void {
    this.#current = next
    for (const listener of this.#listeners) listener()
  }
}
