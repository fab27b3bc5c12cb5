import type { Clock } from '@shared/clock'
import { SitewrightError } from '@shared/errors'

const FREE_TRIES = 10
const WINDOW_MS = 60_000
const LOCK_MS = 30_000
/** The official UI sends a wrong password twice at once; the second one is not another try. */
const SAME_TRY_MS = 2_000

interface Peer {
  failures: number[]
  /** Passwords of this peer that are being checked right now: each may turn out wrong. */
  checking: number
  lockedUntil: number
  lastPassword: string
  lastAt: number
}

/**
 * Slows down guessing: after ten wrong passwords in a minute a peer waits half a minute. The same wrong password sent twice
 * within two seconds counts once. Passwords that are still being checked count too, so guessing in parallel gains nothing;
 * and a right one forgives nothing, for a guest may be guessing the admin's. Passwords are only compared, and forgotten with
 * the next one.
 */
export class LoginGuard {
  readonly #clock: Clock
  readonly #peers = new Map<string, Peer>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves with what `check` finds, null = wrong. Throws `auth.too-many` while the peer is locked out. */
  async attempt<T>(peer: string, password: string, check: () => Promise<T | null>): Promise<T | null> {
    const known = this.#admit(peer)
    known.checking++
    try {
      const found = await check()
      if (found === null) this.#failed(known, password)
      return found
    } finally {
      known.checking--
      this.#forget()
    }
  }

  #admit(name: string): Peer {
    const now = this.#clock.monotonic()
    const peer = this.#peers.get(name) ?? {
      failures: [],
      checking: 0,
      lockedUntil: 0,
      lastPassword: '',
      lastAt: Number.NEGATIVE_INFINITY,
    }
    this.#peers.set(name, peer)
    peer.failures = peer.failures.filter((at) => now - at < WINDOW_MS)
    const isFull = peer.failures.length + peer.checking >= FREE_TRIES
    if (peer.lockedUntil <= now && !isFull) return peer
    const seconds = Math.max(1, Math.ceil((peer.lockedUntil - now) / 1000))
    throw new SitewrightError('auth.too-many', `Too many wrong passwords from ${name}. Try again in ${seconds} s.`, {
      args: { seconds },
    })
  }

  #failed(peer: Peer, password: string): void {
    const now = this.#clock.monotonic()
    const again = now - peer.lastAt < SAME_TRY_MS && peer.lastPassword === password
    peer.lastPassword = again ? '' : password
    peer.lastAt = now
    if (again) return
    peer.failures.push(now)
    if (peer.failures.length < FREE_TRIES) return
    peer.lockedUntil = now + LOCK_MS
    peer.failures = []
  }

  #forget(): void {
    if (this.#peers.size < 1000) return
    const now = this.#clock.monotonic()
    for (const [name, peer] of this.#peers) {
      if (peer.checking === 0 && peer.lockedUntil < now && now - peer.lastAt > WINDOW_MS) this.#peers.delete(name)
    }
  }
}
