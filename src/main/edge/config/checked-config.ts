import { ComponentId, type Properties, PropertyValue, type StoredComponent } from '@shared/edge-config'
import { SitewrightError } from '@shared/errors'
import type { z } from 'zod'
import type { DriverDefinition } from '../component/driver'

/** Written by us beside the driver's own properties; never sent in by a client. */
export const LAST_CHANGE = ['_lastChangeAt', '_lastChangeBy'] as const

/** Members a client may send that are not configuration: ids of the runtime, hints, filters (wire description §4.3). */
const RESERVED =
  /^(id|component\.id|component\.name|service\.pid|service\.factoryPid|webconsole\..*|event\.topics|.*\.target|_lastChange.*)$/

/** A component's configuration with everything worked out, ready to be built. */
export interface CheckedComponent {
  readonly id: string
  readonly alias: string
  readonly enabled: boolean
  readonly driver: DriverDefinition
  readonly config: Record<string, unknown>
  readonly references: readonly string[]
  readonly stored: StoredComponent
}

/** Reads a stored component with its driver's schema. What is wrong is named, property by property. */
export function checkComponent(id: string, stored: StoredComponent, driver: DriverDefinition): CheckedComponent {
  const { enabled = true, ...rest } = withoutLastChange(stored.properties)
  if (typeof enabled !== 'boolean') throw wrong('enabled: true or false is needed')
  if (!ComponentId.safeParse(id).success) {
    throw wrong(`"${id}" is no component id: small first letter, then letters, then a number, e.g. meter0`)
  }
  const parsed = driver.config.safeParse(rest)
  if (!parsed.success) throw wrong(parsed.error.issues.map(issueText).join('; '))
  return {
    id,
    alias: stored.alias,
    enabled,
    driver,
    config: parsed.data,
    references: driver.references?.(parsed.data) ?? [],
    stored,
  }
}

/** The property list of a request as properties; `null` and reserved members are told apart. */
export function readPropertyList(list: readonly { name: string; value: unknown }[]): {
  set: Properties
  removed: string[]
  id: string | null
  alias: string | null
} {
  const set: Properties = {}
  const removed: string[] = []
  let id: string | null = null
  let alias: string | null = null
  for (const { name, value } of list) {
    if (name === 'id') id = String(value)
    else if (name === 'alias') alias = value === null ? '' : String(value)
    else if (RESERVED.test(name)) continue
    else if (value === null) removed.push(name)
    else {
      const checked = PropertyValue.safeParse(value)
      if (!checked.success) throw wrong(`${name}: text, number, true/false or a list of these is needed`)
      set[name] = checked.data
    }
  }
  return { set, removed, id, alias }
}

export function withoutLastChange(properties: Properties): Properties {
  const rest = { ...properties }
  for (const name of LAST_CHANGE) delete rest[name]
  return rest
}

const wrong = (text: string) => new SitewrightError('config.not-applied', text, { args: { reason: text } })

function issueText(issue: z.core.$ZodIssue): string {
  const where = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') return `no such property: ${issue.keys.join(', ')}`
  return where ? `${where}: ${issue.message}` : issue.message
}
