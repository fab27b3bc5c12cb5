import { GENERIC_FACTORY } from '@main/profiles/profile-library'
import type { FoundDevice } from '@shared/device'
import type { Properties, StoredEdgeConfig } from '@shared/edge-config'
import type { DeviceRole, Profile, ProfileComponent } from '@shared/profile'
import type { RoleProposal } from '@shared/rpc'

/** OpenEMS's meter type for each role a meter can have. */
const METER_TYPE: Readonly<Record<DeviceRole, string | null>> = {
  grid: 'GRID',
  production: 'PRODUCTION',
  consumption: 'CONSUMPTION_METERED',
  'sub-consumption': 'CONSUMPTION_METERED',
  'heat-pump': 'CONSUMPTION_METERED',
  other: 'CONSUMPTION_NOT_METERED',
  battery: null,
  evcs: null,
}

export interface RoleSources {
  readonly devices: readonly FoundDevice[]
  readonly config: StoredEdgeConfig
  profile(id: string): Profile | undefined
}

/**
 * One proposal per component that the used devices can become: its factory, a free id, the bridge it needs, and the
 * property changes each role brings. Nothing is stored here; whoever accepts a proposal creates the components.
 */
export function proposeRoles({ devices, config, profile }: RoleSources): RoleProposal[] {
  const taken = new Set(Object.keys(config.components))
  const bridges = new Map<string, RoleProposal['bridge']>()
  let hasGrid = Object.values(config.components).some((component) => component.properties.type === 'GRID')
  const proposals: RoleProposal[] = []

  for (const device of [...devices].sort(likelyGridFirst(profile))) {
    const known = device.profile === null ? undefined : profile(device.profile)
    if (!known || device.link.unit === null) continue
    for (const partId of device.components) {
      const part = known.components.find((component) => component.id === partId)
      if (!part) continue
      const bridge = bridgeFor(device, config, bridges, taken)
      const existing = existingComponent(device, known, part, bridge.id, config)
      const roles = [...part.roles]
      const storedType = existing ? config.components[existing]?.properties.type : undefined
      const role =
        roles.find((candidate) => existing !== null && METER_TYPE[candidate] === storedType) ??
        roles.find((candidate) => candidate !== 'grid' || !hasGrid) ??
        roles[0] ??
        'other'
      if (role === 'grid') hasGrid = true
      const id = existing ?? freeId(part.prefix, taken)
      taken.add(id)
      proposals.push({
        deviceId: device.id,
        part: part.id,
        title: [device.brand, device.model].filter(Boolean).join(' ') || part.title,
        factoryId: part.factoryId,
        roles,
        role,
        componentId: existing,
        id,
        alias: (existing && config.components[existing]?.alias) || part.title,
        properties: propertiesOf(device, known, part, bridge.id, role),
        byRole: Object.fromEntries(roles.map((candidate) => [candidate, typeOf(part, candidate)])),
        bridge,
        canInvert: 'invert' in part.properties,
      })
    }
  }
  return proposals
}

function propertiesOf(
  device: FoundDevice,
  profile: Profile,
  part: ProfileComponent,
  bridgeId: string,
  role: DeviceRole,
): Properties {
  return {
    ...(part.factoryId === GENERIC_FACTORY ? { profile: profile.id, component: part.id } : {}),
    'modbus.id': bridgeId,
    modbusUnitId: device.link.unit ?? profile.connect.unitId,
    ...part.properties,
    ...typeOf(part, role),
  }
}

function typeOf(part: ProfileComponent, role: DeviceRole): Properties {
  const type = 'type' in part.properties ? METER_TYPE[role] : null
  return type === null ? {} : { type }
}

function bridgeFor(
  device: FoundDevice,
  config: StoredEdgeConfig,
  bridges: Map<string, RoleProposal['bridge']>,
  taken: Set<string>,
): RoleProposal['bridge'] {
  const { host, port } = device.link
  const key = `${host}:${port}`
  const known = bridges.get(key)
  if (known) return known
  const stored = Object.entries(config.components).find(
    ([, { factoryId, properties }]) =>
      factoryId === 'Bridge.Modbus.Tcp' && properties.ip === host && (properties.port ?? 502) === port,
  )
  const id = stored?.[0] ?? freeId('modbus', taken)
  taken.add(id)
  const bridge = {
    id,
    exists: stored !== undefined,
    factoryId: 'Bridge.Modbus.Tcp',
    alias: key,
    properties: { ip: host, port },
  }
  bridges.set(key, bridge)
  return bridge
}

/** The stored component that is this part of this device. Several parts may share our generic factory. */
function existingComponent(
  device: FoundDevice,
  profile: Profile,
  part: ProfileComponent,
  bridgeId: string,
  config: StoredEdgeConfig,
): string | null {
  const found = Object.entries(config.components).find(
    ([, { factoryId, properties }]) =>
      factoryId === part.factoryId &&
      (properties['modbus.id'] ?? 'modbus0') === bridgeId &&
      (properties.modbusUnitId ?? profile.connect.unitId) === device.link.unit &&
      (part.factoryId !== GENERIC_FACTORY ||
        (properties.profile === profile.id && (properties.component ?? profile.components[0]?.id) === part.id)),
  )
  return found?.[0] ?? null
}

function freeId(prefix: string, taken: ReadonlySet<string>): string {
  for (let number = 0; ; number++) if (!taken.has(`${prefix}${number}`)) return `${prefix}${number}`
}

/** The grid meter is more likely the three-phase one, then the surer one. */
const likelyGridFirst = (profile: RoleSources['profile']) => {
  const phases = (device: FoundDevice) =>
    Number(device.profile !== null && profile(device.profile)?.fields.some((field) => field.channel === 'VoltageL2'))
  return (a: FoundDevice, b: FoundDevice): number =>
    phases(b) - phases(a) || b.confidence - a.confidence || a.id.localeCompare(b.id)
}
