import { encodeWords } from './encode-words'
import { RegisterImage } from './register-image'
import { type ModelLayout, modelLayout, POINT_WORDS, type PointLayout, type PointType } from './sunspec-layouts'

export interface SunSpecOptions {
  /** Zero-based address of "SunS". The specification names 40000, 0 and 50000; devices elsewhere exist. */
  readonly base?: number
  /** Model ids in the order of the chain, the common model 1 first. */
  readonly models: readonly number[]
  /** Modules of model 160. */
  readonly modules?: number
  /** 65 (without) or 66 (with pad register). */
  readonly commonLength?: 65 | 66
  /** False: the chain just stops, as some devices leave out the end model. */
  readonly end?: boolean
}

type Value = number | string | null

/**
 * The register image of a SunSpec device: "SunS", a chain of models, the end model. Points take physical values (W, V,
 * Wh, %); scale factors and the type's "not implemented" are worked out here. A point nobody set is not implemented.
 * Source: SunSpec Device Information Model Specification V1.2.1, §6 (chain, types, not-implemented values).
 */
export class SunSpecImage {
  readonly registers = new RegisterImage()
  readonly #models = new Map<number, { readonly at: number; readonly layout: ModelLayout }>()
  readonly #values = new Map<string, Value>()
  readonly #exponents = new Map<string, number>()

  constructor({ base = 40_000, models, modules = 4, commonLength = 65, end = true }: SunSpecOptions) {
    this.registers.put(3, base, encodeWords('SunS', { format: 'string' }))
    let at = base + 2
    for (const id of models) {
      const layout = modelLayout(id, { modules, padded: commonLength === 66 })
      this.registers.put(3, at, [id, layout.length])
      this.#models.set(id, { at, layout })
      for (const point of layout.points.values()) this.#prepare(id, at, point)
      at += 2 + layout.length
    }
    if (end) this.registers.put(3, at, [0xffff, 0])
    if (models.includes(160)) this.set(160, 'N', modules)
  }

  /** Wire address of a model's id register, or of one of its points. */
  addressOf(model: number, point?: string): number {
    const { at, layout } = this.#model(model)
    return point === undefined ? at : at + this.#point(layout, point).offset
  }

  /** `null` = not implemented. A number is rounded to what the scale factor can say. */
  set(model: number, point: string, value: Value): void {
    const { at, layout } = this.#model(model)
    const { offset, type, scale } = this.#point(layout, point)
    this.#values.set(`${model}.${point}`, value)
    const exponent = scale === null ? 0 : (this.#exponents.get(`${model}.${scale}`) ?? 0)
    this.registers.put(3, at + offset, pointWords(value, type, exponent))
  }

  setAll(model: number, values: Readonly<Record<string, Value>>): void {
    for (const [point, value] of Object.entries(values)) this.set(model, point, value)
  }

  /** Gives a scale factor another exponent, as devices do while running: its points say the same in other words. */
  rescale(model: number, scale: string, exponent: number): void {
    const { at, layout } = this.#model(model)
    this.#exponents.set(`${model}.${scale}`, exponent)
    this.registers.put(3, at + this.#point(layout, scale).offset, pointWords(exponent, 'sf', 0))
    for (const point of layout.points.values()) {
      const value = this.#values.get(`${model}.${point.name}`)
      if (point.scale === scale && value !== undefined) this.set(model, point.name, value)
    }
  }

  #prepare(model: number, at: number, point: PointLayout): void {
    const { name, offset, type, exponent, writable } = point
    this.registers.put(3, at + offset, pointWords(type === 'sf' ? exponent : null, type, 0))
    if (type === 'sf') this.#exponents.set(`${model}.${name}`, exponent)
    if (!writable) return
    this.registers.allowWrite(6, at + offset, POINT_WORDS[type])
    this.registers.allowWrite(16, at + offset, POINT_WORDS[type])
  }

  #model(id: number) {
    const model = this.#models.get(id)
    if (model === undefined) throw new RangeError(`this device has no SunSpec model ${id}`)
    return model
  }

  #point(layout: ModelLayout, name: string): PointLayout {
    const point = layout.points.get(name)
    if (point === undefined) throw new RangeError(`SunSpec model ${layout.id} has no point ${name}`)
    return point
  }
}

const NOT_IMPLEMENTED: Readonly<Record<PointType, readonly number[]>> = {
  u16: [0xffff],
  s16: [0x8000],
  u32: [0xffff, 0xffff],
  u64: [0xffff, 0xffff, 0xffff, 0xffff],
  acc32: [0, 0],
  acc64: [0, 0, 0, 0],
  f32: [0x7fc0, 0],
  sf: [0x8000],
  enum16: [0xffff],
  bits16: [0xffff],
  bits32: [0xffff, 0xffff],
  str4: Array(4).fill(0),
  str8: Array(8).fill(0),
  str16: Array(16).fill(0),
  pad: [0x8000],
}

function pointWords(value: Value, type: PointType, exponent: number): readonly number[] {
  if (value === null) return NOT_IMPLEMENTED[type]
  const raw = typeof value === 'number' ? value / 10 ** exponent : value
  switch (type) {
    case 'str4':
    case 'str8':
    case 'str16':
      return encodeWords(value, { format: 'string', words: POINT_WORDS[type] })
    case 'f32':
      return encodeWords(raw, { format: 'float32' })
    case 's16':
    case 'sf':
      return encodeWords(raw, { format: 'int16' })
    case 'u32':
    case 'acc32':
    case 'bits32':
      return encodeWords(raw, { format: 'uint32' })
    case 'u64':
    case 'acc64':
      return encodeWords(raw, { format: 'uint64' })
    default:
      return encodeWords(raw, { format: 'uint16' })
  }
}
