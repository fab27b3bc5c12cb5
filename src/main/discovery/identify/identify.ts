import { SUNSPEC_BASES, UNUSUAL_SUNSPEC_BASES } from '@main/profiles/sunspec/chain'
import type { SunspecModels } from '@main/profiles/sunspec/models'
import type { EvidenceItem } from '@shared/device'
import { type Message, message } from '@shared/message'
import type { DeviceClass, Profile, ProfileComponent } from '@shared/profile'
import { type Candidate, candidatesFor } from './candidate'
import { type Judgement, judge } from './judge'
import { ownName } from './own-name'
import type { ProbeMemory } from './probe-memory'
import { lookForSunspec, type SunspecFinding } from './sunspec'

/** What is known of devices. */
export interface Knowledge {
  readonly profiles: readonly Profile[]
  readonly sunspecModels: SunspecModels
}

/** What a unit is, as far as it can be proven, and why. */
export interface Identity {
  readonly profile: Profile | null
  readonly brand: string | null
  readonly model: string | null
  readonly serial: string | null
  readonly firmware: string | null
  readonly class: DeviceClass | null
  readonly components: readonly ProfileComponent[]
  /** Percent: the weights of the evidence that holds. */
  readonly confidence: number
  readonly proofs: number
  readonly evidence: readonly EvidenceItem[]
  readonly unsure: readonly Message[]
}

/**
 * Finds out what a unit is, by reading only. SunSpec first, for one question answers it; then the profiles, and then what
 * is known of other devices, until one match is certain: a text or a code that no other device says. What merely measures
 * plausible values stays a guess, and the best guess of a profile counts. Whom no profile fits is asked what it calls itself
 * (FC 43/14): last, because many devices do not have that function and take their time to say so. Places where the SunSpec
 * marker is seldom found are looked at when nothing fits.
 */
export async function identify(
  memory: ProbeMemory,
  place: { unit: number; port: number },
  { profiles, sunspecModels }: Knowledge,
): Promise<Identity> {
  const sunspec = (bases: readonly number[]) => lookForSunspec(memory, bases, profiles, sunspecModels)
  const usual = await sunspec(SUNSPEC_BASES)
  if (usual) return bySunspec(usual)

  const judgements: Judgement[] = []
  for (const candidate of candidatesFor(profiles, place)) {
    const isFarFetched = !candidate.profile || !candidate.units.includes(place.unit)
    if (isFarFetched && judgements.some(({ confidence }) => confidence >= CLEAR)) break
    const judgement = await judge(candidate, memory)
    if (judgement?.isCertain) return byRules(judgement, judgements)
    if (judgement) judgements.push(judgement)
  }
  const [best, ...others] = judgements.toSorted((a, b) => b.confidence - a.confidence)
  const isWorthNaming = best !== undefined && best.confidence >= WORTH_NAMING
  if (isWorthNaming && best.candidate.profile) return byRules(best, others)
  const ownWords = SELF_NAMING_UNITS.has(place.unit) ? await askForName(memory) : null
  if (ownWords) return ownWords
  if (isWorthNaming) return byRules(best, others)
  const unusual = await sunspec(UNUSUAL_SUNSPEC_BASES)
  return unusual ? bySunspec(unusual) : unknown(best)
}

/** Where devices that name themselves are met: the ids makers ship with. Behind a gateway the line is slow enough. */
const SELF_NAMING_UNITS: ReadonlySet<number> = new Set([1, 0, 255, 3, 71])

/** A profile that fits so well is not doubted for a device of another unit id, nor for one we have no profile of. */
const CLEAR = 75
/** Below this a likeness is chance. */
const WORTH_NAMING = 30
/** Two candidates as close as this are not told apart. */
const TIE = 5

function bySunspec({ profiles, identity, chain, components, evidence, ...finding }: SunspecFinding): Identity {
  const [profile = null, second] = profiles
  const rival = second && rank(second) === (profile && rank(profile)) ? second : undefined
  return {
    profile,
    brand: identity.manufacturer,
    model: identity.model,
    serial: identity.serial,
    firmware: identity.version,
    class: finding.class,
    components,
    confidence: sum(evidence),
    proofs: evidence.filter(({ weight }) => weight > 0).length,
    evidence,
    unsure: [
      ...(profile ? [] : [message('found.unsure.no-profile')]),
      ...(rival ? [tied(nameOf(rival))] : []),
      ...(chain.complete ? [] : [message('found.unsure.chain-cut')]),
      ...(identity.manufacturer ? [] : [message('found.unsure.unnamed')]),
    ],
  }
}

/** A profile that asks for maker and model stands above one for all makers. */
function rank({ sunspec }: Profile): number {
  return Number(sunspec?.manufacturer !== undefined) + Number(sunspec?.model !== undefined)
}

function byRules(judgement: Judgement, others: readonly Judgement[]): Identity {
  const { candidate, brand, model, serial, firmware, confidence, proofs, evidence, isCertain } = judgement
  const { profile } = candidate
  const rival = others.find(
    (other) => other.confidence >= confidence - TIE && nameOf(other.candidate) !== nameOf(candidate),
  )
  return {
    profile,
    brand,
    model,
    serial,
    firmware,
    class: candidate.class,
    components: profile?.components ?? [],
    confidence,
    proofs,
    evidence,
    unsure: [
      ...(isCertain ? [] : [message('found.unsure.guess')]),
      ...(rival ? [tied(nameOf(rival.candidate))] : []),
      ...(profile ? [] : [message('found.unsure.no-profile')]),
      ...(profile && firmware === null ? [message('found.unsure.firmware')] : []),
    ],
  }
}

/** Nothing is known of it. */
export const NAMELESS: Identity = {
  profile: null,
  brand: null,
  model: null,
  serial: null,
  firmware: null,
  class: null,
  components: [],
  confidence: 0,
  proofs: 0,
  evidence: [],
  unsure: [],
}

/** By what it says of itself: a maker without a profile here has at least its name. */
async function askForName(memory: ProbeMemory): Promise<Identity | null> {
  const named = await ownName(memory)
  if (!named) return null
  const { evidence } = named
  return {
    ...NAMELESS,
    ...named,
    confidence: sum(evidence),
    proofs: evidence.filter(({ weight }) => weight > 0).length,
    unsure: [message('found.unsure.no-profile')],
  }
}

function unknown(nearest: Judgement | undefined): Identity {
  const evidence = nearest?.evidence.map((proof) => ({ ...proof, weight: 0 })) ?? []
  return { ...NAMELESS, evidence, unsure: [message('found.unsure.unknown')] }
}

function tied(other: string): Message {
  return message('found.unsure.tie', { other })
}

function nameOf(thing: Profile | Candidate): string {
  if ('products' in thing) return `${thing.products[0]?.brand ?? ''} ${thing.products[0]?.model ?? thing.id}`.trim()
  return `${thing.brand} ${thing.model ?? ''}`.trim()
}

function sum(evidence: readonly EvidenceItem[]): number {
  return evidence.reduce((total, { weight }) => total + weight, 0)
}
