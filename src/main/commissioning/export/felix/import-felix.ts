import { checkComponent } from '@main/edge/config/checked-config'
import { ComponentId, type Properties, type StoredComponent, type StoredEdgeConfig } from '@shared/edge-config'
import { type Message, message } from '@shared/message'
import { type ConfigFile, type FelixFile, type IgnoredFile, readDirectory, textOf } from './directory'
import type { FindDriver } from './felix-types'
import { toProperty } from './felix-value'
import { isOfRuntime } from './runtime-properties'

/** A file as it came, kept so that an export gives back what this edge does not run or does not know. */
export interface OriginalFile extends ConfigFile {
  /** The component it became; null = it is only carried along. */
  readonly componentId: string | null
}

export interface FelixImport {
  /** What this edge runs of it. */
  readonly config: StoredEdgeConfig
  readonly originals: readonly OriginalFile[]
  /** Files a runtime would load and this edge cannot run. */
  readonly carried: readonly { path: string; componentId: string | null; why: Message }[]
  /** Files that no runtime would load. */
  readonly ignored: readonly IgnoredFile[]
}

interface Candidate {
  readonly file: FelixFile
  readonly id: string
  readonly stored: StoredComponent
  readonly references: readonly string[]
}

/** Reads the configuration directory of a real edge. Nothing is lost: what cannot run here is carried along and named. */
export function importFelix(files: readonly ConfigFile[], find: FindDriver): FelixImport {
  const { loaded, ignored } = readDirectory(files)
  const candidates = new Map<string, Candidate>()
  const carried = new Map<string, { path: string; componentId: string | null; why: Message }>()
  const carry = (file: FelixFile, why: Message) =>
    carried.set(file.path, { path: file.path, componentId: textOf(file.properties, 'id'), why })

  for (const file of loaded) {
    const read = candidateOf(file, find)
    if ('key' in read) carry(file, read)
    else if (candidates.has(read.id)) carry(file, message('felix.id-twice', { componentId: read.id }))
    else candidates.set(read.id, read)
  }
  // What refers to something that does not run here does not run either, and so on up the line.
  for (let isSettled = false; !isSettled; ) {
    isSettled = true
    for (const { file, id, references } of candidates.values()) {
      const missing = references.find((reference) => !reference.startsWith('_') && !candidates.has(reference))
      if (missing === undefined) continue
      carry(file, message('felix.needs', { componentId: missing }))
      candidates.delete(id)
      isSettled = false
    }
  }

  const taken = new Map([...candidates.values()].map(({ file, id }) => [file.path, id]))
  return {
    config: { components: Object.fromEntries([...candidates].map(([id, { stored }]) => [id, stored])) },
    originals: loaded.map(({ path, text }) => ({ path, text, componentId: taken.get(path) ?? null })),
    carried: [...carried.values()],
    ignored,
  }
}

/** The component a file describes, or why this edge cannot run it. */
function candidateOf(file: FelixFile, find: FindDriver): Candidate | Message {
  const factoryId = file.factoryPid ?? file.pid
  const driver = find(factoryId)
  if (!driver) return message('felix.no-factory', { factoryId })
  const id = driver.singleton?.id ?? textOf(file.properties, 'id') ?? ''
  if (!ComponentId.safeParse(id).success) return message('felix.no-id', { id })
  const properties: Properties = {}
  for (const [name, typed] of file.properties) {
    if (isOfRuntime(name) || name === 'alias') continue
    const value = toProperty(typed)
    if (value === null) return message('felix.no-value', { name })
    properties[name] = value
  }
  const stored = { factoryId, alias: textOf(file.properties, 'alias') ?? '', properties }
  try {
    return { file, id, stored, references: checkComponent(id, stored, driver).references }
  } catch (error) {
    return message('felix.not-accepted', { text: error instanceof Error ? error.message : String(error) })
  }
}
