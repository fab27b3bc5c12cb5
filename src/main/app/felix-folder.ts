import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { ConfigFile } from '@main/commissioning/export/felix/directory'
import { fileError } from '@main/storage/file-error'
import { SitewrightError } from '@shared/errors'

/** All files of a configuration directory. Throws `config.folder` where there is none, or nothing to read in it. */
export async function readFelixFolder(folder: string): Promise<ConfigFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      throw refused(folder, error.code === 'ENOENT' ? 'there is no such folder' : error.message)
    },
  )
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  if (!files.some((file) => file.endsWith('.config'))) throw refused(folder, 'there is no .config file in it')
  return Promise.all(
    files.map(async (file) => ({
      path: relative(folder, file).split(sep).join('/'),
      // Of a file that no runtime reads only the name is of interest.
      text: file.endsWith('.config') ? await read(file) : '',
    })),
  )
}

const read = (file: string) =>
  readFile(file, 'utf8').catch((error: unknown) => {
    throw fileError(error, file)
  })

/** Writes a configuration directory. Only into an empty folder, so that no old file is loaded beside the new ones. */
export async function writeFelixFolder(folder: string, files: readonly ConfigFile[]): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw refused(folder, error.message)
  })
  if (found.length > 0) throw refused(folder, 'it is not empty')
  for (const { path, text } of files) {
    const file = join(folder, ...path.split('/'))
    try {
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text, { flag: 'wx' })
    } catch (error) {
      throw fileError(error, file)
    }
  }
}

const refused = (folder: string, text: string) =>
  new SitewrightError('config.folder', `${folder}: ${text}`, { args: { file: folder, text } })
