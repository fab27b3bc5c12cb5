import { connect } from 'node:net'
import { type Clock, systemClock } from '@shared/clock'
import type { LinkSettings } from '../modbus/link'
import type { Connect } from '../modbus/tcp-connection'
import { LINK_DEFAULTS, TcpLink, targetOf } from '../modbus/tcp-link'
import { DeviceLocks } from './device-locks'
import { deviceKey, type LinkLease, type LinkPool } from './pool'

/**
 * The pool over real TCP. Each host and port has one link, however many ask; its settings are always the most careful of
 * all that hold it now. Disposing of the pool closes every connection and resolves when the sockets are given back.
 */
export class TcpLinkPool implements LinkPool {
  readonly #options: Required<Omit<TcpLinkPoolOptions, 'onFrame'>> & Pick<TcpLinkPoolOptions, 'onFrame'>
  readonly #links = new Map<string, Held>()
  readonly #closing = new Set<Promise<void>>()
  readonly #locks: DeviceLocks
  #disposed = false

  constructor(options: TcpLinkPoolOptions = {}) {
    this.#options = { clock: systemClock(), connect, random: Math.random, ...options }
    this.#locks = new DeviceLocks(this.#options.clock)
  }

  modbusTcp(host: string, port: number, settings: LinkSettings = {}): LinkLease {
    if (this.#disposed) throw new Error('The link pool is closed.')
    const name = host.toLowerCase()
    const target = targetOf(name, port)
    const held = this.#links.get(target) ?? this.#open(target, name, port)
    // A holder of its own even when two bring the same settings object.
    const own = { ...settings }
    held.holders.add(own)
    held.link.configure(mostCareful([...held.holders]))
    return {
      link: held.link,
      [Symbol.dispose]: () => {
        if (!held.holders.delete(own)) return
        if (held.holders.size > 0) held.link.configure(mostCareful([...held.holders]))
        else this.#close(target, held)
      },
    }
  }

  isOpen(host: string, port: number): boolean {
    return this.#links.has(targetOf(host.toLowerCase(), port))
  }

  lock(device: string, holder: string, signal?: AbortSignal): Promise<Disposable> {
    return this.#locks.lock(device, holder, signal)
  }

  holderOf(device: string): string | null {
    return this.#locks.holderOf(device)
  }

  /** Hangs up on every host: after the laptop slept, no connection is what it seems. Links stay usable. */
  hangUpAll(): void {
    for (const { link } of this.#links.values()) link.hangUp()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true
    for (const [target, held] of this.#links) this.#close(target, held)
    await Promise.all(this.#closing)
  }

  #open(target: string, host: string, port: number): Held {
    const { clock, connect, random, onFrame } = this.#options
    const link = new TcpLink(
      host,
      port,
      {},
      {
        clock,
        connect,
        random,
        onFrame: onFrame && ((direction, frame, at) => onFrame(target, direction, frame, at)),
        holdUp: ({ unit }, mostMs) => this.#locks.holdUp(deviceKey(host, port, unit), mostMs),
      },
    )
    const held = { link, holders: new Set<LinkSettings>() }
    this.#links.set(target, held)
    return held
  }

  #close(target: string, held: Held): void {
    this.#links.delete(target)
    const closing = held.link[Symbol.asyncDispose]().finally(() => this.#closing.delete(closing))
    this.#closing.add(closing)
  }
}

export interface TcpLinkPoolOptions {
  readonly clock?: Clock
  readonly connect?: Connect
  readonly random?: () => number
  /** Sees every frame of every link; the bytes are only lent. */
  readonly onFrame?: (target: string, direction: 'sent' | 'received', frame: Uint8Array, at: number) => void
}

interface Held {
  readonly link: TcpLink
  readonly holders: Set<LinkSettings>
}

/**
 * Fewest in flight, longest pause, most patience, soonest to hang up. Who states no patience wants the usual one; who
 * states nothing else has no opinion on it.
 */
export function mostCareful(all: readonly LinkSettings[]): LinkSettings {
  const { timeoutMs, connectTimeoutMs } = LINK_DEFAULTS
  const merged: Record<string, number> = {}
  for (const settings of all) {
    const wanted = { timeoutMs, connectTimeoutMs, ...settings }
    for (const [key, value] of Object.entries(wanted) as [keyof LinkSettings, number | undefined][]) {
      if (value === undefined) continue
      const before = merged[key]
      merged[key] = before === undefined ? value : PICK[key](before, value)
    }
  }
  return merged
}

const PICK: Readonly<Record<keyof LinkSettings, (a: number, b: number) => number>> = {
  timeoutMs: Math.max,
  maxInFlight: Math.min,
  pauseMs: Math.max,
  connectDelayMs: Math.max,
  connectTimeoutMs: Math.max,
  disconnectAfterMs: Math.min,
}
