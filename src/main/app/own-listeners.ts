import type { ApiService } from '@main/apis/api-writes'
import type { OwnListener } from '@main/discovery/own-listeners'
import type { OpenSites } from './app'

/** The ports at which edges of ours listen: a scan names them and does not knock there. */
export function ownListeners(sites: OpenSites): OwnListener[] {
  const listeners: OwnListener[] = []
  for (const { edge } of sites.all()) {
    for (const component of edge.registry.running()) {
      if (!component.factoryId.startsWith('Controller.Api.')) continue
      const { port } = (component.service ?? {}) as Partial<ApiService>
      if (port === undefined) continue
      listeners.push({ host: '127.0.0.1', port, name: 'Sitewright edge' })
    }
  }
  return listeners
}
