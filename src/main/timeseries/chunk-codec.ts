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
  const unknown: number[] = []
  const numbers: number[] = []
  for (const [index, value] of values.entries()) {
    if (Number.isNaN(value)) unknown.push(index)
    else numbers.push(value)
  }
  writeAscending(out, rows)
  writeAscending(out, unknown)
  const { scale, whole } = wholeNumbers(numbers)
  out.write(scale, SCALE_BITS)
  if (scale === PLAIN) {
    for (const value of numbers) out.writeFloat(value)
    return out.finish()
  }
  let before = whole[0] ?? 0
  out.writeFloat(before)
  const steps: number[] = []
  for (let index = 1; index < whole.length; index++) {
    const value = whole[index] ?? 0
    steps.push(zigzag(value - before))
    before = value
  }
  const width = riceWidth(steps)
  out.write(width, WIDTH_BITS)
  for (const step of steps) out.writeRice(step, width)
  return out.finish()
}

export function decodeSeries(bytes: Uint8Array): Series {
  const input = new BitReader(bytes)
  const rows = readAscending(input)
  const unknown = readAscending(input)
  const values = readNumbers(input, rows.length - unknown.length)
  for (const index of unknown) values.splice(index, 0, Number.NaN)
  return { rows, values }
}

function readNumbers(input: BitReader, count: number): number[] {
  const scale = input.read(SCALE_BITS)
  if (scale === PLAIN) return Array.from({ length: count }, () => input.readFloat())
  let whole = input.readFloat()
  const width = input.read(WIDTH_BITS)
  const numbers = count === 0 ? [] : [fromWhole(whole, scale)]
  while (numbers.length < count) {
    whole += unzigzag(input.readRice(width))
    numbers.push(fromWhole(whole, scale))
  }
  return numbers
}

/** Enough for a row every millisecond of a window. */
const COUNT_BITS = 19
const WIDTH_BITS = 5
const SCALE_BITS = 4

/** 0…6 = decimals; then the two kinds of floats. */
const POWERS = [1, 10, 100, 1000, 1e4, 1e5, 1e6]
const SINGLE = 14
const PLAIN = 15

/** Differences must fit a signed 31-bit number, or the distance of two values would not come back. */
const LARGEST_STEP = 2 ** 30
const LARGEST_WHOLE = 2 ** 52

/** The numbers as whole ones with small steps, and how; as they are (`PLAIN`) if there is no way. */
function wholeNumbers(values: readonly number[]): { scale: number; whole: readonly number[] } {
  let decimals = 0
  for (const value of values) {
    while (decimals < POWERS.length && fromWhole(toWhole(value, decimals), decimals) !== value) decimals++
  }
  for (const scale of [decimals, SINGLE]) {
    if (scale === POWERS.length) continue
    if (scale === SINGLE && !values.every((value) => Math.fround(value) === value)) continue
    const whole = values.map((value) => toWhole(value, scale))
    if (hasSmallSteps(whole)) return { scale, whole }
  }
  return { scale: PLAIN, whole: [] }
}

function hasSmallSteps(whole: readonly number[]): boolean {
  let before = whole[0] ?? 0
  for (const value of whole) {
    if (Math.abs(value) > LARGEST_WHOLE || Math.abs(value - before) >= LARGEST_STEP) return false
    before = value
  }
  return true
}

function toWhole(value: number, scale: number): number {
  if (scale !== SINGLE) return Math.round(value * (POWERS[scale] ?? 1))
  scratch.setFloat32(0, value)
  return scratch.getInt32(0)
}

function fromWhole(whole: number, scale: number): number {
  if (scale !== SINGLE) return whole / (POWERS[scale] ?? 1)
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

/** Ascending indexes, as the distances between them; that every one is there takes one bit. */
function writeAscending(out: BitWriter, indexes: readonly number[]): void {
  const hasHoles = (indexes.at(-1) ?? -1) !== indexes.length - 1
  out.write(indexes.length, COUNT_BITS)
  out.write(hasHoles ? 1 : 0, 1)
  if (!hasHoles) return
  const steps = indexes.map((index, position) => index - (indexes[position - 1] ?? -1) - 1)
  const width = riceWidth(steps)
  out.write(width, WIDTH_BITS)
  for (const step of steps) out.writeRice(step, width)
}

function readAscending(input: BitReader): readonly number[] {
  const count = input.read(COUNT_BITS)
  const hasHoles = input.read(1) === 1
  if (!hasHoles) return firstIndexes(count)
  const width = input.read(WIDTH_BITS)
  const indexes: number[] = []
  for (let index = -1; indexes.length < count; ) {
    index += input.readRice(width) + 1
    indexes.push(index)
  }
  return indexes
}

/** 0, 1, 2 …: mostly the same ones as last time, since channels that change in every row are many. */
function firstIndexes(count: number): readonly number[] {
  if (count === 0) return []
  if (lastIndexes.length !== count) lastIndexes = Array.from({ length: count }, (_, index) => index)
  return lastIndexes
}

let lastIndexes: readonly number[] = []

const scratch = new DataView(new ArrayBuffer(4))
