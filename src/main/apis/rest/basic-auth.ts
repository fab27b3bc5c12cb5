import { createHmac, randomBytes } from 'node:crypto'
import { LoginGuard } from '@main/session/login-guard'
import type { Account } from '@main/session/realm'
import type { Clock } from '@shared/clock'
import { SitewrightError } from '@shared/errors'
import type { EdgeUsers } from '../ui-websocket/single-edge-realm'

/** So long a password that was right is not worked out again; a changed one counts after that. */
const REMEMBER_MS = 60_000
const REMEMBERED = 20

/**
 * Who a request comes from, by HTTP Basic (RFC 7617). The password decides: the user name may be anything, `x:password`.
 * Guessing is slowed down as at the WebSocket. Passwords that were right are remembered for a minute as a keyed hash,
 * because a client sends them with every request and checking one is made to take its time.
 */
export class BasicAuth {
  readonly #users: EdgeUsers
  readonly #clock: Clock
  readonly #guard: LoginGuard
  readonly #key = randomBytes(32)
  readonly #remembered = new Map<string, { account: Account; until: number }>()

  constructor(users: EdgeUsers, clock: Clock) {
    this.#users = users
    this.#clock = clock
    this.#guard = new LoginGuard(clock)
  }

  /** Throws `auth.required`, `auth.failed` or `auth.too-many`. */
  async account(header: string | undefined, host: string): Promise<Account> {
    const password = passwordIn(header)
    if (password === null) throw new SitewrightError('auth.required', 'Send a password by HTTP Basic.', { data: [''] })
    const key = createHmac('sha256', this.#key).update(password).digest('base64')
    const known = this.#remembered.get(key)
    const now = this.#clock.monotonic()
    if (known && known.until > now) return known.account
    this.#remembered.delete(key)

    const account = await this.#guard.attempt(host, password, () => this.#users.authenticate(password))
    if (!account) throw new SitewrightError('auth.failed', 'The password is not right.')
    const oldest = this.#remembered.size >= REMEMBERED ? this.#remembered.keys().next().value : undefined
    if (oldest !== undefined) this.#remembered.delete(oldest)
    this.#remembered.set(key, { account, until: this.#clock.monotonic() + REMEMBER_MS })
    return account
  }
}

function passwordIn(header: string | undefined): string | null {
  const [, token] = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header ?? '') ?? []
  if (token === undefined) return null
  const text = Buffer.from(token, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? null : text.slice(colon + 1)
}
