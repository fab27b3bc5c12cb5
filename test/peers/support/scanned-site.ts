import { ownListeners } from '@main/app/own-listeners'
import type { FoundDevice } from '@shared/device'
import { newSiteData } from '@shared/site'
import type { TestEngine } from '../../support/test-engine'

/** A new site, opened, whose one search has looked at these ports of this machine. */
export async function scannedSite(
  running: TestEngine,
  { name, ports, units = '' }: { name: string; ports: readonly number[]; units?: string },
): Promise<{ siteId: string; edgeId: string; devices: readonly FoundDevice[] }> {
  const { client } = running
  const { site } = await client.call('createSite', { data: { ...newSiteData, name } })
  const hosts = ports.map((port) => `127.0.0.1:${port}`).join(', ')
  const search = { id: 'here', kind: 'modbus-tcp' as const, hosts, ports: [502], units, enabled: true }
  await client.call('updateSite', { siteId: site.id, searches: [search] })
  const { edgeId } = await client.call('openSite', { siteId: site.id })
  const { jobId } = await client.call('startScan', { siteId: site.id })
  const job = await running.ended(jobId)
  if (job.state !== 'done') throw new Error(`The scan ended as ${job.state}: ${JSON.stringify(job)}`)
  return { siteId: site.id, edgeId, devices: (await client.call('listFound', { siteId: site.id })).devices }
}

/** Puts the edge's WebSocket for OpenEMS UIs on a free port and says which. */
export async function openUiPort({ client, engine }: TestEngine, edgeId: string): Promise<number> {
  await client.callEdge(edgeId, 'updateComponentConfig', {
    componentId: 'ctrlApiWebsocket0',
    properties: [{ name: 'port', value: 0 }],
  })
  const [listener] = ownListeners(engine.app.sites)
  if (!listener) throw new Error('The edge does not listen for an OpenEMS UI.')
  return listener.port
}
