import { type BinaryLike, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/**
 * A password as it may be stored: `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, so that stronger figures can come later without
 * breaking older ones. About 0.2 s on a laptop and 32 MiB, off the main thread (OWASP Password Storage Cheat Sheet,
 * "scrypt": N=2^15, r=8, p=3).
 */
export async function hashPassword(password: string, salt: Uint8Array = randomBytes(16)): Promise<string> {
  const hash = await derive(password, salt, COST)
  return `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${encode(salt)}$${encode(hash)}`
}

/**
 * True if `password` is the one that was stored. With `stored` null (no such user) or unreadable it takes as long and
 * says no, so that the time of an answer does not tell who exists.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const known = stored === null ? null : parse(stored)
  const { cost, salt, hash } = known ?? { cost: COST, salt: Buffer.alloc(16), hash: Buffer.alloc(HASH_BYTES) }
  const asked = await derive(password, salt, cost)
  return timingSafeEqual(asked, hash) && known !== null
}

interface Cost {
  /** log2 of scrypt's N. */
  readonly ln: number
  readonly r: number
  readonly p: number
}

const COST: Cost = { ln: 15, r: 8, p: 3 }
const HASH_BYTES = 32
const STORED = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

function derive(password: string, salt: BinaryLike, { ln, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** ln
  return new Promise((resolve, reject) => {
    // The same letter may be typed as one code point or two, depending on the keyboard.
    const typed = password.normalize('NFKC')
    scrypt(typed, salt, HASH_BYTES, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}

function parse(stored: string): { cost: Cost; salt: Buffer; hash: Buffer } | null {
  const [, ln, r, p, salt, hash] = STORED.exec(stored) ?? []
  if (salt === undefined || hash === undefined) return null
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) }
  const bytes = Buffer.from(hash, 'base64')
  // A tampered file must not be able to ask for a gigabyte.
  const isSane = cost.ln >= 1 && cost.ln <= 20 && cost.r >= 1 && cost.r <= 16 && cost.p >= 1 && cost.p <= 16
  return isSane && bytes.length === HASH_BYTES ? { cost, salt: Buffer.from(salt, 'base64'), hash: bytes } : null
}

const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '')
