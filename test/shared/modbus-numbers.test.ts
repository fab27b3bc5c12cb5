import { decode, decodeBig, encode, FORMAT_WORDS } from '@shared/modbus-numbers'
import type { NumberFormat } from '@shared/profile'
import { describe, expect, it } from 'vitest'

const words = (hex: string) => hex.split(' ').map((word) => Number.parseInt(word, 16))
const numeric = Object.keys(FORMAT_WORDS) as (keyof typeof FORMAT_WORDS)[]

describe('numbers in registers', () => {
  // Bit patterns by CPython's struct module; half floats also IEEE 754-2019 §3.4.
  const vectors: readonly [NumberFormat, string, number | string | null][] = [
    ['uint16', 'fa24', 64036],
    ['int16', 'fa24', -1500],
    ['uint32', '0001 0000', 65536],
    ['int32', 'ffff fa24', -1500],
    ['int64', 'ffff ffff ffff fffb', -5],
    ['uint64', '0000 0000 001d 6a04', 1927684],
    ['float32', '4366 8000', 230.5],
    ['float64', '405e dccc cccc cccd', 123.45],
    ['float16', '0001', 2 ** -24],
    ['float16', '03ff', 1023 * 2 ** -24],
    ['float16', '0400', 2 ** -14],
    ['float16', '3555', 0.333251953125],
    ['float16', '7bff', 65504],
    ['float16', '4a2c', 12.34375],
    ['float16', 'ca2c', -12.34375],
    ['float16', '8000', -0],
    ['bcd16', '1234', 1234],
    ['bcd32', '9876 5432', 98765432],
    ['bits16', '8001', 0x8001],
    ['bits32', '8000 0001', 0x8000_0001],
  ]
  it.each(vectors)('reads and writes %s %s = %s', (format, hex, value) => {
    expect(decode(format, words(hex))).toBe(value)
    expect(encode(format, value ?? 0)).toEqual(words(hex))
  })

  it('reads the registers of the original BEMCom test, one range of mixed floats', () => {
    // BEMCom modbus-tcp-connector, tests: ">eeffdd".
    const range = words('4a2c ca2c 41b0 0000 c1b0 0000 405e dccc cccc cccd c05e dccc cccc cccd')
    const at = (format: NumberFormat, start: number) => decode(format, range.slice(start))
    expect([at('float16', 0), at('float16', 1), at('float32', 2), at('float32', 4)]).toEqual([
      12.34375, -12.34375, 22, -22,
    ])
    expect([at('float64', 6), at('float64', 10)]).toEqual([123.45, -123.45])
  })

  it('takes the least significant word first, the swapped byte, or both', () => {
    expect(decode('float32', words('8000 4366'), { wordOrder: 'little' })).toBe(230.5)
    expect(decode('float32', words('6643 0080'), { byteOrder: 'little' })).toBe(230.5)
    expect(decode('float32', words('0080 6643'), { wordOrder: 'little', byteOrder: 'little' })).toBe(230.5)
    // BEMCom's demo device keeps 21.0 as half 4D40 with its bytes swapped.
    expect(decode('float16', words('404d'), { byteOrder: 'little' })).toBe(21)
  })

  it.each(numeric)('writes %s in every order just as it reads it', (format) => {
    for (const wordOrder of ['big', 'little'] as const) {
      for (const byteOrder of ['big', 'little'] as const) {
        const order = { wordOrder, byteOrder }
        expect(decode(format, encode(format, 1, order), order)).toBe(1)
      }
    }
  })

  it('keeps every digit of a 64-bit counter when asked to', () => {
    const registers = words('7e71 9070 5e91 8392')
    expect(decodeBig('uint64', registers)).toBe(9111222333444555666n)
    expect(encode('uint64', 9111222333444555666n)).toEqual(registers)
    expect(decodeBig('int64', words('818e 6f8f a16e 7c6e'))).toBe(-9111222333444555666n)
  })

  it('says "no value" for NaN, infinities, digits above nine and empty text', () => {
    expect(decode('float32', words('7fc0 0000'))).toBeNull()
    expect(decode('float16', words('7c00'))).toBeNull()
    expect(decode('float16', words('7e00'))).toBeNull()
    expect(decode('float64', words('fff0 0000 0000 0000'))).toBeNull()
    expect(decode('bcd16', words('12a4'))).toBeNull()
    expect(decode('string', words('0000 0000'))).toBeNull()
    expect(decode('string', words('ffff ffff'))).toBeNull()
  })

  it('reads text up to the first NUL, without padding, with swapped bytes where the maker swaps them', () => {
    expect(decode('string', words('4b4f 5354 414c 0000 0000'))).toBe('KOSTAL')
    expect(decode('string', words('2020 3031 2e32'))).toBe('01.2')
    expect(decode('string', words('4f4b 5453 4c41'), { byteOrder: 'little', wordOrder: 'little' })).toBe('KOSTAL')
    expect(encode('string', 'go-e', { words: 4 })).toEqual(words('676f 2d65 0000 0000'))
  })

  it('picks one bit of a register', () => {
    expect([0, 1, 15].map((bit) => decode('bit', [0x8001], { bit }))).toEqual([1, 0, 1])
    expect(encode('bit', 1, { bit: 4 })).toEqual([16])
  })

  it('refuses to write what would wrap around', () => {
    const tooMuch: [NumberFormat, number | string][] = [
      ['uint16', 65536],
      ['uint16', -1],
      ['int16', 32768],
      ['uint16', 1.5],
      ['bcd16', 10000],
      ['float16', 70000],
      ['float32', 1e39],
      ['float32', 'abc'],
      ['int64', 2 ** 63],
    ]
    for (const [format, value] of tooMuch) expect(() => encode(format, value), `${format} ${value}`).toThrow(RangeError)
    expect(() => encode('string', 'too long', { words: 2 })).toThrow(RangeError)
    expect(() => decode('uint32', [1])).toThrow(RangeError)
  })

  it('rounds halves to the nearest, ties to even', () => {
    expect(encode('float16', 1 + 2 ** -11)).toEqual(words('3c00'))
    expect(encode('float16', 1 + 3 * 2 ** -11)).toEqual(words('3c02'))
    expect(encode('float16', 2 ** -14 - 2 ** -26)).toEqual(words('0400'))
    expect(encode('float16', 65504 + 15)).toEqual(words('7bff'))
  })
})
