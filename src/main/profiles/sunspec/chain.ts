/** Where the marker stands, by the SunSpec Alliance's rules, in the order devices use them. */
export const SUNSPEC_BASES = [40000, 0, 50000] as const
/** Places where makers put it in the field; asked only when nothing else says what a device is: off by one, round numbers. */
export const UNUSUAL_SUNSPEC_BASES = [
  39999, 40001, 1, 49999, 50001, 30000, 20000, 10000, 60000, 100, 1000, 2000, 3000, 4000, 5000,
] as const

/** Holding registers of one device; null: it refused (an exception). Throws what the link throws. Never more than 125. */
export type ReadRegisters = (address: number, count: number) => Promise<ArrayLike<number> | null>

export interface SunspecChain {
  /** Address of the "SunS" marker. */
  readonly base: number
  readonly models: readonly FoundModel[]
  /** False when the end model is missing: the chain ran out of the device's registers. The models before it count. */
  readonly complete: boolean
}

export interface FoundModel {
  readonly id: number
  /** Address of the id register. */
  readonly address: number
  /** L: registers after id and L. */
  readonly length: number
  /** The whole model from its id register on, if it was wanted and could be read. */
  readonly words: ArrayLike<number> | null
}

const MARKER = [0x5375, 0x6e53] // "SunS"
const END = 0xffff
const MAX_READ = 125
/** More than any real device shows; a chain of noise ends here. */
const MAX_MODELS = 64

/** The first of these addresses where the marker stands, or null. */
export async function findSunspecBase(read: ReadRegisters, bases: readonly number[]): Promise<number | null> {
  for (const base of bases) {
    const words = await read(base, MARKER.length)
    if (words && isMarker(words)) return base
  }
  return null
}

export function isMarker(words: ArrayLike<number>): boolean {
  return words[0] === MARKER[0] && words[1] === MARKER[1]
}

/**
 * Walks the chain of models behind the marker. A model that is `wanted` is read whole, together with the header of the next
 * one where that fits into a request. Unknown models are stepped over; where the device refuses, the chain ends.
 * Source: SunSpec Device Information Model Specification V1.1, §6.
 */
export async function walkChain(
  read: ReadRegisters,
  base: number,
  wanted: (modelId: number) => boolean = () => false,
): Promise<SunspecChain> {
  const models: FoundModel[] = []
  let address = base + MARKER.length
  let header = await readWithin(read, address, 2)
  while (header && models.length < MAX_MODELS) {
    const id = header[0] ?? END
    const length = header[1] ?? 0
    if (id === END) return { base, models, complete: true }
    // Zeros where a header should be: the chain has no end model and the device answers for unused registers.
    if (id === 0 || address + 2 + length > 0x10000) break
    const body: Body = wanted(id) ? await readModel(read, address, length) : { words: null, next: null }
    models.push({ id, address, length, words: body.words })
    address += 2 + length
    header = body.next ?? (await readWithin(read, address, 2))
  }
  return { base, models, complete: false }
}

interface Body {
  readonly words: ArrayLike<number> | null
  readonly next: ArrayLike<number> | null
}

async function readModel(read: ReadRegisters, address: number, length: number): Promise<Body> {
  const whole = length + 2
  if (whole + 2 <= MAX_READ) {
    const words = await readWithin(read, address, whole + 2)
    if (words) return { words: slice(words, 0, whole), next: slice(words, whole, whole + 2) }
  }
  const parts: number[] = []
  for (let at = 0; at < whole; at += MAX_READ) {
    const part = await readWithin(read, address + at, Math.min(MAX_READ, whole - at))
    if (!part) return { words: null, next: null }
    parts.push(...Array.from(part))
  }
  return { words: parts, next: null }
}

/** Null also where the address space ends. */
async function readWithin(read: ReadRegisters, address: number, count: number): Promise<ArrayLike<number> | null> {
  if (address + count > 0x10000) return null
  const words = await read(address, count)
  return words && words.length >= count ? words : null
}

function slice(words: ArrayLike<number>, from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => words[from + index] ?? 0)
}
