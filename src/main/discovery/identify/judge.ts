import { evaluateRule } from '@main/profiles/identify'
import type { IdentificationCode } from '@main/protocols/modbus/identification'
import type { EvidenceItem } from '@shared/device'
import { message } from '@shared/message'
import type { IdentifyRule, ObjectRule, RegisterRule } from '@shared/profile'
import type { Answer, ObjectsAnswer, Question } from '../asker'
import type { Candidate } from './candidate'
import type { ProbeMemory } from './probe-memory'

/** How well a unit fits a candidate, with every proof that was looked at. */
export interface Judgement {
  readonly candidate: Candidate
  readonly evidence: readonly EvidenceItem[]
  /** Percent: the weights of what held. */
  readonly confidence: number
  readonly proofs: number
  readonly brand: string
  readonly model: string | null
  readonly serial: string | null
  readonly firmware: string | null
  /** Nobody else answers like this: no further candidate needs to be looked at. */
  readonly isCertain: boolean
}

/** Confidence from which an exact match ends the search. */
const ENOUGH = 50

/**
 * Holds a unit against a candidate. Its required rules come first, and one that does not hold ends it: null. Rules that
 * are neighbours are read together, and what others have read is not read again.
 */
export async function judge(candidate: Candidate, memory: ProbeMemory): Promise<Judgement | null> {
  for (const block of candidate.blocks) {
    const answer = await memory.read(block)
    if (answer?.kind !== 'words') return null
  }
  const required = candidate.rules.filter((rule) => rule.required)
  const optional = candidate.rules.filter((rule) => !rule.required)
  const seen: Seen[] = []
  for (const group of [required, optional]) {
    const [inRegisters, inObjects] = [group.filter(isRegisterRule), group.filter(isObjectRule)]
    const [first] = inRegisters
    // Most candidates fall by their first proof; it alone is one question, in a block with others it may be two.
    if (first?.required && !(await look(first, memory)).matched) return null
    await memory.prefetch(inRegisters.map(questionOf), candidate.maxGap, candidate.maxRegisters)
    // Registers first: a device that they rule out is not asked what it calls itself.
    for (const rule of [...inRegisters, ...inObjects]) {
      const looked = await look(rule, memory)
      if (rule.required && !looked.matched) return null
      seen.push(looked)
    }
  }
  const held = seen.filter(({ matched }) => matched)
  const confidence = held.reduce((sum, { rule }) => sum + rule.weight, 0)
  const yielded = (what: IdentifyRule['yields']) => held.find(({ rule }) => rule.yields === what)?.value || null
  return {
    candidate,
    evidence: seen.filter(({ rule, matched }) => matched || rule.weight > 0).map(evidenceOf),
    confidence,
    proofs: held.filter(({ rule }) => rule.weight > 0).length,
    brand: yielded('brand') ?? candidate.brand,
    model: nameOf(candidate, yielded('model')),
    serial: yielded('serial'),
    firmware: yielded('firmware'),
    isCertain: candidate.isExact && confidence >= ENOUGH,
  }
}

interface Seen {
  readonly rule: IdentifyRule
  readonly matched: boolean
  /** null: not asked, the limits were reached before. */
  readonly raw: string | null
  readonly value: string
}

async function look(rule: IdentifyRule, memory: ProbeMemory): Promise<Seen> {
  const answer = isObjectRule(rule)
    ? await memory.identification(categoryOf(rule.object))
    : await memory.read(questionOf(rule))
  if (answer === null) return { rule, matched: false, raw: null, value: '' }
  const { matched, raw, value } = evaluateRule(rule, ruleAnswerOf(answer, rule))
  return { rule, matched, raw: 'waitedMs' in answer ? writeAnswer(answer) : raw, value: value.trim() }
}

/** Modbus Application Protocol V1.1b3, §6.21: which category an object belongs to. */
function categoryOf(object: number): IdentificationCode {
  if (object <= 2) return 1
  return object < 0x80 ? 2 : 3
}

function ruleAnswerOf(answer: Answer | ObjectsAnswer, rule: IdentifyRule) {
  if (answer.kind === 'objects') return { bytes: (isObjectRule(rule) && answer.objects.get(rule.object)) || [] }
  if (answer.kind === 'words') return { words: answer.words }
  if (answer.kind === 'exception') return { exception: answer.code }
  return { silent: true } as const
}

function evidenceOf({ rule, matched, raw, value }: Seen): EvidenceItem {
  return {
    verdict: raw === null ? 'notrun' : matched ? 'passed' : 'unsure',
    title: message(`evidence.${rule.says}`),
    probe: isObjectRule(rule) ? writeObjectQuestion(rule.object) : writeQuestion(questionOf(rule)),
    answer: raw ?? '',
    says: value,
    weight: matched ? rule.weight : 0,
  }
}

/** `0001 00A4`, `exception 2`, `no answer in 500 ms`, as the screen prints an answer. */
export function writeAnswer(answer: Answer): string {
  if (answer.kind === 'words') {
    return Array.from(answer.words, (word) => word.toString(16).toUpperCase().padStart(4, '0')).join(' ')
  }
  if (answer.kind === 'exception') return `exception ${answer.code}`
  const seen = answer.seen === '' ? '' : ` (${answer.seen})`
  if (answer.kind === 'dropped') return `connection closed${seen}`
  if (answer.kind === 'foreign') return `no Modbus${seen}`
  return `no answer in ${Math.round(answer.waitedMs)} ms${seen}`
}

function nameOf({ models, model }: Candidate, yielded: string | null): string | null {
  if (yielded === null) return model
  const names = Object.entries(models)
  return names.find(([pattern]) => new RegExp(pattern).test(yielded))?.[1] ?? (names.length > 0 ? model : yielded)
}

function questionOf({ fc, at, words }: RegisterRule): Question {
  return { fc, at, words }
}

const isObjectRule = (rule: IdentifyRule): rule is ObjectRule => 'object' in rule
const isRegisterRule = (rule: IdentifyRule): rule is RegisterRule => !isObjectRule(rule)

/** `FC43/14 object 0`. */
export function writeObjectQuestion(object: number): string {
  return `FC43/14 object ${object}`
}

/** `FC4 0x0034 ×2`, as the screen prints a question. */
export function writeQuestion({ fc, at, words }: Question): string {
  return `FC${fc} 0x${at.toString(16).toUpperCase().padStart(4, '0')} ×${words}`
}
