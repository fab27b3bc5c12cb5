import type { Socket } from 'node:net'
import type { Clock } from '@shared/clock'
import { FRAME_OVERHEAD, MbapFramer, writeHeader } from './mbap'

/** Why a request is refused. Source: Modbus Application Protocol V1.1b3 §7. */
export const EXCEPTION = { function: 1, address: 2, value: 3, failure: 4, gatewayTarget: 0x0b } as const
export type Exception = (typeof EXCEPTION)[keyof typeof EXCEPTION]

/** What answers behind a unit id. Addresses are zero-based; several registers come and go as one. */
export interface ServedRegisters {
  /** The words, or why not. `count` is 1 to 125. */
  read(at: number, count: number): ArrayLike<number> | Exception
  /** Null when written, else why not. `words` has 1 to 123. Absent: nothing can be written here. */
  write?(at: number, words: readonly number[]): Exception | null
}

/** A frame that has begun has to end within this, ms. */
const UNFINISHED_MS = 10_000
/** Who asks nothing for so long makes room for another, ms. */
const IDLE_MS = 300_000

export interface ModbusService {
  /** What answers behind a unit id; null for ids nobody has here. */
  unit(id: number): ServedRegisters | null
  /** Something of ours went wrong; the client is told exception 4. */
  failed(error: unknown): void
  readonly clock: Clock
}

/**
 * Serves one Modbus/TCP client until either side closes: FC 3 and 4 read, FC 6 and 16 write. Requests may come torn, joined
 * or pipelined; each is answered in its turn. What is no Modbus closes the connection, because the place in the stream is
 * lost; what is Modbus and wrong gets its exception. A client that does not read its answers is not read either.
 * Source: Modbus Application Protocol V1.1b3 §6 and §7; Modbus Messaging on TCP/IP V1.0b §3.1.3.
 */
export function serveModbus(socket: Socket, service: ModbusService): void {
  const { clock } = service
  let heardAt = clock.monotonic()
  const framer = new MbapFramer((id, bytes, start, end) => {
    const pdu = answerTo(service, bytes[start] ?? 0, bytes.subarray(start + 1, end))
    const frame = new Uint8Array(FRAME_OVERHEAD + pdu.length)
    writeHeader(frame, 0, id, bytes[start] ?? 0, pdu.length)
    frame.set(pdu, FRAME_OVERHEAD)
    socket.write(frame)
  })
  const watch = (): void => {
    const quietMs = clock.monotonic() - heardAt
    if (quietMs >= IDLE_MS || (framer.unfinished > 0 && quietMs >= UNFINISHED_MS)) return void socket.destroy()
    timer = clock.after(UNFINISHED_MS, watch)
  }
  let timer = clock.after(UNFINISHED_MS, watch)

  socket.on('data', (chunk) => {
    heardAt = clock.monotonic()
    socket.cork()
    const fault = framer.push(chunk)
    socket.uncork()
    if (fault) return void socket.destroy()
    if (socket.writableNeedDrain) socket.pause()
  })
  socket.on('drain', () => socket.resume())
  // Said again by 'close', which is what counts.
  socket.on('error', () => {})
  socket.once('close', () => timer[Symbol.dispose]())
}

/** The answer's PDU. */
function answerTo(service: ModbusService, id: number, pdu: Uint8Array): Uint8Array {
  const functionCode = pdu[0] ?? 0
  const refuse = (code: Exception) => Uint8Array.of(functionCode | 0x80, code)
  try {
    const registers = service.unit(id)
    if (registers === null) return refuse(EXCEPTION.gatewayTarget)
    switch (functionCode) {
      case 3:
      case 4:
        return read(registers, pdu, refuse)
      case 6:
      case 16:
        return registers.write ? write(registers, pdu, refuse) : refuse(EXCEPTION.function)
      default:
        return refuse(EXCEPTION.function)
    }
  } catch (error) {
    service.failed(error)
    return refuse(EXCEPTION.failure)
  }
}

type Refuse = (code: Exception) => Uint8Array

function read(registers: ServedRegisters, pdu: Uint8Array, refuse: Refuse): Uint8Array {
  const [at, count] = [word(pdu, 1), word(pdu, 3)]
  if (pdu.length !== 5 || count < 1 || count > 125) return refuse(EXCEPTION.value)
  if (at + count > 0x10000) return refuse(EXCEPTION.address)
  const words = registers.read(at, count)
  if (typeof words === 'number') return refuse(words)
  const answer = new Uint8Array(2 + 2 * count)
  answer[0] = pdu[0] ?? 0
  answer[1] = 2 * count
  for (let index = 0; index < count; index++) {
    answer[2 + 2 * index] = (words[index] ?? 0) >> 8
    answer[3 + 2 * index] = words[index] ?? 0
  }
  return answer
}

function write(registers: ServedRegisters, pdu: Uint8Array, refuse: Refuse): Uint8Array {
  const isOne = pdu[0] === 6
  const at = word(pdu, 1)
  const count = isOne ? 1 : word(pdu, 3)
  const from = isOne ? 3 : 6
  if (pdu.length !== from + 2 * count || (!isOne && (count < 1 || count > 123 || pdu[5] !== 2 * count))) {
    return refuse(EXCEPTION.value)
  }
  if (at + count > 0x10000) return refuse(EXCEPTION.address)
  const words = Array.from({ length: count }, (_, index) => word(pdu, from + 2 * index))
  const refused = registers.write?.(at, words) ?? null
  return refused === null ? pdu.slice(0, 5) : refuse(refused)
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}
