import type { Role } from '@shared/roles'
import type { appMethods, EdgeMetadata, edgeMethods, Handlers } from '@shared/rpc'
import type { Session } from './session'

/** A person who may log in. `role` is the role on every edge of the realm. */
export interface Account {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly language?: string
}

/** One edge as a realm shows it: under which id, and what answers for it. */
export interface RealmEdge<E> {
  readonly id: string
  readonly target: E
  /** The API component through which it shows itself; absent on the application's own wire, which is none. */
  readonly api?: string
  metadata(role: Role): EdgeMetadata
}

export interface CallContext {
  readonly session: Session
}

export interface EdgeCallContext<E> extends CallContext {
  readonly edge: E
  readonly edgeId: string
  readonly api: string | undefined
  readonly role: Role
  readonly account: Account
  /** False when the method came bare; then its notifications go bare too. */
  readonly wrapped: boolean
}

/**
 * What a wire gives access to. The application's own wire shows all edges and the app methods; port 8085 shows exactly one
 * edge as `0` and nothing else. Sessions, roles and dispatching are the same for all.
 */
export interface Realm<E> {
  readonly name: string
  /** Checks a password; null = nobody. Called only within the rate limit. */
  authenticate(password: string, username: string | undefined): Promise<Account | null>
  readonly tokens: TokenStore
  edges(): readonly RealmEdge<E>[]
  edge(id: string): RealmEdge<E> | undefined
  /** The edge a bare edge method means, if there is no doubt. */
  bareEdge(): RealmEdge<E> | undefined
  readonly edgeHandlers: Partial<Handlers<typeof edgeMethods, EdgeCallContext<E>>>
  readonly appHandlers?: Handlers<typeof appMethods, CallContext>
}

/** Tokens of logged-in sessions; where they are kept decides whether they outlive a restart. */
export interface TokenStore {
  issue(account: Account): string
  find(token: string): Account | null
  revoke(token: string): void
}
