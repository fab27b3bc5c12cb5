import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SitewrightError } from '@shared/errors'
import { z } from 'zod'
import { writeFileAtomic } from './atomic-file'
import { KEY_BYTES } from './key-file'
import { corrupt } from './sqlite-error'

/**
 * Secrets at rest: one file each, sealed with AES-256-GCM (NIST SP 800-38D) under the data key. The name is bound in as
 * associated data, so a sealed value cannot be put under another name. Nothing here is ever logged.
 */
export interface Vault {
  seal(name: string, secret: string): Promise<void>
  /** null = there is none. Throws `storage.wrong-key` when it was sealed with another key or changed since. */
  open(name: string): Promise<string | null>
  remove(name: string): Promise<void>
  names(): Promise<string[]>
}

export function createVault(key: Uint8Array, folder: string): Vault {
  if (key.length !== KEY_BYTES) throw new RangeError(`The data key has ${KEY_BYTES} bytes, not ${key.length}`)
  // Any name, and no trouble with capital letters, slashes and long names on any file system.
  const fileOf = (name: string) => join(folder, `${createHash('sha256').update(name).digest('hex')}.sealed`)

  return {
    async seal(name, secret) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      // 96 random bits: fine for far more than the few thousand sealings of one key's life (SP 800-38D, §8.3).
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name))
      const data = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      const sealed: Sealed = {
        name,
        nonce: nonce.toString('base64'),
        data: data.toString('base64'),
        tag: cipher.getAuthTag().toString('base64'),
      }
      await writeFileAtomic(fileOf(name), JSON.stringify(sealed))
    },

    async open(name) {
      const sealed = await readSealed(fileOf(name))
      if (sealed === null) return null
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.nonce, 'base64'), {
          authTagLength: 16,
        })
        decipher.setAAD(Buffer.from(name)).setAuthTag(Buffer.from(sealed.tag, 'base64'))
        return Buffer.concat([decipher.update(sealed.data, 'base64'), decipher.final()]).toString('utf8')
      } catch (cause) {
        throw new SitewrightError('storage.wrong-key', `The secret "${name}" was sealed with another key`, {
          args: { name },
          cause,
        })
      }
    },

    remove: (name) => rm(fileOf(name), { force: true }),

    async names() {
      const files = await readdir(folder).catch(absent)
      const all = await Promise.all(
        (files ?? []).filter((file) => file.endsWith('.sealed')).map((file) => readSealed(join(folder, file))),
      )
      return all.flatMap((sealed) => (sealed ? [sealed.name] : [])).sort()
    },
  }
}

const Sealed = z.object({ name: z.string(), nonce: z.base64(), data: z.base64(), tag: z.base64() })
type Sealed = z.infer<typeof Sealed>

async function readSealed(file: string): Promise<Sealed | null> {
  const content = await readFile(file, 'utf8').catch(absent)
  if (content === null) return null
  try {
    return Sealed.parse(JSON.parse(content))
  } catch (cause) {
    throw corrupt(file, 'not a sealed secret', cause)
  }
}

function absent(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
  throw error
}
