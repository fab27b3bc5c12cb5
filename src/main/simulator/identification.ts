import { exceptionFrame, type ModbusRequest } from './request'

/** What a device says of itself: object id → text. */
export type Identification = ReadonlyMap<number, string>

/** Everything behind the unit id of a frame; a PDU has 253 bytes at most. */
const LONGEST = 253
const HEADER = 7

/**
 * The answer frame to FC 43/14, as a device gives it: the objects of the category from the one asked for on, as many as one
 * answer holds, and whether more follow. Written from the specification alone and sharing nothing with the codec that
 * drivers read with. Source: Modbus Application Protocol V1.1b3 §6.21.
 */
export function identificationFrame(request: ModbusRequest, identification: Identification): Buffer {
  const { frame } = request
  const [type, code = 0, from = 0] = frame.subarray(8)
  if (type !== 14) return exceptionFrame(request, 1)
  if (code < 1 || code > 4 || frame.length !== 11) return exceptionFrame(request, 3)
  if (code === 4 && !identification.has(from)) return exceptionFrame(request, 2)
  const ids = [...identification.keys()].sort((a, b) => a - b)
  const category = code === 4 ? [from] : ids.filter((id) => id < (END[code - 1] ?? 0))
  // From an object it does not have, a device begins at the start.
  const start = Math.max(0, category.indexOf(from))
  const objects: Buffer[] = []
  let room = LONGEST - HEADER
  let next = 0
  for (const id of category.slice(start)) {
    const text = Buffer.from(identification.get(id) ?? '', 'latin1')
    room -= 2 + text.length
    if (room < 0) {
      next = id
      break
    }
    objects.push(Buffer.concat([Buffer.of(id, text.length), text]))
  }
  const conformity = 0x80 + END.findIndex((end) => ids.every((id) => id < end)) + 1
  const pdu = [Buffer.of(43, 14, code, conformity, room < 0 ? 0xff : 0, next, objects.length), ...objects]
  const head = Buffer.alloc(7)
  head.writeUInt16BE(request.transaction, 0)
  head.writeUInt16BE(1 + Buffer.concat(pdu).length, 4)
  head[6] = request.unit
  return Buffer.concat([head, ...pdu])
}

/** First id behind the basic, regular and extended objects. */
const END = [3, 0x80, 0x100] as const
