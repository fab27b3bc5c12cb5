import { IDENTIFICATION_OBJECTS as OBJECTS } from '@main/protocols/modbus/identification'
import type { EvidenceItem } from '@shared/device'
import { identificationText } from '@shared/identification-text'
import { message } from '@shared/message'
import { writeObjectQuestion } from './judge'
import type { ProbeMemory } from './probe-memory'

/** What a unit calls itself. */
export interface OwnName {
  readonly brand: string
  readonly model: string | null
  readonly firmware: string | null
  readonly evidence: readonly EvidenceItem[]
}

/**
 * Maker, product and revision as the unit tells them by FC 43/14. null: it does not have that function, or names no maker.
 * Source: MODBUS Application Protocol Specification V1.1b3, §6.21, basic device identification.
 */
export async function ownName(memory: ProbeMemory): Promise<OwnName | null> {
  const answer = await memory.identification(1)
  if (answer?.kind !== 'objects') return null
  const read = PROOFS.map(({ object, ...proof }) => {
    const bytes = answer.objects.get(object) ?? new Uint8Array()
    return { ...proof, object, bytes, text: identificationText(bytes) }
  })
  const [brand, model, firmware] = read.map(({ text }) => text)
  if (!brand) return null
  const evidence = read
    .filter(({ text }) => text !== '')
    .map(({ object, title, weight, bytes, text }) => ({
      verdict: 'passed' as const,
      title: message(`evidence.${title}`),
      probe: writeObjectQuestion(object),
      answer: Buffer.from(bytes)
        .toString('hex')
        .toUpperCase()
        .replaceAll(/(..)(?=.)/g, '$1 '),
      says: text,
      weight,
    }))
  return { brand, model: model || null, firmware: firmware || null, evidence }
}

/** What each is worth: words of its own, but anybody may say them. */
const PROOFS = [
  { object: OBJECTS.vendor, title: 'maker-name', weight: 40 },
  { object: OBJECTS.product, title: 'product-code', weight: 30 },
  { object: OBJECTS.revision, title: 'firmware', weight: 0 },
] as const
