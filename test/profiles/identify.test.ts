import { evaluateRule } from '@main/profiles/identify'
import type { ObjectRule, RegisterRule } from '@shared/profile'
import { describe, expect, it } from 'vitest'

const voltage: RegisterRule = {
  fc: 4,
  at: 0,
  words: 2,
  format: 'float32',
  wordOrder: 'big',
  byteOrder: 'big',
  range: [80, 300],
  weight: 20,
  required: true,
  says: 'voltage-l1',
  unit: 'V',
  factor: 1,
}
const { range: _, ...bare } = voltage

describe('a proof of identity', () => {
  it('holds when the value lies in the range, and says what it read', () => {
    // Eastron SDM630, volkszaehler/mbmd issue 63.
    expect(evaluateRule(voltage, { words: Uint16Array.of(0x4367, 0xaf55) })).toEqual({
      matched: true,
      value: '231.68 V',
      raw: '4367 AF55',
    })
  })

  it('fails on zeros: another maker answers so for registers it does not have', () => {
    expect(evaluateRule(voltage, { words: [0, 0] })).toEqual({ matched: false, value: '0 V', raw: '0000 0000' })
  })

  it('reads no number where there is none, and nothing from an answer that is too short', () => {
    expect(evaluateRule(voltage, { words: [0x7fc0, 0] })).toEqual({ matched: false, value: '', raw: '7FC0 0000' })
    expect(evaluateRule(voltage, { words: [0x4367] })).toEqual({ matched: false, value: '', raw: '4367' })
  })

  it('tells an exception from a silence', () => {
    expect(evaluateRule(voltage, { exception: 2 })).toEqual({ matched: false, value: '', raw: 'exception 2' })
    expect(evaluateRule(voltage, { silent: true })).toEqual({ matched: false, value: '', raw: 'no answer' })
  })

  it('may ask for a refusal: a map that ends where it should', () => {
    const refusal: RegisterRule = { ...bare, exception: 2 }
    expect(evaluateRule(refusal, { exception: 2 }).matched).toBe(true)
    expect(evaluateRule(refusal, { exception: 4 }).matched).toBe(false)
    expect(evaluateRule(refusal, { words: [0, 0] }).matched).toBe(false)
  })

  it('compares a code, a list of codes, or text', () => {
    const code: RegisterRule = { ...bare, format: 'uint16', words: 1, unit: '', equals: 341 }
    expect(evaluateRule(code, { words: [341] })).toEqual({ matched: true, value: '341', raw: '0155' })
    expect(evaluateRule({ ...bare, format: 'uint16', words: 1, oneOf: [0, 1, 0xffff] }, { words: [2] }).matched).toBe(
      false,
    )
    const serial: RegisterRule = { ...bare, format: 'string', matches: '^[0-9]{6}$', yields: 'serial', unit: '' }
    expect(evaluateRule(serial, { words: [0x3031, 0x3233, 0x3435] })).toMatchObject({ matched: true, value: '012345' })
  })

  it('applies the factor before it compares', () => {
    const tenths: RegisterRule = { ...voltage, format: 'uint16', words: 1, factor: 0.1 }
    expect(evaluateRule(tenths, { words: [2305] })).toEqual({ matched: true, value: '230.5 V', raw: '0901' })
  })
})

describe('a proof that the device tells in words', () => {
  const vendor: ObjectRule = {
    object: 0,
    matches: '^ACME',
    weight: 40,
    required: true,
    says: 'maker-name',
    unit: '',
    factor: 1,
  }

  it('holds on the text of the object, without what the device fills it up with', () => {
    expect(evaluateRule(vendor, { bytes: Buffer.from('ACME \0\0') })).toEqual({
      matched: true,
      value: 'ACME',
      raw: '41 43 4D 45 20 00 00',
    })
    expect(evaluateRule(vendor, { bytes: Buffer.from('Other') }).matched).toBe(false)
    expect(evaluateRule({ ...vendor, matches: '' }, { bytes: [] })).toEqual({
      matched: false,
      value: '',
      raw: 'no such object',
    })
    expect(evaluateRule({ ...vendor, matches: '' }, { bytes: [1, 2] })).toMatchObject({ value: '' })
  })

  it('tells a refusal from a silence', () => {
    expect(evaluateRule(vendor, { exception: 1 })).toEqual({ matched: false, value: '', raw: 'exception 1' })
    expect(evaluateRule(vendor, { silent: true })).toEqual({ matched: false, value: '', raw: 'no answer' })
  })
})
