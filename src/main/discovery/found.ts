import type { EvidenceItem, FoundDevice, FoundKind } from '@shared/device'
import { type Message, message } from '@shared/message'
import type { AskRecord, Question } from './asker'
import type { Identity } from './identify/identify'
import { writeAnswer, writeQuestion } from './identify/judge'
import type { SeenUnit } from './unit-sweep'

/** A door: where rows of the found list come from. */
export interface Place {
  readonly host: string
  readonly port: number
}

/** The id of a found device: `192.168.1.31:502/1`, of a whole host `192.168.1.31:502`. */
export function foundId({ host, port }: Place, unit: number | null): string {
  const door = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  return unit === null ? door : `${door}/${unit}`
}

/** A unit that has spoken, with all that could be found out about it. What a person decided about it is not known here. */
export function unitRow(place: Place, seen: SeenUnit, identity: Identity, record: AskRecord, at: number): FoundDevice {
  const { profile, components, evidence, unsure, ...known } = identity
  const { medianMs } = record
  return {
    ...emptyRow('device', place, seen.unit, at),
    brand: known.brand,
    model: known.model,
    serial: known.serial,
    firmware: known.firmware,
    profile: profile?.id ?? null,
    class: known.class,
    confidence: known.confidence,
    proofs: known.proofs,
    natures: [...new Set(components.flatMap(({ natures }) => natures))],
    components: components.map(({ id }) => id),
    evidence: evidence.length > 0 ? [...evidence] : [firstWords(seen)],
    unsure: [...unsure],
    ...record,
    problem:
      medianMs !== null && medianMs > SLOW_MS
        ? { verdict: 'warn', message: message('found.problem.slow', { ms: Math.round(medianMs) }) }
        : null,
  }
}

/** Something that is no device of its own: a gateway, a closed door, one of our own listeners. */
export function hostRow(
  kind: Exclude<FoundKind, 'device'>,
  place: Place,
  at: number,
  details: Partial<Pick<FoundDevice, 'model' | 'asked' | 'answered' | 'medianMs' | 'unsure' | 'evidence'>> & {
    args?: Message['args']
  } = {},
): FoundDevice {
  const { args, ...known } = details
  const isWorthALook = kind !== 'gateway' && kind !== 'own-listener'
  return {
    ...emptyRow(kind, place, null, at),
    ...known,
    problem: isWorthALook ? { verdict: 'warn', message: message(`found.problem.${kind}`, args) } : null,
  }
}

/** A unit that answers for every id and that nobody knows: still one row, but hardly a device. */
export function withoutIdentity(row: FoundDevice): FoundDevice {
  return {
    ...row,
    kind: 'answers-every-unit',
    problem: { verdict: 'warn', message: message('found.problem.answers-every-unit') },
  }
}

/** The first answer of a unit, or what came instead: proof that somebody, or nobody, is there. */
export function firstWords({ question, answer }: { question: Question; answer: SeenUnit['answer'] }): EvidenceItem {
  const alive = answer.kind === 'words' || answer.kind === 'exception'
  return {
    verdict: alive ? 'passed' : 'failed',
    title: message('evidence.first-answer'),
    probe: writeQuestion(question),
    answer: writeAnswer(answer),
    says: '',
    weight: 0,
  }
}

/** How a gateway shows itself: it lives, and refuses in the name of a unit that is not there. */
export function refusalWords(refusal: SeenUnit): EvidenceItem {
  return { ...firstWords(refusal), title: message('evidence.gateway-refusal', { unit: refusal.unit }) }
}

/** Slower than this is worth a look: a poll of such a device takes seconds. */
const SLOW_MS = 300

function emptyRow(kind: FoundKind, place: Place, unit: number | null, at: number): FoundDevice {
  return {
    id: foundId(place, unit),
    kind,
    link: { kind: 'modbus-tcp', ...place, unit },
    brand: null,
    model: null,
    serial: null,
    firmware: null,
    profile: null,
    class: null,
    confidence: 0,
    proofs: 0,
    natures: [],
    components: [],
    evidence: [],
    unsure: [],
    asked: 0,
    answered: 0,
    medianMs: null,
    problem: null,
    firstSeenAt: at,
    lastSeenAt: at,
    use: null,
    ignored: false,
  }
}
