import { isDeepStrictEqual } from 'node:util'
import type { StoredComponent, StoredEdgeConfig } from '@shared/edge-config'
import type { RpcClient } from '@shared/rpc/client'

/**
 * Makes an edge's configuration what a file says, by the calls that every OpenEMS UI has: components that are not in the
 * file go, those that differ are changed, those that are missing are made, each after what it refers to. Singletons (`_sum`)
 * stay and are only changed. Returns how many components were touched.
 */
export async function applyEdgeConfig(client: RpcClient, edgeId: string, wanted: StoredEdgeConfig): Promise<number> {
  const { components: now } = await client.callEdge(edgeId, 'getEdgeConfig', {})
  let touched = 0
  for (const componentId of Object.keys(now)) {
    const isGone =
      !componentId.startsWith('_') && wanted.components[componentId]?.factoryId !== now[componentId]?.factoryId
    if (!isGone) continue
    await client.callEdge(edgeId, 'deleteComponentConfig', { componentId })
    touched++
  }
  for (const [id, component] of inOrder(wanted)) {
    // Without an alias of its own a component is called by its id.
    const properties = { alias: component.alias || id, ...component.properties }
    const known = now[id]?.factoryId === component.factoryId ? now[id] : undefined
    const before: Record<string, unknown> = { alias: known?.alias, ...known?.properties }
    const changes = Object.entries(properties).filter(([name, value]) => !isDeepStrictEqual(before[name], value))
    const list = changes.map(([name, value]) => ({ name, value }))
    if (known) {
      if (list.length === 0) continue
      await client.callEdge(edgeId, 'updateComponentConfig', { componentId: id, properties: list })
    } else {
      const named = [{ name: 'id', value: id }, ...list]
      await client.callEdge(edgeId, 'createComponentConfig', { factoryPid: component.factoryId, properties: named })
    }
    touched++
  }
  return touched
}

/** Components after those they refer to: `modbus.id` of a meter names its bridge. */
function inOrder({ components }: StoredEdgeConfig): [string, StoredComponent][] {
  const ordered = new Map<string, StoredComponent>()
  const place = (id: string, above: ReadonlySet<string>) => {
    const component = components[id]
    if (!component || ordered.has(id) || above.has(id)) return
    for (const [name, value] of Object.entries(component.properties))
      if (name.endsWith('.id') && typeof value === 'string') place(value, new Set([...above, id]))
    ordered.set(id, component)
  }
  for (const id of Object.keys(components)) place(id, new Set())
  return [...ordered]
}
