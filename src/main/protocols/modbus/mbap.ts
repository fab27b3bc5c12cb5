/**
 * Cuts a TCP stream into Modbus frames, however the network has torn or joined them. Header: transaction id, protocol id
 * (always 0), length of what follows, unit id (Modbus Messaging on TCP/IP V1.0b, §3.1.3). A header that cannot be one
 * means that the place in the stream is lost for good: TCP offers no gap to find it again, so `push` returns the fault
 * and the caller closes the connection.
 *
 * Nothing is allocated per chunk: complete frames are read where they lie, an unfinished one waits in a buffer of the
 * size of the longest frame.
 */
export class MbapFramer {
  readonly #onFrame: FrameListener
  readonly #held = new Uint8Array(LONGEST_FRAME)
  #heldLength = 0

  constructor(onFrame: FrameListener) {
    this.#onFrame = onFrame
  }

  /** Bytes of a frame that has begun and not ended. */
  get unfinished(): number {
    return this.#heldLength
  }

  push(bytes: Uint8Array, length = bytes.length): FrameFault | null {
    let at = 0
    if (this.#heldLength > 0) {
      at = this.#hold(bytes, 0, length, HEADER)
      if (this.#heldLength < HEADER) return null
      const fault = checkHeader(this.#held, 0, this.#heldLength)
      if (fault !== null) return fault
      const end = HEADER + lengthAt(this.#held, 0)
      at = this.#hold(bytes, at, length, end)
      if (this.#heldLength < end) return null
      this.#heldLength = 0
      this.#onFrame(idAt(this.#held, 0), this.#held, HEADER, end)
    }
    while (length - at >= HEADER) {
      const fault = checkHeader(bytes, at, length)
      if (fault !== null) return fault
      const end = at + HEADER + lengthAt(bytes, at)
      if (end > length) break
      this.#onFrame(idAt(bytes, at), bytes, at + HEADER, end)
      at = end
    }
    this.#hold(bytes, at, length, LONGEST_FRAME)
    return null
  }

  /** Keeps bytes until `wanted` are there; returns where the rest begins. */
  #hold(bytes: Uint8Array, from: number, length: number, wanted: number): number {
    const count = Math.min(wanted - this.#heldLength, length - from)
    if (count <= 0) return from
    this.#held.set(bytes.subarray(from, from + count), this.#heldLength)
    this.#heldLength += count
    return from + count
  }
}

/** `bytes[start]` is the unit id, `bytes[start + 1]` the function code. The bytes are only lent for the call. */
export type FrameListener = (id: number, bytes: Uint8Array, start: number, end: number) => void

/** Why the stream is no Modbus: the rule that was broken, and its first bytes. */
export interface FrameFault {
  readonly reason: 'protocol-id' | 'length'
  readonly seen: Uint8Array
}

/** What stands before the unit id. */
const HEADER = 6
/** Header, unit id and the longest PDU of 253 bytes. */
const LONGEST_FRAME = 260
/** Bytes of one frame around its PDU: header and unit id. */
export const FRAME_OVERHEAD = HEADER + 1

/** Writes header and unit id; the PDU of `pduLength` bytes belongs right behind. */
export function writeHeader(target: Uint8Array, at: number, id: number, unit: number, pduLength: number): void {
  target[at] = id >> 8
  target[at + 1] = id
  target[at + 2] = 0
  target[at + 3] = 0
  target[at + 4] = (pduLength + 1) >> 8
  target[at + 5] = pduLength + 1
  target[at + 6] = unit
}

function checkHeader(bytes: Uint8Array, at: number, length: number): FrameFault | null {
  const protocolOk = word(bytes, at + 2) === 0
  const announced = lengthAt(bytes, at)
  // At least unit and function code, at most unit and a PDU of 253 bytes.
  if (protocolOk && announced >= 2 && announced <= 254) return null
  return { reason: protocolOk ? 'length' : 'protocol-id', seen: bytes.slice(at, Math.min(length, at + 16)) }
}

function idAt(bytes: Uint8Array, at: number): number {
  return word(bytes, at)
}

function lengthAt(bytes: Uint8Array, at: number): number {
  return word(bytes, at + 4)
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}
