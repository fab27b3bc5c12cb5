/** Writes numbers of any width, most significant bit first. */
export class BitWriter {
  #bytes = new Uint8Array(512)
  #length = 0
  /** Up to seven bits that do not fill a byte yet. */
  #rest = 0
  #used = 0

  /** The low `width` (0…32) bits of `value`. */
  write(value: number, width: number): void {
    if (width > 16) {
      this.#write((value >>> 16) & ((1 << (width - 16)) - 1), width - 16)
      this.#write(value & 0xffff, 16)
    } else {
      this.#write(value & ((1 << width) - 1), width)
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
      this.write((1 << (quotient + 1)) - 2, quotient + 1)
      this.write(value, width)
    } else {
      this.write(0xffff, ESCAPE)
      this.write(value, 32)
    }
  }

  finish(): Uint8Array {
    if (this.#used > 0) this.#write(0, 8 - this.#used)
    return this.#bytes.slice(0, this.#length)
  }

  /** At most 16 bits, and nothing above them, so that with the rest they fit 32. */
  #write(value: number, width: number): void {
    if (this.#length + 3 > this.#bytes.length) this.#grow()
    this.#rest = (this.#rest << width) | value
    this.#used += width
    while (this.#used >= 8) {
      this.#used -= 8
      this.#bytes[this.#length++] = this.#rest >>> this.#used
    }
    this.#rest &= (1 << this.#used) - 1
  }

  #grow(): void {
    const larger = new Uint8Array(this.#bytes.length * 2)
    larger.set(this.#bytes)
    this.#bytes = larger
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
    if (width === 0) return 0
    if (width > 16) return this.read(width - 16) * 0x10000 + this.read(16)
    const value = this.#peek(width)
    this.#position += width
    return value
  }

  readFloat(): number {
    scratch.setUint32(0, this.read(32))
    scratch.setUint32(4, this.read(32))
    return scratch.getFloat64(0)
  }

  readRice(width: number): number {
    const next = this.#peek(16)
    // The ones at its head.
    const quotient = Math.clz32(~(next << 16))
    const left = 15 - quotient - width
    if (left >= 0) {
      // Mostly all of it is in these sixteen bits.
      this.#position += quotient + 1 + width
      return (quotient << width) | ((next >>> left) & ((1 << width) - 1))
    }
    if (quotient === ESCAPE) {
      this.#position += ESCAPE
      return this.read(32)
    }
    this.#position += quotient + 1
    return ((quotient << width) | this.read(width)) >>> 0
  }

  /** 1…16 bits from where it stands: three bytes hold them, wherever in the first one they begin. */
  #peek(width: number): number {
    const index = this.#position >>> 3
    const bytes = this.#bytes
    const three = ((bytes[index] ?? 0) << 24) | ((bytes[index + 1] ?? 0) << 16) | ((bytes[index + 2] ?? 0) << 8)
    return (three << (this.#position & 7)) >>> (32 - width)
  }
}

/**
 * The width that makes `values` shortest in Rice's code: a value is cut into `width` low bits, written as they are, and
 * the rest, written as that many ones and a zero; sixteen ones announce 32 plain bits. The code comes within a few per
 * cent of the entropy of measured noise, for the cost of a few shifts. (R. F. Rice, JPL Publication 79-22.)
 */
export function riceWidth(values: readonly number[]): number {
  let sum = 0
  // An outlier costs its escape anyway and must not widen all others.
  for (const value of values) sum += value < 1e6 ? value : 1e6
  const mean = values.length === 0 ? 0 : sum / values.length
  return mean < 1 ? 0 : Math.min(30, Math.floor(Math.log2(mean * Math.LN2)) + 1)
}

/** Small negatives become small positives: 0, -1, 1, -2, 2 … → 0, 1, 2, 3, 4 … (31 bits and a sign). */
export const zigzag = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0
export const unzigzag = (value: number): number => (value >>> 1) ^ -(value & 1)

const ESCAPE = 16
const scratch = new DataView(new ArrayBuffer(8))
