import type { UiWebsocketService } from '@main/apis/ui-websocket/ui-websocket'
import type { OwnListener } from '@main/discovery/own-listeners'
import type { OpenSites } from './app'

/** The ports at which edges of ours listen: a scan names them and does not knock there. */
export function ownListeners(sites: OpenSites): OwnListener[] {
  const listeners: OwnListener[] = []
  for (const { edge } of sites.all()) {
    for (const component of edge.registry.running()) {
      if (component.factoryId !== 'Controller.Api.Websocket') continue
      const { port } = component.service as UiWebsocketService
      listeners.push({ host: '127.0.0.1', port, name: 'Sitewright edge' })
    }
  }
  return listeners
}
