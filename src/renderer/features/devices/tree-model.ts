import type { FoundDevice } from '@shared/device'
import type { EdgeConfig } from '@shared/edge-config'
import type { Verdict } from '@shared/message'
import { hostOf } from '../commission/find/found-rows'
import type { Part } from '../plant/parts'

/** A device of the edge, or one that was found and is not used. */
export interface TreeLeaf {
  readonly id: string
  readonly kind: 'component' | 'found'
  readonly name: string
  readonly unit: number | null
  readonly part: Part | null
  readonly found: FoundDevice | null
}

/** A connection: a bridge of the edge, or a host where only something unused was found. */
export interface TreeNode {
  readonly id: string
  readonly kind: 'bridge' | 'host' | 'other'
  /** Address; empty for components that hang on no connection. */
  readonly name: string
  readonly leaves: readonly TreeLeaf[]
}

interface Sources {
  readonly config: EdgeConfig
  readonly parts: readonly Part[]
  readonly found: readonly FoundDevice[]
  readonly nameOf: (device: FoundDevice) => string
}

/**
 * Devices by connection. What was found at the address and unit of a component *is* that component; everything else that
 * was found and is not ignored stands under its host, so that nothing seen on site is lost from sight.
 */
export function treeOf({ config, parts, found, nameOf }: Sources): TreeNode[] {
  const partOf = new Map(parts.map((part) => [part.id, part]))
  const known = new Set<string>()
  const nodes: TreeNode[] = []

  for (const [bridgeId, bridge] of Object.entries(config.components)) {
    if (!bridge.factoryId.startsWith('Bridge.')) continue
    const address = addressOf(bridge.properties)
    const leaves = Object.entries(config.components)
      .filter(([, { properties }]) => properties['modbus.id'] === bridgeId)
      .map(([id, { alias, properties }]): TreeLeaf => {
        const unit = typeof properties.modbusUnitId === 'number' ? properties.modbusUnitId : null
        const device = found.find(({ link }) => sameAddress(link, address) && link.unit === unit) ?? null
        if (device) known.add(device.id)
        return { id, kind: 'component', name: alias || id, unit, part: partOf.get(id) ?? null, found: device }
      })
    const unused = found
      .filter((device) => !known.has(device.id) && !device.ignored && sameAddress(device.link, address))
      .map((device) => foundLeaf(device, nameOf))
    for (const { id } of unused) known.add(id)
    const name = address ? hostOf(address) : bridge.alias || bridgeId
    nodes.push({ id: bridgeId, kind: 'bridge', name, leaves: [...leaves, ...unused].sort(byUnit) })
  }

  const hosts = new Map<string, TreeLeaf[]>()
  for (const device of found) {
    if (known.has(device.id) || device.ignored) continue
    const host = hostOf(device.link)
    hosts.set(host, [...(hosts.get(host) ?? []), foundLeaf(device, nameOf)])
  }
  for (const [host, leaves] of hosts)
    nodes.push({ id: `host ${host}`, kind: 'host', name: host, leaves: leaves.sort(byUnit) })
  nodes.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))

  const free = parts.filter(({ id }) => config.components[id]?.properties['modbus.id'] === undefined)
  if (free.length > 0) {
    const leaves = free.map(
      (part): TreeLeaf => ({ id: part.id, kind: 'component', name: part.alias, unit: null, part, found: null }),
    )
    nodes.push({ id: 'other', kind: 'other', name: '', leaves })
  }
  return nodes
}

/** Only the leaves whose name, id, maker or address hold the text; connections without any go. */
export function filterTree(nodes: readonly TreeNode[], text: string): TreeNode[] {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return [...nodes]
  const has = (...texts: (string | null | undefined)[]) => texts.some((each) => each?.toLowerCase().includes(wanted))
  return nodes.flatMap((node) => {
    if (has(node.name, node.id)) return [node]
    const leaves = node.leaves.filter(({ name, id, found }) => has(name, id, found?.brand, found?.model, found?.serial))
    return leaves.length > 0 ? [{ ...node, leaves }] : []
  })
}

/** The worst of several verdicts; null when all is well. */
export function worst(verdicts: readonly (Verdict | undefined)[]): Verdict | null {
  return DEVIATING.find((each) => verdicts.includes(each)) ?? null
}

const DEVIATING: readonly Verdict[] = ['failed', 'warn', 'unsure', 'waiting']

const foundLeaf = (device: FoundDevice, nameOf: Sources['nameOf']): TreeLeaf => ({
  id: device.id,
  kind: 'found',
  name: nameOf(device),
  unit: device.link.unit,
  part: null,
  found: device,
})

function addressOf(properties: Readonly<Record<string, unknown>>): { host: string; port: number } | null {
  const { ip, port } = properties
  return typeof ip === 'string' ? { host: ip, port: typeof port === 'number' ? port : 502 } : null
}

const sameAddress = (link: { host: string; port: number }, address: { host: string; port: number } | null) =>
  address !== null && link.host === address.host && link.port === address.port

const byUnit = (a: TreeLeaf, b: TreeLeaf) =>
  (a.unit ?? -1) - (b.unit ?? -1) || a.id.localeCompare(b.id, 'en', { numeric: true })
