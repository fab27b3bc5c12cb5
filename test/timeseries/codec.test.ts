import { BitReader, BitWriter, riceWidth, unzigzag, zigzag } from '@main/timeseries/bits'
import { decodeFrame, decodeSeries, encodeFrame, encodeSeries } from '@main/timeseries/chunk-codec'
import type { Row } from '@main/timeseries/open-window'
import { decodeRow, encodeRow } from '@main/timeseries/row-codec'
import type { Frame } from '@main/timeseries/window'
import { expect, it } from 'vitest'
import { noise } from './noise'

const start = Date.UTC(2026, 0, 1, 12)
const everyRow = (values: readonly number[]) => ({ rows: values.map((_, index) => index), values: [...values] })

it('brings numbers of any width back', () => {
  const out = new BitWriter()
  const written: [number, number][] = []
  for (let width = 1; width <= 32; width++) written.push([2 ** width - 1, width], [0, width], [1, width])
  for (const [value, width] of written) out.write(value, width)
  out.writeFloat(Math.PI)
  const input = new BitReader(out.finish())
  expect(written.map(([, width]) => input.read(width))).toEqual(written.map(([value]) => value))
  expect(input.readFloat()).toBe(Math.PI)
})

it('brings every unsigned 32-bit number back from Rice’s code, whatever the width', () => {
  const values = [0, 1, 15, 16, 17, 255, 65_535, 2 ** 30, 2 ** 31, 2 ** 32 - 1]
  for (let width = 0; width <= 30; width++) {
    const out = new BitWriter()
    for (const value of values) out.writeRice(value, width)
    const input = new BitReader(out.finish())
    expect(values.map(() => input.readRice(width))).toEqual(values)
  }
})

it('chooses a width within 3 % of the best one for noise', () => {
  for (const spread of [0.3, 2, 20, 500, 40_000]) {
    const values = noise(3000, spread).map((value) => zigzag(Math.round(value)))
    const bits = (width: number) => values.reduce((sum, value) => sum + Math.min(48, (value >>> width) + 1 + width), 0)
    const best = Math.min(...Array.from({ length: 30 }, (_, width) => bits(width)))
    expect(bits(riceWidth(values)) / best).toBeLessThan(1.03)
  }
})

it('folds signs away and back', () => {
  for (const value of [0, -1, 1, 2 ** 30, -(2 ** 30)]) expect(unzigzag(zigzag(value))).toBe(value)
  expect([0, -1, 1, -2, 2].map(zigzag)).toEqual([0, 1, 2, 3, 4])
})

it.each<[string, number[]]>([
  ['whole numbers', [0, 5, -3, 230_100, 230_101, -1]],
  ['one number', [42]],
  ['decimals', [230.1, 230.2, 0.000_001, -17.25]],
  ['numbers with more decimals than any unit has', [1 / 3, Math.PI, -1e-9]],
  ['32-bit floats', [1234.56, 1234.5, 0.1].map(Math.fround)],
  ['floats on both sides of zero', [0.1, -0.1, 1e-30].map(Math.fround)],
  ['a counter that was reset', [5_000_000_123, 5_000_000_124, 0, 1]],
  ['a counter near its end', [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1]],
  ['the extremes', [Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE]],
  ['an outlier between small ones', [1, 2, 1_000_000_000, 3, 2]],
  ['known, not known, known', [1, Number.NaN, 3, Number.NaN]],
])('brings a chunk back bit for bit: %s', (_what, values) => {
  expect(decodeSeries(encodeSeries(everyRow(values)))).toEqual(everyRow(values))
})

it('brings back which rows changed', () => {
  const series = { rows: [0, 7, 8, 299], values: [1, 2, Number.NaN, 4] }
  expect(decodeSeries(encodeSeries(series))).toEqual(series)
})

it('needs about its entropy for measured noise, and next to nothing for what hardly changes', () => {
  const bytesPerValue = (values: number[]) => encodeSeries(everyRow(values)).length / values.length
  // Differences of noise with a spread of 100 have an entropy of 9.2 bits = 1.15 bytes.
  expect(bytesPerValue(noise(300, 100).map((value) => Math.round(3000 + value)))).toBeLessThan(1.3)
  expect(bytesPerValue(noise(300, 3).map((value) => (50_000 + Math.round(value)) / 1000))).toBeLessThan(0.7)
  expect(encodeSeries({ rows: [0, 200], values: [0, 1] }).length).toBeLessThan(20)
})

it.each<[string, Partial<Frame>]>([
  ['a steady cycle', { times: Array.from({ length: 300 }, (_, row) => start + row * 1000) }],
  ['a cycle that trembles', { times: Array.from({ length: 300 }, (_, row) => start + row * 1000 + ((row * 7) % 5)) }],
  ['gaps', { times: [start + 20, start + 60_000, start + 61_000, start + 299_999], gaps: [1, 3] }],
  ['one row, and the edge went off', { times: [start + 299_999], until: start + 299_999 }],
])('brings the rows of a window back: %s', (_what, partial) => {
  const frame: Frame = { start, times: [], gaps: [], until: start + 300_000, ...partial }
  expect(decodeFrame(start, encodeFrame(frame))).toEqual(frame)
})

it('needs less than a byte per row for the times', () => {
  const times = Array.from({ length: 300 }, (_, row) => start + row * 1000 + ((row * 7) % 3))
  expect(encodeFrame({ start, times, gaps: [], until: start + 300_000 }).length).toBeLessThan(300)
})

it('brings a hot row back', () => {
  const values: [number, number | null][] = [
    [1, 0],
    [2, null],
    [3, -1],
    [130, 230_100],
    [4_000_000_000, Number.MAX_SAFE_INTEGER],
    [4_000_000_001, 49.98],
  ]
  const row: Row = { at: start, isFull: true, afterGap: false, values: new Map([...values].reverse()) }
  const back = decodeRow(start, encodeRow(row))
  expect([...back.values]).toEqual(values)
  expect({ ...back, values: null }).toEqual({ ...row, values: null })
  expect(decodeRow(5, encodeRow({ at: 5, isFull: false, afterGap: true, values: new Map() }))).toEqual({
    at: 5,
    isFull: false,
    afterGap: true,
    values: new Map(),
  })
})
