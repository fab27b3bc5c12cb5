import { encodeWords, type WordLayout } from '@main/simulator/encode-words'
import { describe, expect, it } from 'vitest'

const hex = (words: readonly number[]) => words.map((word) => word.toString(16).padStart(4, '0')).join(' ')
const raw = (value: number | string, layout: WordLayout) => hex(encodeWords(value, layout))

describe('the simulator writes registers as the specifications say', () => {
  it.each<[WordLayout['format'], number, string]>([
    // Modbus Application Protocol V1.1b3 §4.2: 0x1234 goes as 0x12, then 0x34.
    ['uint16', 0x1234, '1234'],
    ['uint16', 65535, 'ffff'],
    ['int16', -1, 'ffff'],
    ['int16', -32768, '8000'],
    ['uint32', 4_294_967_295, 'ffff ffff'],
    ['uint32', 65_536, '0001 0000'],
    ['int32', -1500, 'ffff fa24'],
    ['uint64', 2 ** 48 + 1, '0001 0000 0000 0001'],
    ['int64', -5, 'ffff ffff ffff fffb'],
    ['bits16', 0b1010, '000a'],
    ['bits32', 0x8000_0001, '8000 0001'],
    ['bcd16', 1234, '1234'],
    ['bcd32', 12_345_678, '1234 5678'],
    // IEEE 754 binary16: the table of well-known values in the format's own description.
    ['float16', 2 ** -24, '0001'],
    ['float16', 6.0976e-5, '03ff'],
    ['float16', 2 ** -14, '0400'],
    ['float16', 1 / 3, '3555'],
    ['float16', 12.34375, '4a2c'],
    ['float16', -12.34375, 'ca2c'],
    ['float16', 65504, '7bff'],
    ['float16', 65520, '7c00'],
    ['float16', -0, '8000'],
    ['float16', Number.NaN, '7e00'],
    ['float32', 1, '3f80 0000'],
    ['float32', 230.5, '4366 8000'],
    ['float32', -22, 'c1b0 0000'],
    ['float32', 0.1, '3dcc cccd'],
    ['float32', 2 ** -149, '0000 0001'],
    ['float32', 2 ** -126, '0080 0000'],
    ['float32', 3.4028234663852886e38, '7f7f ffff'],
    ['float32', Number.POSITIVE_INFINITY, '7f80 0000'],
    ['float32', Number.NaN, '7fc0 0000'],
    ['float64', 123.45, '405e dccc cccc cccd'],
    ['float64', -123.45, 'c05e dccc cccc cccd'],
  ])('%s %d', (format, value, words) => {
    expect(raw(value, { format })).toBe(words)
  })

  it('agrees with the machine on ten thousand floats of every size', () => {
    const view = new DataView(new ArrayBuffer(4))
    for (let step = 1; step <= 10_000; step++) {
      const bits = Math.imul(step, 0x9e37_79b1) >>> 0
      view.setUint32(0, bits)
      const value = view.getFloat32(0)
      if (Number.isNaN(value)) continue
      expect(encodeWords(value, { format: 'float32' })).toEqual([bits >>> 16, bits & 0xffff])
    }
  })

  it('turns words and bytes round where the maker does', () => {
    expect(raw(230.5, { format: 'float32', wordOrder: 'little' })).toBe('8000 4366')
    expect(raw(230.5, { format: 'float32', wordOrder: 'little', byteOrder: 'little' })).toBe('0080 6643')
    expect(raw(230.5, { format: 'float32', byteOrder: 'little' })).toBe('6643 0080')
  })

  it('writes text from left to right and fills the rest with NUL, whatever the word order', () => {
    expect(raw('SOCO', { format: 'string', words: 3 })).toBe('534f 434f 0000')
    expect(raw('SOCO', { format: 'string', words: 2, wordOrder: 'little' })).toBe('534f 434f')
    expect(raw('SOC', { format: 'string', words: 2, byteOrder: 'little' })).toBe('4f53 0043')
  })

  it('puts one bit where it belongs', () => {
    expect(raw(1, { format: 'bit', bit: 9 })).toBe('0200')
    expect(raw(0, { format: 'bit', bit: 9 })).toBe('0000')
  })

  it('refuses what does not fit rather than wrapping round', () => {
    expect(() => encodeWords(65_536, { format: 'uint16' })).toThrow(RangeError)
    expect(() => encodeWords(-1, { format: 'uint32' })).toThrow(RangeError)
    expect(() => encodeWords(32_768, { format: 'int16' })).toThrow(RangeError)
    expect(() => encodeWords(10_000, { format: 'bcd16' })).toThrow(RangeError)
    expect(() => encodeWords(Number.NaN, { format: 'int32' })).toThrow(RangeError)
    expect(() => encodeWords('SOCOMEC', { format: 'string', words: 3 })).toThrow(RangeError)
  })
})
