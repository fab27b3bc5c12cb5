import type { Account, Realm, RealmEdge } from '@main/session/realm'
import { MemoryTokens } from '@main/session/tokens'
import type { EdgeAccess } from '../edge-access'
import { edgeHandlers } from '../edge-handlers'

/** Under this id every OpenEMS edge shows itself on its own port. */
const EDGE_ID = '0'

/** Who may log in at an edge: the built-in users with a password of their own. */
export interface EdgeUsers {
  /** Tries the password against every user, as an OpenEMS edge does; the user name is ignored. */
  authenticate(password: string): Promise<Account | null>
}

/**
 * The port of an API component `api` as a realm: exactly one edge as `0`, which is also what a bare edge method means. Any `edgeId` is taken for it,
 * because the official edge does not check it either.
 */
export function singleEdgeRealm(access: EdgeAccess, users: EdgeUsers, api?: string): Realm<EdgeAccess> {
  const only: RealmEdge<EdgeAccess> = {
    id: EDGE_ID,
    target: access,
    ...(api === undefined ? {} : { api }),
    metadata: (role) => ({ ...access.metadata(EDGE_ID, role), comment: '' }),
  }
  return {
    name: 'edge',
    authenticate: (password) => users.authenticate(password),
    tokens: new MemoryTokens(),
    edges: () => [only],
    edge: () => only,
    bareEdge: () => only,
    edgeHandlers,
  }
}
