import { randomBytes } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A name for a folder that sorts by time and never repeats: 48 bits of time, 80 of chance, in Crockford's base 32. */
export function ulid(now: number, random: (size: number) => Uint8Array = randomBytes): string {
  let bits = BigInt(now)
  for (const byte of random(10)) bits = (bits << 8n) | BigInt(byte)
  let text = ''
  for (let index = 0; index < 26; index++) {
    text = ALPHABET.charAt(Number(bits & 31n)) + text
    bits >>= 5n
  }
  return text
}
