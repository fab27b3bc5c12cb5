import type { Profile, ProfileComponent, SunspecCondition } from '@shared/profile'
import type { FoundModel } from './chain'
import type { SunspecModels } from './models'
import { locatePoint, modelValues, pointValue } from './points'

/** What the common model says about a device; null where it says nothing. */
export interface SunspecIdentity {
  readonly manufacturer: string | null
  readonly model: string | null
  readonly options: string | null
  readonly version: string | null
  readonly serial: string | null
}

/** Reads the first common model of a chain. */
export function sunspecIdentity(chain: readonly FoundModel[], models: SunspecModels): SunspecIdentity {
  const definition = models.get(1)
  const words = chain.find((model) => model.id === 1)?.words
  const values = definition && words ? modelValues(definition, words) : new Map<string, unknown>()
  const text = (point: string) => {
    const value = values.get(point)
    return typeof value === 'string' ? value : null
  }
  return {
    manufacturer: text('Mn'),
    model: text('Md'),
    options: text('Opt'),
    version: text('Vr'),
    serial: text('SN'),
  }
}

/** Models whose contents decide what a device is: its name, and whether a battery is there. */
export function modelsToRead(profiles: readonly Profile[]): ReadonlySet<number> {
  const conditions = profiles.flatMap(({ components }) =>
    components.flatMap(({ when, unless }) => [...when, ...unless]),
  )
  return new Set([1, ...conditions.filter(({ point }) => point !== undefined).map(({ model }) => model)])
}

/** The SunSpec profiles that speak for this chain, the one that asks for most first: a maker's own before a general one. */
export function matchSunspec(
  profiles: readonly Profile[],
  identity: SunspecIdentity,
  chain: readonly FoundModel[],
): Profile[] {
  const demands = ({ sunspec }: Profile) => Number(Boolean(sunspec?.manufacturer)) + Number(Boolean(sunspec?.model))
  return profiles
    .filter(({ sunspec }) => {
      if (!sunspec) return false
      if (sunspec.manufacturer && !new RegExp(sunspec.manufacturer).test(identity.manufacturer ?? '')) return false
      if (sunspec.model && !new RegExp(sunspec.model).test(identity.model ?? '')) return false
      return chain.some(({ id }) => sunspec.models.includes(id))
    })
    .sort((a, b) => demands(b) - demands(a))
}

/**
 * The components this very device offers: of a hybrid inverter with a battery other ones than of the same without.
 * For a fixed register map these are all of the profile.
 */
export function partsOf(profile: Profile, chain: readonly FoundModel[], models: SunspecModels): ProfileComponent[] {
  const holds = (condition: SunspecCondition) => isMet(condition, chain, models)
  return profile.components.filter(({ when, unless }) => (when.length === 0 || when.some(holds)) && !unless.some(holds))
}

function isMet(condition: SunspecCondition, chain: readonly FoundModel[], models: SunspecModels): boolean {
  const found = chain.find(({ id }) => id === condition.model)
  if (!found) return false
  if (condition.point === undefined) return true
  const definition = models.get(found.id)
  const place = definition && locatePoint(definition, found.length, condition.point)
  if (!place || !found.words) return false
  const { words } = found
  const value = pointValue(place, (offset) => words[offset] ?? 0)
  return condition.equals === undefined ? value !== null : value === condition.equals
}
