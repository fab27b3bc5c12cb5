import type { Socket } from 'node:net'
import { type Clock, sleep } from '@shared/clock'
import type { ConnectPace } from './speed'
import type { Endpoint } from './targets'

/** What a door did: let us in, refused, kept silent, or could not be reached at all. `own`: it is ours, nobody knocked. */
export type ConnectOutcome = 'open' | 'refused' | 'silent' | 'unreachable' | 'name-unknown' | 'own'

/** An endpoint and its place in the list. */
export interface Door {
  readonly endpoint: Endpoint
  readonly index: number
  /** A second look. */
  readonly again: boolean
  /** Asked when its turn has come: true when nobody needs to know any more. */
  readonly isMoot?: () => boolean
}

/** What knocking needs of the world. */
export interface KnockOptions {
  readonly pace: ConnectPace
  /** `net.connect`, or what stands for it. */
  readonly connect: (to: { host: string; port: number }) => Socket
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Waited for before each connect: a paused job holds it. */
  readonly gate?: () => Promise<void>
}

/** Keeps the connects of one scan within its pace. All share one time-out, so the oldest is always the first to expire. */
export class Knocker {
  readonly #options: KnockOptions
  /** Waiting for an outcome, oldest first. */
  readonly #open = new Set<Attempt>()
  /** Hosts with a socket of ours, until the system has taken it back. */
  readonly #busyHosts = new Set<string>()
  #limit: number
  #timeoutMs: number
  #roundTripMs: number | null = null
  #nextStartAt = 0
  #expiry: Disposable | null = null
  #wake: (() => void) | null = null
  #settled: Settled = () => {}
  #postponed: { readonly door: Door; readonly times: number }[] = []

  constructor(options: KnockOptions) {
    this.#options = options
    this.#limit = options.pace.maxOpen
    this.#timeoutMs = options.pace.timeoutMs
  }

  async knock(list: Iterable<Door>, settled: Settled): Promise<void> {
    const { signal, clock } = this.#options
    this.#settled = settled
    const aborted = () => this.#abort()
    signal.addEventListener('abort', aborted, { once: true })
    try {
      for (const door of list) await this.#begin(door)
      for (;;) {
        signal.throwIfAborted()
        const later = this.#postponed.shift()
        if (later) {
          await sleep(clock, 100, signal)
          await this.#begin(later.door, later.times)
        } else if (this.#busyHosts.size > 0) await this.#change()
        else return
      }
    } finally {
      signal.removeEventListener('abort', aborted)
      this.#abort()
      while (this.#busyHosts.size > 0) await this.#change()
    }
  }

  async #begin(door: Door, postponed = 0): Promise<void> {
    const { signal, gate } = this.#options
    await gate?.()
    await this.#turn()
    while (this.#busyHosts.size >= this.#limit || this.#busyHosts.has(door.endpoint.host)) {
      await this.#change()
      signal.throwIfAborted()
    }
    signal.throwIfAborted()
    if (!door.isMoot?.()) this.#connect(door, postponed)
  }

  #connect(door: Door, postponed: number): void {
    const { connect, clock } = this.#options
    const { host, port } = door.endpoint
    const socket = connect({ host, port })
    const attempt: Attempt = { door, socket, startedAt: clock.monotonic() }
    this.#open.add(attempt)
    this.#busyHosts.add(host)
    socket.once('connect', () => this.#end(attempt, 'open'))
    socket.once('close', () => {
      this.#busyHosts.delete(host)
      this.#wake?.()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (!this.#open.has(attempt)) return
      if (!OUT_OF_SOCKETS.has(error.code ?? '') || postponed >= 20) return this.#end(attempt, outcomeOf(error))
      // The system has no more sockets: fewer at once from now on, and this one later.
      this.#limit = Math.max(1, this.#busyHosts.size - 1)
      this.#postponed.push({ door, times: postponed + 1 })
      this.#forget(attempt)
    })
    this.#arm()
  }

  #end(attempt: Attempt, outcome: ConnectOutcome): void {
    if (!this.#open.has(attempt)) return
    const ms = this.#options.clock.monotonic() - attempt.startedAt
    this.#forget(attempt)
    if (outcome === 'open' || outcome === 'refused') this.#learn(ms)
    this.#settled(attempt.door, outcome, ms)
  }

  #forget(attempt: Attempt): void {
    this.#open.delete(attempt)
    attempt.socket.destroy()
  }

  /** Smoothed round trip as in RFC 6298, §2: a single slow host moves it by an eighth. */
  #learn(ms: number): void {
    if (!this.#options.pace.adaptive) return
    this.#roundTripMs = this.#roundTripMs === null ? ms : this.#roundTripMs + (ms - this.#roundTripMs) / 8
    const timeoutMs = Math.min(1000, Math.max(150, 8 * this.#roundTripMs))
    const sooner = timeoutMs < this.#timeoutMs
    this.#timeoutMs = timeoutMs
    if (sooner) this.#disarm()
    this.#arm()
  }

  /** One timer for all: it looks at the oldest attempt, and at the next one when that has ended before. */
  #arm(): void {
    const [oldest] = this.#open
    if (!oldest || this.#expiry) return
    const { clock } = this.#options
    const due = oldest.startedAt + this.#timeoutMs - clock.monotonic()
    this.#expiry = clock.after(Math.max(0, due), () => {
      this.#expiry = null
      // A timer of Node may run up to a millisecond early.
      const expired = clock.monotonic() - this.#timeoutMs + 1
      for (const attempt of this.#open) {
        if (attempt.startedAt > expired) break
        this.#end(attempt, 'silent')
      }
      this.#arm()
    })
  }

  #disarm(): void {
    this.#expiry?.[Symbol.dispose]()
    this.#expiry = null
  }

  /** Waits for this connect's turn in the pace; up to 20 ms worth of turns may be taken in one go. */
  async #turn(): Promise<void> {
    const { pace, clock, signal } = this.#options
    if (pace.perSecond === null) return
    const now = clock.monotonic()
    this.#nextStartAt = Math.max(this.#nextStartAt, now - 20) + 1000 / pace.perSecond
    if (this.#nextStartAt > now) await sleep(clock, this.#nextStartAt - now, signal)
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = null
        resolve()
      }
    })
  }

  #abort(): void {
    this.#disarm()
    for (const { socket } of this.#open) socket.destroy()
    this.#open.clear()
    this.#wake?.()
  }
}

interface Attempt {
  readonly door: Door
  readonly socket: Socket
  readonly startedAt: number
}

type Settled = (door: Door, outcome: ConnectOutcome, ms: number) => void

const OUT_OF_SOCKETS = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'EADDRNOTAVAIL', 'EAGAIN'])

function outcomeOf({ code }: NodeJS.ErrnoException): ConnectOutcome {
  switch (code) {
    case 'ECONNREFUSED':
    case 'ECONNRESET':
      return 'refused'
    case 'ETIMEDOUT':
      return 'silent'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'name-unknown'
    default:
      return 'unreachable'
  }
}
