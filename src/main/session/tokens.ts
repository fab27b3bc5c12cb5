import { randomUUID } from 'node:crypto'
import type { Account, TokenStore } from './realm'

const MAX_TOKENS = 1000

/** Tokens in memory, as an OpenEMS edge keeps them: lost on restart. The oldest go when there are too many. */
export class MemoryTokens implements TokenStore {
  readonly #accounts = new Map<string, Account>()

  issue(account: Account): string {
    const token = randomUUID()
    this.#accounts.set(token, account)
    const oldest = this.#accounts.size > MAX_TOKENS ? this.#accounts.keys().next().value : undefined
    if (oldest !== undefined) this.#accounts.delete(oldest)
    return token
  }

  find(token: string): Account | null {
    return this.#accounts.get(token) ?? null
  }

  revoke(token: string): void {
    this.#accounts.delete(token)
  }
}
