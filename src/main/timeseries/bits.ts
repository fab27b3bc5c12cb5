/** Writes numbers of any width, most significant bit first. */
export class BitWriter {
  #bytes = new Uint8Array(512)
  #length = 0
  #current = 0
  #used = 0

  /** The low `width` (0…32) bits of `value`. */
  write(value: number, width: number): void {
    for (let left = width; left > 0; ) {
      const take = Math.min(left, 8 - this.#used)
      this.#current = (this.#current << take) | ((value >>> (left - take)) & ((1 << take) - 1))
      this.#used += take
      left -= take
      if (this.#used === 8) this.#push()
    }
  }

  /** A 64-bit float, bit for bit. */
  writeFloat(value: number): void {
    scratch.setFloat64(0, value)
    this.write(scratch.getUint32(0), 32)
    this.write(scratch.getUint32(4), 32)
  }

  /** Unsigned 32-bit numbers that are mostly small; see `riceWidth`. */
  writeRice(value: number, width: number): void {
    const quotient = value >>> width
    if (quotient < ESCAPE) {
      this.write(2 ** (quotient + 1) - 2, quotient + 1)
      this.write(value, width)
    } else {
      this.write(2 ** ESCAPE - 1, ESCAPE)
      this.write(value, 32)
    }
  }

  finish(): Uint8Array {
    if (this.#used > 0) this.write(0, 8 - this.#used)
    return this.#bytes.slice(0, this.#length)
  }

  #push(): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#length * 2)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes[this.#length++] = this.#current
    this.#current = 0
    this.#used = 0
  }
}

/** Reads what `BitWriter` wrote. Reading past the end gives zeros. */
export class BitReader {
  readonly #bytes: Uint8Array
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  read(width: number): number {
    let value = 0
    for (let left = width; left > 0; ) {
      const offset = this.#position & 7
      const take = Math.min(left, 8 - offset)
      const byte = this.#bytes[this.#position >>> 3] ?? 0
      value = (value << take) | ((byte >>> (8 - offset - take)) & ((1 << take) - 1))
      this.#position += take
      left -= take
    }
    return value >>> 0
  }

  readFloat(): number {
    scratch.setUint32(0, this.read(32))
    scratch.setUint32(4, this.read(32))
    return scratch.getFloat64(0)
  }

  readRice(width: number): number {
    let quotient = 0
    while (quotient < ESCAPE && this.read(1) === 1) quotient++
    return quotient === ESCAPE ? this.read(32) : ((quotient << width) | this.read(width)) >>> 0
  }
}

/**
 * The width that makes `values` shortest in Rice's code: a value is cut into `width` low bits, written as they are, and
 * the rest, written as that many ones and a zero; sixteen ones announce 32 plain bits. The code comes within a few per
 * cent of the entropy of measured noise, for the cost of a few shifts. (R. F. Rice, JPL Publication 79-22.)
 */
export function riceWidth(values: Iterable<number>): number {
  let sum = 0
  let count = 0
  for (const value of values) {
    // An outlier costs its escape anyway and must not widen all others.
    sum += Math.min(value, 1e6)
    count++
  }
  const mean = count === 0 ? 0 : sum / count
  return mean < 1 ? 0 : Math.min(30, Math.floor(Math.log2(mean * Math.LN2)) + 1)
}

/** Small negatives become small positives: 0, -1, 1, -2, 2 … → 0, 1, 2, 3, 4 … (31 bits and a sign). */
export const zigzag = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0
export const unzigzag = (value: number): number => (value >>> 1) ^ -(value & 1)

const ESCAPE = 16
const scratch = new DataView(new ArrayBuffer(8))
