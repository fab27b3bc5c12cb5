import { expect, it } from 'vitest'
import {
  ageParts,
  daysBetween,
  displayUnit,
  formatDate,
  formatNumber,
  formatQuantity,
  parseNumber,
} from '../../../src/renderer/ui/format'

it('writes numbers as in Switzerland, with fixed decimals and a true minus', () => {
  expect([formatNumber(12804.6, 1), formatNumber(-1.42, 2), formatNumber(0, 2)]).toEqual(['12’804.6', '−1.42', '0.00'])
})

it('gives no sign to what is rounded to nothing', () => {
  expect(formatNumber(-0.001, 2)).toBe('0.00')
})

it('shows each channel unit in one fixed unit, so that a column never jumps', () => {
  const shown = (value: number, unit: string) => `${formatQuantity(value, unit)} ${displayUnit(unit).unit}`
  expect(shown(1420, 'W')).toBe('1.42 kW')
  expect(shown(12, 'W')).toBe('0.01 kW')
  expect(shown(231_400, 'mV')).toBe('231.4 V')
  expect(shown(50_010, 'mHz')).toBe('50.01 Hz')
  expect(shown(12_804_600, 'Wh_Σ')).toBe('12’804.6 kWh')
  expect(shown(-12_804, 'mA')).toBe('−12.80 A')
  expect(shown(63, '%')).toBe('63 %')
})

it('shows a unit it does not know as it is', () => {
  expect(formatQuantity(7, 'bar')).toBe('7')
  expect(displayUnit('bar').unit).toBe('bar')
})

it('reads a number with decimal comma or point and with any grouping', () => {
  expect(['1234.5', '1234,5', '1’234.5', "1'234.5", '1 234,5', '−5'].map(parseNumber)).toEqual([
    1234.5, 1234.5, 1234.5, 1234.5, 1234.5, -5,
  ])
})

it('takes nothing for a number that is none', () => {
  expect(['', 'forty', '1.2.3', '12 A', '.'].map(parseNumber)).toEqual([null, null, null, null, null])
})

it('tells ages in the unit a person would say', () => {
  expect([1400, 119_000, 125_000, 3 * 3_600_000, 72 * 3_600_000].map(ageParts)).toEqual([
    { key: 'age.s', n: 1 },
    { key: 'age.s', n: 119 },
    { key: 'age.min', n: 2 },
    { key: 'age.h', n: 3 },
    { key: 'age.d', n: 3 },
  ])
})

it('counts days by midnights, also over the change to summer time', () => {
  const at = (text: string) => new Date(text).getTime()
  expect(daysBetween(at('2026-03-28T23:00'), at('2026-03-29T01:00'))).toBe(1)
  expect(daysBetween(at('2026-03-29T00:30'), at('2026-03-29T23:30'))).toBe(0)
  expect(formatDate(at('2026-11-20T10:00'))).toBe('20.11.2026')
})
