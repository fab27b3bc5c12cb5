import type { DeviceClass, IdentifyRule, Profile } from '@shared/profile'
import type { Question } from '../asker'
import { FINGERPRINTS, type Fingerprint } from './fingerprints'

/** Something a unit may be, and the rules that tell: a profile, or a fingerprint of a device without one. */
export interface Candidate {
  readonly profile: Profile | null
  readonly brand: string
  readonly model: string | null
  readonly class: DeviceClass
  readonly rules: readonly IdentifyRule[]
  readonly units: readonly number[]
  readonly port: number
  readonly maxGap: number
  readonly maxRegisters: number
  readonly blocks: readonly Question[]
  readonly models: Readonly<Record<string, string>>
  /** One of its required rules asks for something that no other device says: a name, a code. */
  readonly isExact: boolean
}

/**
 * All that a unit with this id behind this port may be: profiles before bare fingerprints, then those that ship with this
 * id, then by certainty, then by port.
 */
export function candidatesFor(
  profiles: readonly Profile[],
  { unit, port }: { unit: number; port: number },
): readonly Candidate[] {
  const candidates = [
    ...profiles.filter(({ kind }) => kind === 'registers').map(fromProfile),
    ...FINGERPRINTS.map(fromFingerprint),
  ]
  const cost = (candidate: Candidate) =>
    (candidate.profile ? 0 : 8) +
    (candidate.units.includes(unit) ? 0 : 4) +
    (candidate.isExact ? 0 : 2) +
    (candidate.port === port ? 0 : 1)
  return candidates.toSorted((a, b) => cost(a) - cost(b))
}

/** Ids that the makers of these devices ship with; asked when nobody else has answered. */
export function fingerprintUnits(): readonly number[] {
  return [...new Set(FINGERPRINTS.flatMap(({ units }) => units))]
}

function fromProfile(profile: Profile): Candidate {
  const [product] = profile.products
  const { connect, identify: rules } = profile
  return {
    profile,
    brand: product?.brand ?? profile.id,
    model: product?.model ?? null,
    class: profile.class,
    rules,
    units: [connect.unitId, ...connect.unitIds],
    port: connect.port,
    maxGap: connect.maxGap,
    maxRegisters: connect.maxRegisters,
    blocks: profile.identifyBlocks ?? [],
    models: {},
    isExact: isExact(rules),
  }
}

function fromFingerprint({ brand, model, rules, units, blocks, models, guess, ...rest }: Fingerprint): Candidate {
  return {
    profile: null,
    brand,
    model,
    class: rest.class,
    rules,
    units,
    port: rest.port ?? 502,
    maxGap: 0,
    maxRegisters: 64,
    blocks: blocks ?? [],
    models: models ?? {},
    isExact: !guess && isExact(rules),
  }
}

function isExact(rules: readonly IdentifyRule[]): boolean {
  return rules.some((rule) => rule.required && !rule.range && rule.exception === undefined)
}
