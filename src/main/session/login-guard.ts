import type { Clock } from '@shared/clock'
import { SitewrightError } from '@shared/errors'

const FREE_TRIES = 10
const WINDOW_MS = 60_000
const LOCK_MS = 30_000
/** The official UI sends a wrong password twice at once; the second one is not another try. */
const SAME_TRY_MS = 2_000

interface Peer {
  failures: number[]
  lockedUntil: number
  lastPassword: string
  lastAt: number
}

/**
 * Slows down guessing: after ten wrong passwords in a minute a peer waits half a minute. The same wrong password sent twice
 * within two seconds counts once. Passwords are only compared, never kept longer than those two seconds.
 */
export class LoginGuard {
  readonly #clock: Clock
  readonly #peers = new Map<string, Peer>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Throws `auth.too-many` while the peer is locked out. */
  admit(peer: string): void {
    const known = this.#peers.get(peer)
    const now = this.#clock.monotonic()
    if (!known || known.lockedUntil <= now) return
    const seconds = Math.ceil((known.lockedUntil - now) / 1000)
    throw new SitewrightError('auth.too-many', `Too many wrong passwords from ${peer}. Try again in ${seconds} s.`, {
      args: { seconds },
    })
  }

  failed(peer: string, password: string): void {
    const now = this.#clock.monotonic()
    const known = this.#peers.get(peer) ?? {
      failures: [],
      lockedUntil: 0,
      lastPassword: '',
      lastAt: Number.NEGATIVE_INFINITY,
    }
    this.#peers.set(peer, known)
    const again = now - known.lastAt < SAME_TRY_MS && known.lastPassword === password
    known.lastPassword = again ? '' : password
    known.lastAt = now
    if (again) return
    known.failures = [...known.failures.filter((at) => now - at < WINDOW_MS), now]
    if (known.failures.length >= FREE_TRIES) {
      known.lockedUntil = now + LOCK_MS
      known.failures = []
    }
    this.#forget(now)
  }

  succeeded(peer: string): void {
    this.#peers.delete(peer)
  }

  #forget(now: number): void {
    if (this.#peers.size < 1000) return
    for (const [name, peer] of this.#peers) {
      if (peer.lockedUntil < now && now - peer.lastAt > WINDOW_MS) this.#peers.delete(name)
    }
  }
}
