import type { DriverDefinition } from '@main/edge/component/driver'
import { propertiesOf } from '@main/edge/config/property-docs'
import type { FelixType } from './felix-value'

/** Finds a factory by its PID. */
export type FindDriver = (factoryId: string) => DriverDefinition | undefined

const LETTERS = { string: 'T', password: 'T', integer: 'I', double: 'D', boolean: 'B' } as const

/** Which type each property of a factory has; OpenEMS takes no `double` for an `int`. */
export function typesOf(driver: DriverDefinition | undefined): ReadonlyMap<string, FelixType> {
  if (!driver) return new Map()
  return new Map(propertiesOf(driver, '').map(({ id, type }) => [id, LETTERS[type]]))
}
