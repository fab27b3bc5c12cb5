import type { EdgeConfig } from '@shared/edge-config'
import { SitewrightError } from '@shared/errors'
import type { RpcClient } from '@shared/rpc/client'
import { bridgeProperties, createProperties, type RoleRow, updateProperties } from './role-drafts'

export type RowState =
  | { readonly kind: 'working' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: SitewrightError }

/**
 * Creates and changes components through OpenEMS's own calls and nothing else, one after the other, the bridge of a device
 * before the device. A row that fails does not hold up the others, except those that need the same missing bridge.
 */
export async function applyRows(
  rpc: Pick<RpcClient, 'callEdge'>,
  edgeId: string,
  rows: readonly RoleRow[],
  tell: (key: string, state: RowState) => void,
): Promise<void> {
  const bridges = new Map<string, Promise<unknown>>()
  const bridgeOf = ({ proposal: { bridge } }: RoleRow) => {
    const known = bridges.get(bridge.id)
    if (known) return known
    const made = bridge.exists
      ? Promise.resolve()
      : rpc.callEdge(edgeId, 'createComponentConfig', {
          factoryPid: bridge.factoryId,
          properties: bridgeProperties(bridge),
        })
    bridges.set(bridge.id, made)
    return made
  }
  for (const row of rows) {
    if (row.todo === 'none') continue
    tell(row.key, { kind: 'working' })
    try {
      if (row.todo === 'create') {
        await bridgeOf(row)
        await rpc.callEdge(edgeId, 'createComponentConfig', {
          factoryPid: row.proposal.factoryId,
          properties: createProperties(row),
        })
      } else {
        await rpc.callEdge(edgeId, 'updateComponentConfig', { componentId: row.id, properties: updateProperties(row) })
      }
      tell(row.key, { kind: 'done' })
    } catch (thrown) {
      const error = thrown instanceof SitewrightError ? thrown : new SitewrightError('internal', String(thrown))
      tell(row.key, { kind: 'failed', error })
    }
  }
}

/** Takes a component away, and its bridge with it when nothing else hangs on that. */
export async function removeComponent(
  rpc: Pick<RpcClient, 'callEdge'>,
  edgeId: string,
  config: EdgeConfig,
  componentId: string,
): Promise<void> {
  const bridgeId = config.components[componentId]?.properties['modbus.id']
  await rpc.callEdge(edgeId, 'deleteComponentConfig', { componentId })
  if (typeof bridgeId === 'string' && isLastOf(config, componentId, bridgeId))
    await rpc.callEdge(edgeId, 'deleteComponentConfig', { componentId: bridgeId })
}

export const isLastOf = (config: EdgeConfig, componentId: string, bridgeId: string): boolean =>
  bridgeId in config.components &&
  !Object.entries(config.components).some(
    ([id, { properties }]) => id !== componentId && properties['modbus.id'] === bridgeId,
  )
