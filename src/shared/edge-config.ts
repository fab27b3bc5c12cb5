import { z } from 'zod'

/** Small letter first, digit last for components a person makes (`meter0`, `rrd4j0`); `_name` for singletons. */
export const ComponentId = z.string().regex(/^(_[a-zA-Z][A-Za-z0-9]*|[a-z][A-Za-z0-9]*[0-9])$/)
export type ComponentId = z.infer<typeof ComponentId>

/** A stored property: JSON as OpenEMS types it. */
export const PropertyValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.union([z.string(), z.number(), z.boolean()])),
])
export type PropertyValue = z.infer<typeof PropertyValue>
export type Properties = Record<string, PropertyValue>

/** What stands on disk for one component. */
export const StoredComponent = z.strictObject({
  factoryId: z.string().min(1),
  alias: z.string(),
  properties: z.record(z.string(), PropertyValue),
})
export type StoredComponent = z.infer<typeof StoredComponent>

/** `edge.json`: the whole configuration of an edge, singletons only where they differ from their defaults. */
export const StoredEdgeConfig = z.strictObject({ components: z.record(ComponentId, StoredComponent) })
export type StoredEdgeConfig = z.infer<typeof StoredEdgeConfig>

/** One entry of the configuration's history. `null` in a property: it was, or is, not set. */
export const ConfigChangeEntry = z.object({
  number: z.int(),
  at: z.number(),
  /** `admin: Administrator` */
  by: z.string(),
  componentId: z.string(),
  factoryId: z.string(),
  kind: z.enum(['created', 'changed', 'deleted']),
  properties: z.array(z.object({ name: z.string(), old: PropertyValue.nullable(), new: PropertyValue.nullable() })),
})
export type ConfigChangeEntry = z.infer<typeof ConfigChangeEntry>

/** EdgeConfig as OpenEMS sends it since 2024.6.1: used factories only, no channels (wire description §4.3). */
export const EdgeConfig = z.object({
  components: z.record(
    z.string(),
    z.object({ alias: z.string(), factoryId: z.string(), properties: z.record(z.string(), z.unknown()) }),
  ),
  factories: z.record(
    z.string(),
    z.object({ name: z.string(), description: z.string(), natureIds: z.array(z.string()) }),
  ),
})
export type EdgeConfig = z.infer<typeof EdgeConfig>
