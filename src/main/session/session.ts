import type { FrameConnection } from '@main/transport/connection'
import { notify } from '@shared/rpc'
import type { Account } from './realm'

/** One connection of a person: who it is, what it wants to hear, and the way back to it. */
export class Session {
  readonly connection: FrameConnection
  account: Account | null
  token: string | null = null
  readonly #closers = new Set<() => void>()

  constructor(connection: FrameConnection, account: Account | null) {
    this.connection = connection
    this.account = account
  }

  notify(method: string, params: Record<string, unknown>): void {
    this.connection.send(JSON.stringify(notify(method, params)))
  }

  /** A notification of one edge, wrapped unless it was asked for bare. */
  notifyEdge(edgeId: string, method: string, params: Record<string, unknown>, wrapped: boolean): void {
    if (wrapped) this.notify('edgeRpc', { edgeId, payload: notify(method, params) })
    else this.notify(method, params)
  }

  /** Runs when the connection closes or the person logs out: subscriptions end here. */
  onEnd(act: () => void): () => void {
    this.#closers.add(act)
    return () => void this.#closers.delete(act)
  }

  end(): void {
    const closers = [...this.#closers]
    this.#closers.clear()
    for (const close of closers) close()
  }
}
