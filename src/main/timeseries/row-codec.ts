import type { Row } from './open-window'

/**
 * A `hot` row in bytes: flags, then for every changed channel, in ascending order, the distance to the id before, a kind
 * and the value. Written every cycle and read again only after a crash, so it is made to be quick, not small.
 */
export function encodeRow(row: Row): Uint8Array {
  const ids = Uint32Array.from(row.values.keys()).sort()
  const bytes = Buffer.allocUnsafe(1 + ids.length * LARGEST_ENTRY)
  let end = bytes.writeUInt8((row.isFull ? FULL : 0) | (row.afterGap ? AFTER_GAP : 0), 0)
  let before = 0
  for (const id of ids) {
    end = writeVarint(bytes, id - before, end)
    before = id
    const value = row.values.get(id) ?? null
    if (value === null) {
      bytes[end++] = NULL
    } else if (Number.isSafeInteger(value)) {
      bytes[end++] = value < 0 ? NEGATIVE : POSITIVE
      end = writeVarint(bytes, Math.abs(value), end)
    } else {
      bytes[end++] = FLOAT
      end = bytes.writeDoubleLE(value, end)
    }
  }
  return bytes.subarray(0, end)
}

export function decodeRow(at: number, data: Uint8Array): Row {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const flags = bytes.readUInt8(0)
  const values = new Map<number, number | null>()
  let position = 1
  const varint = () => {
    let value = 0
    let factor = 1
    for (;;) {
      const byte = bytes.readUInt8(position++)
      value += (byte & 127) * factor
      if (byte < 128) return value
      factor *= 128
    }
  }
  let id = 0
  while (position < bytes.length) {
    id += varint()
    const kind = bytes.readUInt8(position++)
    if (kind === NULL) values.set(id, null)
    else if (kind === FLOAT) {
      values.set(id, bytes.readDoubleLE(position))
      position += 8
    } else values.set(id, kind === NEGATIVE ? -varint() : varint())
  }
  return { at, isFull: (flags & FULL) !== 0, afterGap: (flags & AFTER_GAP) !== 0, values }
}

const FULL = 1
const AFTER_GAP = 2

const NULL = 0
const POSITIVE = 1
const NEGATIVE = 2
const FLOAT = 3

/** Five bytes of id, one of kind, eight of value. */
const LARGEST_ENTRY = 14

function writeVarint(bytes: Buffer, value: number, position: number): number {
  let end = position
  let rest = value
  while (rest >= 128) {
    bytes[end++] = (rest % 128) + 128
    rest = Math.floor(rest / 128)
  }
  bytes[end++] = rest
  return end
}
