import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { DriverDefinition } from '@main/edge/component/driver'
import { withoutLastChange } from '@main/edge/config/checked-config'
import type { Properties, PropertyValue, StoredComponent, StoredEdgeConfig } from '@shared/edge-config'
import { type Message, message } from '@shared/message'
import { readConfigFile, writeConfigFile } from './config-file'
import { type ConfigFile, pathOf, textOf } from './directory'
import { type FindDriver, typesOf } from './felix-types'
import { type FelixProperties, type FelixValue, felix, fromProperty, toProperty } from './felix-value'
import type { OriginalFile } from './import-felix'
import { MINIMAL_SET } from './minimal-set'
import { ANY_TARGET, isOfRuntime, targetOf } from './runtime-properties'

export interface FelixExport {
  readonly files: readonly ExportedFile[]
  /** What a real edge could not load: a factory OpenEMS does not have, a carried file whose id was given away since. */
  readonly leftOut: readonly { componentId: string; why: Message }[]
  /** Ids of what was added because an edge is of no use without it. */
  readonly added: readonly string[]
}

export interface ExportedFile extends ConfigFile {
  readonly componentId: string | null
  readonly isAdded: boolean
}

const REVISION = ':org.apache.felix.configadmin.revision:'

/**
 * A configuration as the directory a real edge starts from. A file that came by import goes back under its own PID, unchanged
 * but for what was changed since; a new one is written whole, with OpenEMS's defaults filled in. `siteId` makes the PIDs of new
 * files, so that exporting twice gives the same files.
 */
export function exportFelix(
  config: StoredEdgeConfig,
  { siteId, originals, find }: { siteId: string; originals: readonly OriginalFile[]; find: FindDriver },
): FelixExport {
  const files: ExportedFile[] = []
  const factories = new Set<string>()
  const written = new Set<string>()
  const leftOut: { componentId: string; why: Message }[] = []
  const fromFile = new Set(originals.map(({ componentId }) => componentId))
  for (const { componentId, path, text } of originals) {
    const properties = readConfigFile(text)
    const id = textOf(properties, 'id') ?? ''
    if (componentId === null && id in config.components && !fromFile.has(id)) {
      leftOut.push({ componentId: id, why: message('felix.replaced', { place: path }) })
      continue
    }
    const stored = componentId === null ? undefined : config.components[componentId]
    if (componentId !== null && stored?.factoryId !== factoryOf(properties)) continue
    files.push({ path, text: stored ? updated(text, properties, stored, find) : text, componentId, isAdded: false })
    factories.add(factoryOf(properties))
    if (componentId !== null) written.add(componentId)
  }

  const write = (id: string, stored: StoredComponent, isAdded = false) => {
    files.push({ ...created(siteId, id, stored, find), componentId: id, isAdded })
    factories.add(stored.factoryId)
    written.add(id)
  }
  for (const [id, stored] of Object.entries(config.components)) {
    if (written.has(id)) continue
    if (isKnownToOpenems(stored.factoryId)) write(id, stored)
    else leftOut.push({ componentId: id, why: message('felix.no-openems-factory', { factoryId: stored.factoryId }) })
  }
  const added: string[] = []
  const isThere = ({ factoryId }: StoredComponent) =>
    [...factories].some((factory) => kindOf(factory) === kindOf(factoryId))
  for (const [id, stored] of Object.entries(MINIMAL_SET)) {
    if (isThere(stored) || written.has(id)) continue
    write(id, stored, true)
    added.push(id)
  }
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), leftOut, added }
}

/** Factories under our own name are ours alone. */
const isKnownToOpenems = (factoryId: string): boolean => !factoryId.startsWith('Sitewright.')

/** One scheduler is enough, and so is one REST API: which of them is the person's choice. */
const kindOf = (factoryId: string): string =>
  factoryId.replace(/^(Scheduler|Timedata)\..*$/, '$1').replace(/\.Read(Only|Write)$/, '')

const factoryOf = (properties: FelixProperties): string =>
  textOf(properties, 'service.factoryPid') ?? textOf(properties, 'service.pid') ?? ''

/** A file that came by import, with what was changed since. Unchanged it is the very same text. */
function updated(text: string, original: FelixProperties, stored: StoredComponent, find: FindDriver): string {
  const types = typesOf(find(stored.factoryId))
  const now: Properties = { ...stored.properties, ...(isAliased(original, stored) && { alias: stored.alias }) }
  const result = new Map<string, FelixValue>()
  let isChanged = false
  for (const [name, value] of original) {
    const isGone = !isOfRuntime(name) && !(name in now)
    if (isGone) isChanged = true
    else result.set(name, value)
  }
  for (const [name, value] of Object.entries(now)) {
    const before = original.get(name)
    if (before && isDeepStrictEqual(toProperty(before), value)) continue
    isChanged = true
    result.set(name, fromProperty(value, before?.type ?? types.get(name), before?.list ?? '['))
    const target = targetOf(name)
    if (target) result.set(target, felix('T', ANY_TARGET))
  }
  return isChanged ? writeConfigFile(result) : text
}

const isAliased = (original: FelixProperties, { alias }: StoredComponent): boolean =>
  alias !== '' || original.has('alias')

function created(siteId: string, id: string, stored: StoredComponent, find: FindDriver): ConfigFile {
  const { factoryId, alias, properties } = stored
  const driver = find(factoryId)
  const types = typesOf(driver)
  const isSingleton = id.startsWith('_')
  const pid = isSingleton ? factoryId : `${factoryId}.${uuidOf(`${siteId}/${id}`)}`
  const defaults = !isSingleton && driver ? defaultsOf(driver, properties) : {}
  const result = new Map<string, FelixValue>([
    [REVISION, felix('L', 1n)],
    ['service.pid', felix('T', pid)],
  ])
  if (!isSingleton) {
    result.set('service.factoryPid', felix('T', factoryId))
    result.set('id', felix('T', id))
    result.set('enabled', felix('B', true))
  }
  if (!isSingleton || alias !== '') result.set('alias', felix('T', alias))
  for (const [name, value] of Object.entries({ ...defaults, ...properties })) {
    result.set(name, fromProperty(value, types.get(name)))
    const target = targetOf(name)
    if (target) result.set(target, felix('T', ANY_TARGET))
  }
  return { path: pathOf(pid), text: writeConfigFile(result) }
}

/** The properties as the driver's schema reads them; a configuration it does not take is written as it is. */
function defaultsOf({ config }: DriverDefinition, { enabled: _, ...properties }: Properties): Properties {
  const read = config.safeParse(withoutLastChange(properties))
  if (!read.success) return {}
  return Object.fromEntries(
    Object.entries(read.data).filter((entry): entry is [string, PropertyValue] => entry[1] !== undefined),
  )
}

/** Always the same for the same component, in the form of a UUID (RFC 9562, version 8). */
function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
