/** One question to a simulated device, as far as the front door has to understand it. */
export interface ModbusRequest {
  /** The frame as it came, header included. */
  readonly frame: Buffer
  readonly transaction: number
  readonly unit: number
  readonly functionCode: number
  readonly at: number
  readonly count: number
  /** What is to be written, coils as 0 and 1; empty for a read. */
  readonly values: readonly number[]
  /** Set when the question itself is wrong, whatever the device holds: 1 illegal function, 3 illegal value. */
  readonly fault: 0 | 1 | 3
}

const HEADER = 6
/** Function code → how many items one request may ask for. Source: Modbus Application Protocol V1.1b3 §6.1–6.12. */
const MOST_ITEMS: Readonly<Record<number, number>> = { 1: 2000, 2: 2000, 3: 125, 4: 125, 5: 1, 6: 1, 15: 1968, 16: 123 }

/**
 * Cuts a TCP stream into Modbus requests. Returns null once the stream cannot be understood any more: another protocol,
 * or a length no request has; a device closes the connection then.
 * Source: Modbus Messaging on TCP/IP V1.0b §3.1.3 (MBAP: transaction, protocol 0, length, unit).
 */
export function requestSplitter(): (chunk: Buffer) => ModbusRequest[] | null {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const requests: ModbusRequest[] = []
    while (rest.length >= HEADER) {
      const length = rest.readUInt16BE(4)
      if (rest.readUInt16BE(2) !== 0 || length < 2 || length > 254) return null
      if (rest.length < HEADER + length) break
      requests.push(parse(rest.subarray(0, HEADER + length)))
      rest = rest.subarray(HEADER + length)
    }
    return requests
  }
}

/** A ready answer frame that says no. Source: Modbus Application Protocol V1.1b3 §7. */
export function exceptionFrame(request: ModbusRequest, code: number): Buffer {
  const frame = Buffer.alloc(HEADER + 3)
  frame.writeUInt16BE(request.transaction, 0)
  frame.writeUInt16BE(3, 4)
  frame[6] = request.unit
  frame[7] = request.functionCode | 0x80
  frame[8] = code
  return frame
}

function parse(frame: Buffer): ModbusRequest {
  const functionCode = frame[7] ?? 0
  const word = (at: number) => (frame.length >= at + 2 ? frame.readUInt16BE(at) : 0)
  const single = functionCode === 5 || functionCode === 6
  const count = single ? 1 : word(10)
  const fault = faultOf(frame, functionCode, count)
  return {
    frame,
    transaction: word(0),
    unit: frame[6] ?? 0,
    functionCode,
    at: word(8),
    count,
    values: fault === 0 ? valuesOf(frame, functionCode, count) : [],
    fault,
  }
}

function valuesOf(frame: Buffer, functionCode: number, count: number): number[] {
  if (functionCode < 5) return []
  if (functionCode === 5) return [frame.readUInt16BE(10) === 0 ? 0 : 1]
  if (functionCode === 6) return [frame.readUInt16BE(10)]
  return Array.from({ length: count }, (_, index) =>
    functionCode === 16 ? frame.readUInt16BE(13 + 2 * index) : ((frame[13 + (index >> 3)] ?? 0) >> (index & 7)) & 1,
  )
}

function faultOf(frame: Buffer, functionCode: number, count: number): 0 | 1 | 3 {
  const most = MOST_ITEMS[functionCode]
  if (most === undefined) return 1
  if (count < 1 || count > most) return 3
  const data = functionCode === 15 ? Math.ceil(count / 8) : functionCode === 16 ? 2 * count : 0
  if (data > 0 && frame[12] !== data) return 3
  if (frame.length !== HEADER + 6 + (data > 0 ? 1 + data : 0)) return 3
  const coil = frame.readUInt16BE(10)
  return functionCode === 5 && coil !== 0 && coil !== 0xff00 ? 3 : 0
}
