import type { PropertyValue } from '@shared/edge-config'
import { z } from 'zod'
import type { DriverDefinition } from '../component/driver'

/**
 * One property of a factory as OpenEMS describes it to a UI, which makes a form of it (wire description §4.3). A list of
 * values has the type of its elements; that it is a list says `schema`.
 */
export interface PropertyDoc {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly type: 'string' | 'integer' | 'double' | 'boolean' | 'password'
  readonly isRequired: boolean
  readonly isPassword: boolean
  readonly defaultValue: PropertyValue | null
  readonly schema: FormField
}

/** A field of the form library the official UI uses. */
export interface FormField {
  readonly type: 'input' | 'select' | 'toggle' | 'repeat'
  readonly templateOptions: {
    readonly type?: 'text' | 'number' | 'password'
    readonly min?: number
    readonly max?: number
    readonly options?: readonly { readonly value: string; readonly label: string }[]
  }
  readonly fieldArray?: FormField
}

/** What JSON schema tells of a property; `title`, `description` and `password` come from the driver's `.meta({…})`. */
const JsonProperty = z.object({
  type: z.string().optional(),
  title: z.string().optional(),
  description: z.string().default(''),
  password: z.boolean().default(false),
  default: z.unknown().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  enum: z.array(z.string()).optional(),
  get items(): z.ZodOptional<typeof JsonProperty> {
    return JsonProperty.optional()
  },
})
type JsonProperty = z.output<typeof JsonProperty>

const JsonObject = z.object({
  properties: z.record(z.string(), JsonProperty).default({}),
  required: z.array(z.string()).default([]),
})

/**
 * The properties of a factory, derived from its configuration schema alone: what is checked is what the form asks. A
 * factory that can be installed has `id`, `alias` and `enabled` before its own.
 */
export function propertiesOf(driver: DriverDefinition, suggestedId: string): PropertyDoc[] {
  const { properties, required } = JsonObject.parse(z.toJSONSchema(driver.config, { io: 'input' }))
  const own = Object.entries(properties).map(([id, property]) => propertyDoc(id, property, required.includes(id)))
  return driver.singleton ? own : [...common(suggestedId), ...own]
}

/** What stands in place of a password wherever configuration is shown (wire description §4.3). */
export const HIDDEN = 'xxx'

const passwords = new WeakMap<DriverDefinition, ReadonlySet<string>>()

/** Names of the properties of a factory that are never shown. */
export function passwordsOf(driver: DriverDefinition): ReadonlySet<string> {
  const known =
    passwords.get(driver) ?? new Set(propertiesOf(driver, '').flatMap(({ id, isPassword }) => (isPassword ? [id] : [])))
  passwords.set(driver, known)
  return known
}

function common(suggestedId: string): PropertyDoc[] {
  const text = { type: 'input', templateOptions: { type: 'text' } } as const
  const shared = { description: '', isRequired: false, isPassword: false }
  return [
    { ...shared, id: 'id', name: 'Component-ID', type: 'string', defaultValue: suggestedId, schema: text },
    { ...shared, id: 'alias', name: 'Alias', type: 'string', defaultValue: '', schema: text },
    {
      ...shared,
      id: 'enabled',
      name: 'Is enabled?',
      type: 'boolean',
      defaultValue: true,
      schema: { type: 'toggle', templateOptions: {} },
    },
  ]
}

function propertyDoc(id: string, property: JsonProperty, isRequired: boolean): PropertyDoc {
  const element = property.items ?? property
  return {
    id,
    name: property.title ?? titleOf(id),
    description: property.description,
    type: property.password ? 'password' : typeOf(element),
    isRequired,
    isPassword: property.password,
    defaultValue: (property.default as PropertyValue | undefined) ?? null,
    schema: property.items
      ? { type: 'repeat', templateOptions: {}, fieldArray: fieldOf(property.items) }
      : fieldOf(property),
  }
}

function typeOf({ type }: JsonProperty): PropertyDoc['type'] {
  if (type === 'integer' || type === 'boolean') return type
  return type === 'number' ? 'double' : 'string'
}

function fieldOf(property: JsonProperty): FormField {
  if (property.enum) {
    return { type: 'select', templateOptions: { options: property.enum.map((value) => ({ value, label: value })) } }
  }
  const type = typeOf(property)
  if (type === 'boolean') return { type: 'toggle', templateOptions: {} }
  if (type === 'string') return { type: 'input', templateOptions: { type: property.password ? 'password' : 'text' } }
  const { minimum: min, maximum: max } = property
  return {
    type: 'input',
    templateOptions: { type: 'number', ...(isLimit(min) && { min }), ...(isLimit(max) && { max }) },
  }
}

/** A whole number without a limit of its own ends where JavaScript's numbers do, which no form need say. */
const isLimit = (limit: number | undefined): limit is number =>
  limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER

/** `modbusUnitId` is called "Modbus Unit-ID", `modbus.id` "Modbus-ID". */
function titleOf(id: string): string {
  const words = id.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[ .]/)
  return words
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ')
    .replace(/ Ids?$/, (end) => (end === ' Id' ? '-ID' : '-IDs'))
}
