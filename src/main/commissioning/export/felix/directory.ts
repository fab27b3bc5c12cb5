import { type Message, message } from '@shared/message'
import { readConfigFile } from './config-file'
import type { FelixProperties } from './felix-value'

/** A file of a configuration directory; `path` is relative to it, with `/`. */
export interface ConfigFile {
  readonly path: string
  readonly text: string
}

export interface FelixFile extends ConfigFile {
  readonly pid: string
  /** null for a singleton. */
  readonly factoryPid: string | null
  readonly properties: FelixProperties
}

/** A file that a runtime passes over without a word, and why. */
export interface IgnoredFile {
  readonly path: string
  readonly why: Message
}

/** Where a runtime looks for a configuration: `.` is a folder, everything unusual a `%` with four hexadecimal digits. */
export function pathOf(pid: string): string {
  const parts = pid
    .split('.')
    .map((part) =>
      part.replace(/[^A-Za-z0-9_\- ]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(4, '0')}`),
    )
  return `${parts.join('/')}.config`
}

/** Reads what a runtime would load, and names what it would ignore. */
export function readDirectory(files: readonly ConfigFile[]): { loaded: FelixFile[]; ignored: IgnoredFile[] } {
  const loaded: FelixFile[] = []
  const ignored: IgnoredFile[] = []
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const read = readFile(file)
    if ('why' in read) ignored.push(read)
    else loaded.push(read)
  }
  return { loaded, ignored }
}

function readFile({ path, text }: ConfigFile): FelixFile | IgnoredFile {
  if (!path.endsWith('.config')) return { path, why: message('felix.no-config') }
  let properties: FelixProperties
  try {
    properties = readConfigFile(text)
  } catch (error) {
    return {
      path,
      why: message('felix.not-readable', { text: error instanceof Error ? error.message : String(error) }),
    }
  }
  const pid = textOf(properties, 'service.pid')
  if (!pid) return { path, why: message('felix.no-pid') }
  if (pathOf(pid) !== path) return { path, why: message('felix.wrong-place', { place: pathOf(pid) }) }
  return { path, text, pid, factoryPid: textOf(properties, 'service.factoryPid'), properties }
}

export function textOf(properties: FelixProperties, key: string): string | null {
  const value = properties.get(key)?.values[0]
  return typeof value === 'string' ? value : null
}
