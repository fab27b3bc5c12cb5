import { wrongAnswer } from './answer-errors'
import { type IdentificationPart, identificationPart } from './identification-calls'
import type { Answerer } from './modbus-call'

/** 1 basic (objects 0 to 2), 2 regular (0 to 6 and the rest below 0x80), 3 extended (the maker's own, from 0x80 on). */
export type IdentificationCode = 1 | 2 | 3

/** What a device says of itself by FC 43/14. Source: MODBUS Application Protocol Specification V1.1b3, §6.21. */
export interface DeviceIdentification {
  /** 1 to 3: the highest category it has; with 0x80 it gives single objects too. */
  readonly conformity: number
  /** Object id → its bytes, in the order they came. */
  readonly objects: ReadonlyMap<number, Uint8Array>
}

/** The objects that have a name in the standard, all of them text. */
export const IDENTIFICATION_OBJECTS = {
  vendor: 0,
  product: 1,
  revision: 2,
  url: 3,
  productName: 4,
  modelName: 5,
  applicationName: 6,
} as const

/**
 * Asks for a category until the device says that nothing follows. Each part must begin with the object the one before
 * announced, and bring none that has come already: what goes round in circles or does not join is `device.wrong-answer`.
 */
export async function readAllObjects(
  ask: (from: number) => Promise<IdentificationPart>,
  code: IdentificationCode,
  who: Answerer,
): Promise<DeviceIdentification> {
  const objects = new Map<number, Uint8Array>()
  let from = 0
  for (;;) {
    const part = await ask(from)
    const wrong = (seen: string) => wrongAnswer(identificationPart(code, from), who, seen)
    const [first] = part.objects
    if (objects.size > 0 && first?.id !== from) throw wrong(`it went on with object ${first?.id ?? 'none'}`)
    for (const { id, bytes } of part.objects) {
      if (objects.has(id)) throw wrong(`it sent object ${id} twice`)
      objects.set(id, bytes)
    }
    if (part.next === null) return { conformity: part.conformity, objects }
    if (part.objects.length === 0) throw wrong('it sent no object and announced more')
    if (objects.has(part.next)) throw wrong(`it announced object ${part.next} once more`)
    from = part.next
  }
}
