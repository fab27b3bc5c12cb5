import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileError } from './file-error'
import { corrupt } from './sqlite-error'

export const KEY_BYTES = 32

/**
 * The data key where there is no keychain: 32 random bytes in `<folder>/key`, readable by its owner only, made at first
 * use. Whoever has this file and the vault has the secrets. Throws `storage.corrupt` when it is not a key: a new one
 * would make every sealed secret unreadable, so none is made.
 */
export async function keyFile(folder: string): Promise<Uint8Array> {
  const path = join(folder, 'key')
  const key = await readOrMake(folder, path).catch((error: unknown) => {
    throw fileError(error, folder)
  })
  if (key.length !== KEY_BYTES) throw corrupt(path, `${key.length} bytes instead of ${KEY_BYTES}`)
  return new Uint8Array(key)
}

async function readOrMake(folder: string, path: string): Promise<Uint8Array> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  await create(path)
  await chmod(path, 0o600)
  return readFile(path)
}

async function create(path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return null
    throw error
  })
  if (!file) return
  try {
    await file.writeFile(randomBytes(KEY_BYTES))
    await file.sync()
  } finally {
    await file.close()
  }
}
