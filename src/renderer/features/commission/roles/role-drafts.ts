import { ComponentId, type EdgeConfig, type PropertyValue } from '@shared/edge-config'
import type { Message } from '@shared/message'
import type { RoleProposal } from '@shared/rpc'
import type { Finding } from '@shared/site'
import { isHeatName } from '../../plant/parts'

/** What the person has set for one part; what is missing is as proposed. */
export interface RoleEdit {
  readonly role?: string
  readonly alias?: string
  readonly id?: string
  readonly invert?: boolean
}

/** One row: a part of a device, what it shall be, and what would have to be done. */
export interface RoleRow {
  readonly key: string
  readonly proposal: RoleProposal
  readonly role: string
  readonly alias: string
  readonly id: string
  readonly invert: boolean
  /** `create`: no component yet · `update`: differs from the stored one · `none`: as it is. */
  readonly todo: 'create' | 'update' | 'none'
  /** Why it cannot be stored as it is. */
  readonly problem: 'id' | 'id-taken' | 'alias' | null
}

export const keyOf = ({ deviceId, part }: RoleProposal) => `${deviceId} ${part}`

/** Names that say what a thing does at this site, for roles where the model's name does not. */
export type NameOfRole = (role: string) => string | null

/**
 * Proposals, what is stored already, and what the person has changed, as rows. Nothing is stored by this: the rows say
 * what `applyRows` would do.
 */
export function roleRows(
  proposals: readonly RoleProposal[],
  config: EdgeConfig,
  edits: ReadonlyMap<string, RoleEdit>,
  nameOfRole: NameOfRole,
): RoleRow[] {
  const names = new Set(Object.values(config.components).map(({ alias }) => alias))
  const ids = new Map<string, number>()
  const rows = proposals.map((proposal): RoleRow => {
    const key = keyOf(proposal)
    const edit = edits.get(key) ?? {}
    const stored = proposal.componentId === null ? undefined : config.components[proposal.componentId]
    const storedRole = stored ? roleOfStored(proposal, stored.alias) : proposal.role
    const role = edit.role ?? storedRole
    const alias = edit.alias ?? stored?.alias ?? freeName(nameOfRole(role) ?? proposal.alias, names)
    names.add(alias)
    const storedInvert = (stored?.properties.invert ?? proposal.properties.invert) === true
    const invert = edit.invert ?? storedInvert
    const id = stored ? proposal.id : (edit.id ?? proposal.id)
    ids.set(id, (ids.get(id) ?? 0) + 1)
    const changed = stored && (role !== storedRole || alias !== stored.alias || invert !== storedInvert)
    return {
      key,
      proposal,
      role,
      alias,
      id,
      invert,
      todo: stored ? (changed ? 'update' : 'none') : 'create',
      problem: null,
    }
  })
  return rows.map((row) => {
    const taken = (ids.get(row.id) ?? 0) > 1 || (row.todo === 'create' && row.id in config.components)
    const problem = !ComponentId.safeParse(row.id).success
      ? 'id'
      : taken
        ? 'id-taken'
        : row.alias.trim() === ''
          ? 'alias'
          : null
    return problem ? { ...row, problem } : row
  })
}

/** OpenEMS stores a heat pump as a plain meter of consumption; its name brings the role back. */
function roleOfStored({ role, roles }: RoleProposal, alias: string): string {
  return roles.includes('heat-pump') && role !== 'grid' && role !== 'production' && isHeatName(alias)
    ? 'heat-pump'
    : role
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  for (let number = 2; ; number++) if (!taken.has(`${name} ${number}`)) return `${name} ${number}`
}

/**
 * What the rows as they stand would break: exactly one meter stands at the grid connection. As long as nothing is pending
 * the engine's own findings say the same and more.
 */
export function draftFindings(rows: readonly RoleRow[]): Finding[] {
  const grids = rows.filter(({ role }) => role === 'grid').map(({ id }) => id)
  if (grids.length === 1) return []
  const message: Message =
    grids.length === 0
      ? { key: 'finding.grid-meter.none' }
      : { key: 'finding.grid-meter.several', args: { ids: grids.join(', ') } }
  return [{ id: 'draft.grid-meter', verdict: 'failed', subject: grids.join(','), message, step: 'roles' }]
}

type PropertyList = { name: string; value: PropertyValue }[]
const listOf = (properties: Readonly<Record<string, PropertyValue>>): PropertyList =>
  Object.entries(properties).map(([name, value]) => ({ name, value }))

/** Properties of createComponentConfig for a new component. */
export function createProperties({ proposal, id, alias, role, invert }: RoleRow): PropertyList {
  return listOf({
    id,
    alias,
    ...proposal.properties,
    ...proposal.byRole[role],
    ...(proposal.canInvert ? { invert } : {}),
  })
}

/** Properties of updateComponentConfig: only what the person could change here. */
export function updateProperties({ proposal, alias, role, invert }: RoleRow): PropertyList {
  return listOf({ alias, ...proposal.byRole[role], ...(proposal.canInvert ? { invert } : {}) })
}

export function bridgeProperties({ id, alias, properties }: RoleProposal['bridge']): PropertyList {
  return listOf({ id, alias, ...properties })
}
