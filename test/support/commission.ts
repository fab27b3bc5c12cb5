import type { RoleProposal } from '@shared/rpc'
import type { RpcClient } from '@shared/rpc/client'

/** What the Roles step does with accepted proposals: the bridge first, then the component, by OpenEMS's own methods. */
export async function acceptProposals(
  client: RpcClient,
  edgeId: string,
  proposals: readonly RoleProposal[],
  roles: Readonly<Record<string, string>> = {},
): Promise<void> {
  const made = new Set<string>()
  for (const { bridge, id, factoryId, alias, properties, byRole } of proposals) {
    if (!bridge.exists && !made.has(bridge.id)) {
      made.add(bridge.id)
      await create(client, edgeId, bridge.factoryId, { id: bridge.id, alias: bridge.alias, ...bridge.properties })
    }
    await create(client, edgeId, factoryId, { id, alias, ...properties, ...byRole[roles[id] ?? ''] })
  }
}

async function create(
  client: RpcClient,
  edgeId: string,
  factoryPid: string,
  properties: Record<string, unknown>,
): Promise<void> {
  await client.callEdge(edgeId, 'createComponentConfig', {
    factoryPid,
    properties: Object.entries(properties).map(([name, value]) => ({ name, value })),
  })
}
