import { decode } from '@shared/modbus-numbers'
import { tidy } from '@shared/units'
import type { ModelDefinition, PointDefinition, PointType } from './models'

/** Where a point lies in a model, with the register of its scale factor; offsets count from the id register. */
export interface PointPlace {
  readonly offset: number
  readonly definition: PointDefinition
  readonly scaleOffset: number | null
}

/**
 * Finds a point, in the fixed part or in the module-th repeating group (counted from 1). Null where the model, or this
 * device's version of it, does not have it: `length` is the L that the device states.
 */
export function locatePoint(
  model: ModelDefinition,
  length: number,
  point: string,
  module: number | null = null,
): PointPlace | null {
  const group = module === null ? null : model.repeat
  const definition = (group ?? (module === null ? model : null))?.points.get(point)
  if (!definition) return null
  const start = group && module !== null ? group.at + (module - 1) * group.length : 0
  const offset = start + definition.offset
  if (offset + definition.words > length + 2) return null
  const scale = definition.scale === null ? undefined : model.points.get(definition.scale)
  return { offset, definition, scaleOffset: scale?.offset ?? null }
}

/**
 * The value of a point: number with its scale factor applied, text, or null where the device says "not implemented".
 * `at` gives the word at an offset from the model's id register.
 * Source: SunSpec Device Information Model Specification V1.1, §4 (types, unimplemented values, scale factors).
 */
export function pointValue(place: PointPlace, at: (offset: number) => number): number | string | null {
  const words = Array.from({ length: place.definition.words }, (_, index) => at(place.offset + index))
  const raw = rawValue(place.definition.type, words)
  if (typeof raw !== 'number' || place.definition.scale === null) return raw
  if (place.scaleOffset === null) return null
  const scale = rawValue('sunssf', [at(place.scaleOffset)])
  return typeof scale === 'number' ? tidy(raw * 10 ** scale) : null
}

/** All points of a model that was read whole, by name; those of repeating groups as `module[0].DCW`. */
export function modelValues(model: ModelDefinition, words: ArrayLike<number>): Map<string, number | string | null> {
  const values = new Map<string, number | string | null>()
  const length = words.length - 2
  const at = (offset: number) => words[offset] ?? 0
  const put = (name: string, place: PointPlace | null) => {
    if (place && place.definition.type !== 'sunssf') values.set(name, pointValue(place, at))
  }
  for (const point of model.points.keys()) put(point, locatePoint(model, length, point))
  for (let module = 1; module <= moduleCount(model, length); module++) {
    for (const point of model.repeat?.points.keys() ?? []) {
      put(`${model.repeat?.name}[${module - 1}].${point}`, locatePoint(model, length, point, module))
    }
  }
  return values
}

/** How many repeating groups fit into the length that the device states; its own count may be wrong, the length is not. */
export function moduleCount(model: ModelDefinition, length: number): number {
  if (!model.repeat) return 0
  return Math.max(0, Math.floor((length + 2 - model.repeat.at) / model.repeat.length))
}

function rawValue(type: PointType, words: readonly number[]): number | string | null {
  switch (type) {
    case 'uint16':
    case 'enum16':
    case 'bitfield16':
    case 'count':
      return words[0] === 0xffff ? null : (words[0] ?? null)
    case 'int16':
    case 'sunssf':
      return words[0] === 0x8000 ? null : decode('int16', words)
    case 'uint32':
    case 'bitfield32':
      return words.every((word) => word === 0xffff) ? null : decode('uint32', words)
    case 'int32':
      return words[0] === 0x8000 && words[1] === 0 ? null : decode('int32', words)
    case 'uint64':
      return words.every((word) => word === 0xffff) ? null : decode('uint64', words)
    case 'acc32':
      return words.every((word) => word === 0) ? null : decode('uint32', words)
    case 'acc64':
      return words.every((word) => word === 0) ? null : decode('uint64', words)
    case 'float32':
      return decode('float32', words)
    default:
      return decode('string', words)
  }
}
