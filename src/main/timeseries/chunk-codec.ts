import { BitReader, BitWriter, riceWidth, unzigzag, zigzag } from './bits'
import { type Frame, type Series, WINDOW_MS } from './window'

/**
 * The rows of a closed window in bytes: times as differences of differences, which for a steady cycle are zeros.
 */
export function encodeFrame({ start, times, gaps, until }: Frame): Uint8Array {
  const out = new BitWriter()
  out.write(times.length, COUNT_BITS)
  out.write(until === start + WINDOW_MS ? 1 : 0, 1)
  const steps = secondDifferences(times.map((time) => time - start)).map(zigzag)
  const width = riceWidth(steps)
  out.write(width, WIDTH_BITS)
  for (const step of steps) out.writeRice(step, width)
  writeAscending(out, gaps)
  return out.finish()
}

export function decodeFrame(start: number, bytes: Uint8Array): Frame {
  const input = new BitReader(bytes)
  const count = input.read(COUNT_BITS)
  const standsToEnd = input.read(1) === 1
  const width = input.read(WIDTH_BITS)
  const times: number[] = []
  let time = start
  let step = 0
  for (let row = 0; row < count; row++) {
    step += unzigzag(input.readRice(width))
    time += step
    times.push(time)
  }
  const gaps = readAscending(input)
  return { start, times, gaps, until: standsToEnd ? start + WINDOW_MS : time }
}

/**
 * The changes of one channel in a closed window in bytes: which rows, where it was not known, and the values. Numbers with
 * up to six decimals (all that OpenEMS channels hold) become whole numbers, 32-bit floats their bit patterns; of both the
 * differences are kept in Rice's code. What fits neither is kept as 64-bit floats. Every number comes back bit for bit.
 */
export function encodeSeries({ rows, values }: Series): Uint8Array {
  const out = new BitWriter()
  writeAscending(out, rows)
  writeAscending(
    out,
    values.flatMap((value, index) => (Number.isNaN(value) ? [index] : [])),
  )
  const numbers = values.filter((value) => !Number.isNaN(value))
  const scale = scaleOf(numbers)
  out.write(scale, SCALE_BITS)
  if (scale === PLAIN) {
    for (const value of numbers) out.writeFloat(value)
    return out.finish()
  }
  const whole = numbers.map((value) => toWhole(value, scale))
  out.writeFloat(whole[0] ?? 0)
  const steps = whole.slice(1).map((value, index) => zigzag(value - (whole[index] ?? 0)))
  const width = riceWidth(steps)
  out.write(width, WIDTH_BITS)
  for (const step of steps) out.writeRice(step, width)
  return out.finish()
}

export function decodeSeries(bytes: Uint8Array): Series {
  const input = new BitReader(bytes)
  const rows = readAscending(input)
  const unknown = new Set(readAscending(input))
  const scale = input.read(SCALE_BITS)
  const values: number[] = []
  let whole = scale === PLAIN ? 0 : input.readFloat()
  let width = -1
  for (let index = 0; index < rows.length; index++) {
    if (unknown.has(index)) {
      values.push(Number.NaN)
    } else if (scale === PLAIN) {
      values.push(input.readFloat())
    } else {
      // The first number stands for itself, the others for their distance to it.
      if (width < 0) width = input.read(WIDTH_BITS)
      else whole += unzigzag(input.readRice(width))
      values.push(fromWhole(whole, scale))
    }
  }
  return { rows, values }
}

/** Enough for a row every millisecond of a window. */
const COUNT_BITS = 19
const WIDTH_BITS = 5
const SCALE_BITS = 4

/** 0…6 = decimals; then the two kinds of floats. */
const MOST_DECIMALS = 6
const SINGLE = 14
const PLAIN = 15

/** Differences must fit a signed 31-bit number, or the distance of two values would not come back. */
const LARGEST_STEP = 2 ** 30
const LARGEST_WHOLE = 2 ** 52

function scaleOf(values: readonly number[]): number {
  let decimals = 0
  for (const value of values) {
    while (decimals <= MOST_DECIMALS && fromWhole(Math.round(value * 10 ** decimals), decimals) !== value) decimals++
  }
  if (decimals <= MOST_DECIMALS && hasSmallSteps(values, decimals)) return decimals
  const areSingle = values.every((value) => Math.fround(value) === value)
  return areSingle && hasSmallSteps(values, SINGLE) ? SINGLE : PLAIN
}

function hasSmallSteps(values: readonly number[], scale: number): boolean {
  let before: number | undefined
  for (const value of values) {
    const whole = toWhole(value, scale)
    if (Math.abs(whole) > LARGEST_WHOLE) return false
    if (before !== undefined && Math.abs(whole - before) >= LARGEST_STEP) return false
    before = whole
  }
  return true
}

function toWhole(value: number, scale: number): number {
  if (scale !== SINGLE) return Math.round(value * 10 ** scale)
  scratch.setFloat32(0, value)
  return scratch.getInt32(0)
}

function fromWhole(whole: number, scale: number): number {
  if (scale !== SINGLE) return whole / 10 ** scale
  scratch.setInt32(0, whole)
  return scratch.getFloat32(0)
}

function secondDifferences(values: readonly number[]): number[] {
  let value = 0
  let step = 0
  return values.map((next) => {
    const before = step
    step = next - value
    value = next
    return step - before
  })
}

/** A list of ascending indexes, as the distances between them; that every one is there takes one bit. */
function writeAscending(out: BitWriter, indexes: readonly number[]): void {
  out.write(indexes.length, COUNT_BITS)
  const steps = indexes.map((index, position) => index - (indexes[position - 1] ?? -1) - 1)
  const hasHoles = steps.some((step) => step > 0)
  out.write(hasHoles ? 1 : 0, 1)
  if (!hasHoles) return
  const width = riceWidth(steps)
  out.write(width, WIDTH_BITS)
  for (const step of steps) out.writeRice(step, width)
}

function readAscending(input: BitReader): number[] {
  const count = input.read(COUNT_BITS)
  const hasHoles = input.read(1) === 1
  const width = hasHoles ? input.read(WIDTH_BITS) : 0
  const indexes: number[] = []
  let index = -1
  for (let position = 0; position < count; position++) {
    index += 1 + (hasHoles ? input.readRice(width) : 0)
    indexes.push(index)
  }
  return indexes
}

const scratch = new DataView(new ArrayBuffer(4))
