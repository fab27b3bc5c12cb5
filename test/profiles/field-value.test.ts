import { decodeField, encodeField } from '@main/profiles/field-value'
import type { RegisterField } from '@shared/profile'
import { describe, expect, it } from 'vitest'

const field = (part: Partial<RegisterField>): RegisterField => ({
  component: 'meter',
  channel: 'ActivePower',
  fc: 3,
  at: 0,
  words: 1,
  format: 'int16',
  wordOrder: 'big',
  byteOrder: 'big',
  factor: 1,
  offset: 0,
  unit: 'W',
  invalid: [],
  poll: 'high',
  access: 'rw',
  evidence: 'manual',
  source: 'a manual',
  ...part,
})

describe('the value of a field', () => {
  it('has factor and offset applied, without the noise of binary fractions', () => {
    expect(decodeField(field({ factor: 0.1 }), [3])).toBe(0.3)
    expect(decodeField(field({ format: 'uint16', factor: 0.1, offset: -40 }), [650])).toBe(25)
  })

  it('is unknown where the raw number says so, whatever the factor', () => {
    expect(decodeField(field({ format: 'uint16', invalid: [0xffff], factor: 10 }), [0xffff])).toBeNull()
    expect(decodeField(field({ format: 'float32', words: 2 }), [0x7fc0, 0])).toBeNull()
  })

  it('of a code is the number of the channel; a code nobody told of is unknown', () => {
    const status = field({ options: { 2: 3, 4: 5 } })
    expect([2, 4, 9].map((raw) => decodeField(status, [raw]))).toEqual([3, 5, null])
    expect(encodeField(status, 5)).toEqual([4])
    expect(() => encodeField(status, 7)).toThrow(RangeError)
  })

  it('may keep one side of a quantity that is split over two channels', () => {
    const raws = [500, 0xfe0c] // 500, -500
    expect(raws.map((raw) => decodeField(field({ keep: 'positive' }), [raw]))).toEqual([500, 0])
    expect(raws.map((raw) => decodeField(field({ keep: 'negative' }), [raw]))).toEqual([0, 500])
  })

  it('is written back as it is read; what does not fit is refused, never wrapped', () => {
    const tenths = field({ format: 'uint16', factor: 100 })
    expect(encodeField(tenths, 23_000)).toEqual([230])
    expect(decodeField(tenths, encodeField(tenths, 23_000))).toBe(23_000)
    expect(() => encodeField(tenths, -100)).toThrow(RangeError)
    expect(encodeField(field({ format: 'float16', byteOrder: 'little' }), 22)).toEqual([0x804d])
  })
})
