import type { RegisterRule } from '@shared/profile'

/** What a rule claims, and how it is called and weighed. */
export type Claim = Partial<RegisterRule> & Pick<RegisterRule, 'says' | 'weight'>

const PLAIN = { wordOrder: 'big', byteOrder: 'big', required: false, unit: '', factor: 1 } as const

/** A rule on a number. */
export function number(fc: 3 | 4, at: number, format: 'uint16' | 'uint32' | 'int32', claim: Claim): RegisterRule {
  return { ...PLAIN, ...claim, fc, at, format, words: format === 'uint16' ? 1 : 2 }
}

/** A rule on the decimal digits of a 32-bit number. */
export function digits(fc: 3 | 4, at: number, matches: string, claim: Claim): RegisterRule {
  return { ...PLAIN, ...claim, fc, at, format: 'uint32', words: 2, matches }
}

/** A rule on a text, two characters per register. */
export function text(fc: 3 | 4, at: number, words: number, matches: string, claim: Claim): RegisterRule {
  return { ...PLAIN, ...claim, fc, at, format: 'string', words, matches }
}

/** Whole numbers, both ends included. */
export function span(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
