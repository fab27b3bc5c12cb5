import { identificationText } from '@shared/identification-text'
import { decode } from '@shared/modbus-numbers'
import type { IdentifyRule } from '@shared/profile'
import { tidy } from '@shared/units'

/** What came back when a rule's registers, or its object of the device's identification, were asked for. */
export type RuleAnswer =
  | { readonly bytes: ArrayLike<number> }
  | { readonly words: ArrayLike<number> }
  | { readonly exception: number }
  | { readonly silent: true }

export interface RuleVerdict {
  readonly matched: boolean
  /** What the answer reads as: `231.4 V`, `SDM630`; for a rule that `yields`, the bare identity. Empty: nothing readable. */
  readonly value: string
  /** `4367 66D5`, `exception 2`, `no answer`. */
  readonly raw: string
}

/** Holds one proof of identity against what the device answered. Pure: whoever asks decides what a silence means. */
export function evaluateRule(rule: IdentifyRule, answer: RuleAnswer): RuleVerdict {
  if ('silent' in answer) return { matched: false, value: '', raw: 'no answer' }
  if ('exception' in answer) {
    const raw = `exception ${answer.exception}`
    return { matched: rule.exception === answer.exception, value: '', raw }
  }
  if ('object' in rule || 'bytes' in answer) return evaluateObject(rule, 'bytes' in answer ? answer.bytes : [])
  const raw = hex(answer.words, 4)
  // A rule that expects an exception is broken by any answer; too short an answer proves nothing.
  if (rule.exception !== undefined || answer.words.length < rule.words) return { matched: false, value: '', raw }
  const decoded = decode(rule.format, answer.words, rule)
  const value = typeof decoded === 'number' ? tidy(decoded * rule.factor) : decoded
  return { matched: value !== null && fits(rule, value), value: print(value, rule), raw }
}

function evaluateObject(rule: IdentifyRule, bytes: ArrayLike<number>): RuleVerdict {
  const value = identificationText(bytes)
  const isThere = 'object' in rule && bytes.length > 0
  return { matched: isThere && fits(rule, value), value, raw: isThere ? hex(bytes, 2) : 'no such object' }
}

function fits(rule: IdentifyRule, value: number | string): boolean {
  if (rule.equals !== undefined) return rule.equals === value
  if (rule.oneOf) return typeof value === 'number' && rule.oneOf.includes(value)
  if (rule.range) return typeof value === 'number' && value >= rule.range[0] && value <= rule.range[1]
  if (rule.matches !== undefined) return new RegExp(rule.matches).test(String(value))
  return false
}

function print(value: number | string | null, rule: IdentifyRule): string {
  if (value === null) return ''
  const text = typeof value === 'number' && !Number.isInteger(value) ? String(Number(value.toPrecision(5))) : `${value}`
  return rule.unit === '' || rule.yields ? text : `${text} ${rule.unit}`
}

function hex(numbers: ArrayLike<number>, digits: 2 | 4): string {
  return Array.from(numbers, (number) => number.toString(16).toUpperCase().padStart(digits, '0')).join(' ')
}
