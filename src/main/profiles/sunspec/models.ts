import { z } from 'zod'

/** How a SunSpec point lies in its registers; all are most significant word first. */
export type PointType =
  | 'uint16'
  | 'int16'
  | 'uint32'
  | 'int32'
  | 'uint64'
  | 'float32'
  | 'acc32'
  | 'acc64'
  | 'enum16'
  | 'bitfield16'
  | 'bitfield32'
  | 'count'
  | 'sunssf'
  | `string${number}`

export interface PointDefinition {
  /** Counted from the model's id register (id = 0, L = 1); inside a repeating group from the group's first register. */
  readonly offset: number
  readonly type: PointType
  readonly words: number
  readonly unit: string
  /** The point of the same model that holds the power of ten. */
  readonly scale: string | null
}

export interface PointGroup {
  readonly name: string
  readonly at: number
  readonly length: number
  readonly points: ReadonlyMap<string, PointDefinition>
}

export interface ModelDefinition {
  readonly id: number
  readonly name: string
  /** L of the fixed part. */
  readonly length: number
  readonly points: ReadonlyMap<string, PointDefinition>
  /** The group that repeats to the end of the model, e.g. the trackers of model 160. */
  readonly repeat: PointGroup | null
}

/** The models we can read, by id. What a chain shows beyond them is skipped. */
export type SunspecModels = ReadonlyMap<number, ModelDefinition>

const TYPE_WORDS: Readonly<Record<string, number>> = {
  uint16: 1,
  int16: 1,
  enum16: 1,
  bitfield16: 1,
  count: 1,
  sunssf: 1,
  uint32: 2,
  int32: 2,
  acc32: 2,
  float32: 2,
  bitfield32: 2,
  uint64: 4,
  acc64: 4,
}

const Type = z
  .string()
  .refine((type): type is PointType => type in TYPE_WORDS || /^string\d+$/.test(type), 'unknown SunSpec type')
/** `[offset, type, unit, scale factor point]` */
const Point = z.tuple([z.int().min(0), Type]).rest(z.string())
const Points = z.record(z.string(), Point)
const File = z.strictObject({
  source: z.string(),
  models: z.record(
    z.string(),
    z.strictObject({
      name: z.string(),
      length: z.int(),
      points: Points,
      repeat: z.strictObject({ name: z.string(), at: z.int(), length: z.int(), points: Points }).optional(),
    }),
  ),
})

/** Reads `resources/sunspec/models.json`: facts of the SunSpec Alliance's model definitions. */
export function parseSunspecModels(data: unknown): SunspecModels {
  const file = File.parse(data)
  return new Map(
    Object.entries(file.models).map(([key, model]) => {
      const id = Number(key)
      const { repeat } = model
      return [
        id,
        {
          id,
          name: model.name,
          length: model.length,
          points: definitions(model.points),
          repeat: repeat ? { ...repeat, points: definitions(repeat.points) } : null,
        },
      ]
    }),
  )
}

function definitions(points: z.infer<typeof Points>): ReadonlyMap<string, PointDefinition> {
  return new Map(
    Object.entries(points).map(([name, [offset, type, unit = '', scale]]) => [
      name,
      { offset, type, words: TYPE_WORDS[type] ?? Number(type.slice('string'.length)), unit, scale: scale ?? null },
    ]),
  )
}
