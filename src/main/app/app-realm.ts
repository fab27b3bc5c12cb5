import type { EdgeAccess } from '@main/apis/edge-access'
import { edgeHandlers } from '@main/apis/edge-handlers'
import type { Account, CallContext, Realm, RealmEdge } from '@main/session/realm'
import { MemoryTokens } from '@main/session/tokens'
import type { appMethods, Handlers } from '@shared/rpc'
import type { OpenSites } from './app'

/** Who sits at the window or holds the printed link: nobody types a password to start working. */
export const WINDOW_ACCOUNT: Account = { id: 'admin', name: 'Administrator', role: 'admin' }

/**
 * The application's own wire: all open sites as edges under their own ids, and the app methods. It knows no password; who
 * opens it (window, host, command line) has already proved who is there.
 */
export function appRealm(sites: OpenSites, appHandlers: Handlers<typeof appMethods, CallContext>): Realm<EdgeAccess> {
  const realmEdge = (id: string, access: EdgeAccess): RealmEdge<EdgeAccess> => ({
    id,
    target: access,
    metadata: (role) => access.metadata(id, role),
  })
  const edges = () => [...sites.all()].map((site) => realmEdge(site.id, site.access))
  return {
    name: 'app',
    authenticate: async () => null,
    tokens: new MemoryTokens(),
    edges,
    edge(id) {
      const site = sites.get(id)
      return site && realmEdge(id, site.access)
    },
    bareEdge() {
      const [only, ...others] = edges()
      return others.length === 0 ? only : undefined
    },
    edgeHandlers,
    appHandlers,
  }
}
