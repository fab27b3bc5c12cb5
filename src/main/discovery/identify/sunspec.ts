import { findSunspecBase, type ReadRegisters, type SunspecChain, walkChain } from '@main/profiles/sunspec/chain'
import {
  matchSunspec,
  modelsToRead,
  partsOf,
  type SunspecIdentity,
  sunspecIdentity,
} from '@main/profiles/sunspec/match'
import type { SunspecModels } from '@main/profiles/sunspec/models'
import { locatePoint } from '@main/profiles/sunspec/points'
import type { EvidenceItem } from '@shared/device'
import { message } from '@shared/message'
import type { DeviceClass, Profile, ProfileComponent } from '@shared/profile'
import { writeAnswer, writeQuestion } from './judge'
import type { ProbeMemory } from './probe-memory'

/** A chain of SunSpec models, whose it is and which profiles speak for it, the best first. */
export interface SunspecFinding {
  readonly chain: SunspecChain
  readonly identity: SunspecIdentity
  readonly profiles: readonly Profile[]
  /** What this very device offers of the best profile. */
  readonly components: readonly ProfileComponent[]
  readonly class: DeviceClass
  readonly evidence: readonly EvidenceItem[]
}

/** Looks for the marker at these addresses and walks the chain behind it. null: no marker, this is no SunSpec device. */
export async function lookForSunspec(
  memory: ProbeMemory,
  bases: readonly number[],
  profiles: readonly Profile[],
  models: SunspecModels,
): Promise<SunspecFinding | null> {
  const read: ReadRegisters = async (at, words) => {
    const answer = await memory.read({ fc: 3, at, words })
    return answer?.kind === 'words' ? answer.words : null
  }
  const possible = bases.filter((base) => (memory.wordAt(3, base) ?? MARKER) === MARKER)
  const base = await findSunspecBase(read, possible)
  if (base === null) return null
  memory.extend(100)
  const own = profiles.filter(({ kind }) => kind === 'sunspec')
  const wanted = modelsToRead(own)
  const chain = await walkChain(read, base, (id) => wanted.has(id))
  const identity = sunspecIdentity(chain.models, models)
  const matching = matchSunspec(own, identity, chain.models)
  const [best] = matching
  return {
    chain,
    identity,
    profiles: matching,
    components: best ? partsOf(best, chain.models, models) : [],
    class: best?.class ?? classOf(chain),
    evidence: evidenceOf(chain, models),
  }
}

/** First word of "SunS". */
const MARKER = 0x5375

/** Points of the common model that say who it is, and what each is worth. */
const PROOFS = [
  { point: 'Mn', title: 'maker-name', weight: 20 },
  { point: 'Md', title: 'model-name', weight: 20 },
  { point: 'SN', title: 'serial-number', weight: 10 },
  { point: 'Vr', title: 'firmware', weight: 0 },
] as const

function evidenceOf(chain: SunspecChain, models: SunspecModels): EvidenceItem[] {
  const found = chain.models.map(({ id }) => id)
  const [first] = chain.models
  return [
    item('sunspec-marker', chain.base, [MARKER, 0x6e53], 'SunS', 40),
    ...commonEvidence(chain, models),
    ...(first ? [item('sunspec-models', first.address, found, found.join(', '), 10)] : []),
  ]
}

function commonEvidence(chain: SunspecChain, models: SunspecModels): EvidenceItem[] {
  const common = chain.models.find(({ id }) => id === 1)
  const definition = models.get(1)
  if (!common?.words || !definition) return []
  const { words, length, address } = common
  return PROOFS.flatMap(({ point, title, weight }) => {
    const place = locatePoint(definition, length, point)
    if (!place) return []
    const own = Array.from({ length: place.definition.words }, (_, index) => words[place.offset + index] ?? 0)
    const says = String.fromCharCode(...own.flatMap((word) => [word >> 8, word & 0xff]))
      .split('\0')[0]
      ?.trim()
    return says ? [item(title, address + place.offset, own, says, weight)] : []
  })
}

function item(title: string, at: number, words: readonly number[], says: string, weight: number): EvidenceItem {
  const last = words.findLastIndex((word) => word !== 0)
  return {
    verdict: 'passed',
    title: message(`evidence.${title}`),
    probe: writeQuestion({ fc: 3, at, words: words.length }),
    answer: writeAnswer({ kind: 'words', words: Uint16Array.from(words.slice(0, last + 1)) }),
    says,
    weight,
  }
}

/** SunSpec Device Information Model Reference, model ranges: 1xx and 7xx inverters, 2xx meters, 8xx storage. */
function classOf({ models }: SunspecChain): DeviceClass {
  const has = (from: number, to: number) => models.some(({ id }) => id >= from && id <= to)
  if (has(101, 113) || has(701, 701)) return 'inverter'
  if (has(201, 220)) return 'meter'
  return has(801, 899) ? 'battery' : 'other'
}
