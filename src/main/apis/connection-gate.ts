import type { Socket } from 'node:net'
import type { Clock } from '@shared/clock'

export interface GateLimits {
  /** Connections at the same time. */
  readonly parallel: number
  /** Connections accepted within `windowMs`; absent = any number. */
  readonly accepts?: { readonly count: number; readonly windowMs: number }
}

/** Counts the connections of a listener: who may come in, and who is one too many. */
export class ConnectionGate {
  readonly #limits: GateLimits
  readonly #clock: Clock
  readonly #open = new Set<Socket>()
  #accepted: number[] = []

  constructor(limits: GateLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  /** True if it may stay; it then counts until it closes. */
  admit(socket: Socket): boolean {
    const { parallel, accepts } = this.#limits
    const now = this.#clock.monotonic()
    if (accepts) this.#accepted = this.#accepted.filter((at) => now - at < accepts.windowMs)
    if (this.#open.size >= parallel || (accepts && this.#accepted.length >= accepts.count)) return false
    if (accepts) this.#accepted.push(now)
    this.#open.add(socket)
    socket.once('close', () => this.#open.delete(socket))
    return true
  }
}
