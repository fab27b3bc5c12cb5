import { isDeepStrictEqual } from 'node:util'
import type { ConfigChangeEntry, Properties, PropertyValue, StoredComponent } from '@shared/edge-config'
import { SitewrightError } from '@shared/errors'
import { withoutLastChange } from './checked-config'
import type { ConfigChange } from './config-store'
import { HIDDEN } from './property-docs'

/** One entry of the history as a person reads it: what was done to which component, property by property, no password. */
export function describeChange(
  change: ConfigChange,
  isSecret: (factoryId: string, name: string) => boolean,
): ConfigChangeEntry {
  const { old, new: now } = sidesOf(change)
  const { number, at, by, componentId } = change
  const factoryId = (now ?? old)?.factoryId ?? ''
  const shown = (name: string, value: PropertyValue | null) => (value && isSecret(factoryId, name) ? HIDDEN : value)
  return {
    number,
    at,
    by,
    componentId,
    factoryId,
    kind: old === null ? 'created' : now === null ? 'deleted' : 'changed',
    properties: differences(valuesOf(old), valuesOf(now)).map((line) => ({
      name: line.name,
      old: shown(line.name, line.old),
      new: shown(line.name, line.new),
    })),
  }
}

/**
 * What the component would be without this change; null = it would not exist. Later changes of other properties stay.
 * Throws `config.not-applied` with the reason when the change no longer fits what is there now.
 */
export function withoutChange(change: ConfigChange, current: StoredComponent | undefined): StoredComponent | null {
  const { old, new: now } = sidesOf(change)
  const { componentId } = change
  if (now === null) {
    if (current) throw doesNotFit(`there is a ${componentId} again`)
    return old
  }
  if (!current) throw doesNotFit(`${componentId} was deleted since`)
  if (current.factoryId !== now.factoryId) throw doesNotFit(`${componentId} is a ${current.factoryId} now`)
  const values = valuesOf(current)
  const again = differences(valuesOf(now), values).map(({ name }) => name)
  if (old === null) {
    if (again.length > 0) throw doesNotFit(`${componentId} was changed since (${again.join(', ')})`)
    return null
  }
  for (const { name, old: before } of differences(valuesOf(old), valuesOf(now))) {
    if (again.includes(name)) throw doesNotFit(`${name} was changed again since`)
    if (before === null) delete values[name]
    else values[name] = before
  }
  const { alias = '', ...properties } = values
  return { factoryId: current.factoryId, alias: String(alias), properties }
}

/** A component that belongs to every edge was there before its first change, with nothing but defaults. */
function sidesOf({ componentId, old, new: now }: ConfigChange): Pick<ConfigChange, 'old' | 'new'> {
  const isOwn = componentId.startsWith('_')
  return { old: isOwn && now && !old ? { factoryId: now.factoryId, alias: '', properties: {} } : old, new: now }
}

function valuesOf(stored: StoredComponent | null): Properties {
  if (!stored) return {}
  return { ...(stored.alias === '' ? {} : { alias: stored.alias }), ...withoutLastChange(stored.properties) }
}

function differences(old: Properties, now: Properties) {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])]
  return names
    .map((name) => ({ name, old: valueIn(old, name), new: valueIn(now, name) }))
    .filter((line) => !isDeepStrictEqual(line.old, line.new))
}

const valueIn = (values: Properties, name: string): PropertyValue | null => values[name] ?? null

const doesNotFit = (reason: string) => new SitewrightError('config.not-applied', reason, { args: { reason } })
