import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dataKey, type Keychain } from '@main/shell/data-key'
import { createLogger } from '@shared/log'
import { expect, it } from 'vitest'

it('makes a key once, keeps it sealed, and finds it again', async () => {
  await using folder = await vaultFolder()
  const first = await folder.open(keychain('ana'))
  expect(await folder.open(keychain('ana'))).toEqual(first)
  expect(first.length).toBe(32)
  expect(await readdir(folder.path)).toEqual(['key.sealed'])
  const stored = await readFile(join(folder.path, 'key.sealed'), 'latin1')
  expect(stored).not.toContain(Buffer.from(first).toString('base64'))
  if (process.platform !== 'win32') expect((await stat(join(folder.path, 'key.sealed'))).mode & 0o777).toBe(0o600)
})

it('takes over the key file that the browser host made', async () => {
  await using folder = await vaultFolder()
  await writeFile(join(folder.path, 'key'), Buffer.alloc(32, 7))
  expect(await folder.open(keychain('ana'))).toEqual(new Uint8Array(32).fill(7))
})

it('makes no new key when the keychain is another one, so that no secret is lost', async () => {
  await using folder = await vaultFolder()
  await folder.open(keychain('ana'))
  const before = await readFile(join(folder.path, 'key.sealed'))
  await expect(folder.open(keychain('ben'))).rejects.toMatchObject({ key: 'storage.wrong-key' })
  expect(await readFile(join(folder.path, 'key.sealed'))).toEqual(before)
})

it('says that basic_text hardly protects', async () => {
  await using folder = await vaultFolder()
  await folder.open(keychain('ana', { backend: 'basic_text' }))
  expect(folder.warnings).toEqual([
    'No keychain service is running (backend basic_text): the stored passwords are hardly protected.',
  ])
})

it('uses a key file where there is no keychain, and says so', async () => {
  await using folder = await vaultFolder()
  const key = await folder.open(keychain('ana', { available: false }))
  expect(new Uint8Array(await readFile(join(folder.path, 'key')))).toEqual(key)
  expect(folder.warnings[0]).toContain('no keychain')
})

/** Seals by turning bytes with its owner's letters; what another owner sealed does not open. */
function keychain(owner: string, { available = true, backend = 'gnome_libsecret' } = {}): Keychain {
  const turn = (bytes: Buffer) => Buffer.from(bytes.map((byte, at) => byte ^ owner.charCodeAt(at % owner.length)))
  return {
    isEncryptionAvailable: () => available,
    getSelectedStorageBackend: () => backend as ReturnType<Keychain['getSelectedStorageBackend']>,
    encryptString: (text) => turn(Buffer.from(`v1${text}`)),
    decryptString(sealed) {
      const text = turn(sealed).toString()
      if (!text.startsWith('v1')) throw new Error('Error while decrypting the ciphertext')
      return text.slice(2)
    },
  }
}

async function vaultFolder() {
  const path = await mkdtemp(join(tmpdir(), 'sitewright-key-'))
  const warnings: string[] = []
  const log = createLogger('shell', (entry) => warnings.push(entry.message))
  return {
    path,
    warnings,
    open: (chain: Keychain) => dataKey(path, chain, 'linux', log),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  }
}
