import { hashPassword, verifyPassword } from '@main/storage/password'
import { expect, it } from 'vitest'

it('knows the password again, and no other', async () => {
  const stored = await hashPassword('correct horse')
  expect(stored).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(await verifyPassword('correct horse', stored)).toBe(true)
  expect(await verifyPassword('correct horsE', stored)).toBe(false)
  expect(await hashPassword('correct horse')).not.toBe(stored)
})

it('takes a letter for the same however the keyboard composed it', async () => {
  const stored = await hashPassword('Zu\u0308rich')
  expect(await verifyPassword('Z\u00fcrich', stored)).toBe(true)
})

it('still verifies what was stored with other figures', async () => {
  // RFC 7914, §12: scrypt("pleaseletmein", "SodiumChloride", N=16384, r=8, p=1), its first 32 bytes.
  const hash = Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex')
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
  const stored = `$scrypt$ln=14,r=8,p=1$${text(Buffer.from('SodiumChloride'))}$${text(hash)}`
  expect(await verifyPassword('pleaseletmein', stored)).toBe(true)
  expect(await verifyPassword('pleaseletmeout', stored)).toBe(false)
})

it.each([
  ['no user', null],
  ['nothing stored', ''],
  ['another scheme', '$2b$12$abcdefghijklmnopqrstuv'],
  ['a gigabyte asked for', '$scrypt$ln=30,r=8,p=1$AAAA$AAAA'],
  ['a hash of the wrong length', '$scrypt$ln=1,r=1,p=1$AAAA$AAAA'],
])('says no, after the same work: %s', async (_what, stored) => {
  expect(await verifyPassword('', stored)).toBe(false)
})
