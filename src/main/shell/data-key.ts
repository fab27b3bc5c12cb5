import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic } from '@main/storage/atomic-file'
import { KEY_BYTES, keyFile } from '@main/storage/key-file'
import { SitewrightError } from '@shared/errors'
import type { Logger } from '@shared/log'
import type { SafeStorage } from 'electron'

/**
 * The data key of the desktop program: sealed by the system's keychain in `<folder>/key.sealed`. A key file that the
 * browser host made earlier is taken over, so that its secrets stay readable. Without a keychain the key file is used, and
 * the log says so. Throws `storage.wrong-key` when the keychain is not the one that sealed the key: a new key would make
 * every secret unreadable, so none is made.
 */
export async function dataKey(folder: string, keychain: Keychain, platform: NodeJS.Platform, log: Logger) {
  if (!keychain.isEncryptionAvailable()) {
    log.warn('This system offers no keychain; the key of the stored passwords lies in a file that only you can read.')
    return keyFile(folder)
  }
  if (platform === 'linux' && keychain.getSelectedStorageBackend() === 'basic_text')
    log.warn('No keychain service is running (backend basic_text): the stored passwords are hardly protected.')

  const path = join(folder, 'key.sealed')
  const sealed = await readIfThere(path)
  if (sealed) return open(sealed, path, keychain)
  const key = (await readIfThere(join(folder, 'key'))) ?? randomBytes(KEY_BYTES)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFileAtomic(path, keychain.encryptString(key.toString('base64')))
  return new Uint8Array(key)
}

export type Keychain = Pick<
  SafeStorage,
  'isEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptString' | 'decryptString'
>

function open(sealed: Buffer, path: string, keychain: Keychain): Uint8Array {
  try {
    const key = Buffer.from(keychain.decryptString(sealed), 'base64')
    if (key.length !== KEY_BYTES) throw new RangeError(`${key.length} bytes`)
    return new Uint8Array(key)
  } catch (cause) {
    throw new SitewrightError('storage.wrong-key', `${path} was sealed by another keychain`, {
      args: { name: path },
      cause,
    })
  }
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
