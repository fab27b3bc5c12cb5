import { type AddressInfo, createServer, type Socket } from 'node:net'

/**
 * A Modbus/TCP server that a test can make misbehave, written from the specification and not from our codec. Without a
 * script it answers every read with `valueAt`, so that any value can be checked by whoever asked for it.
 */
export async function hostileModbus(script: Script = answerRightly): Promise<HostileModbus> {
  const sockets = new Set<Socket>()
  const requests: SeenRequest[] = []
  const state = { script, accepted: 0, onAccept: (_socket: Socket) => {} }
  const server = createServer({ noDelay: true }, (socket) => {
    state.accepted++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    const line = lineOf(socket)
    let rest = Buffer.alloc(0)
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= 6 && rest.length >= 6 + rest.readUInt16BE(4)) {
        const frame = rest.subarray(0, 6 + rest.readUInt16BE(4))
        rest = rest.subarray(frame.length)
        const request = parse(frame)
        requests.push(request)
        state.script(request, line)
      }
    })
    state.onAccept(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    requests,
    get accepted() {
      return state.accepted
    },
    get open() {
      return sockets.size
    },
    behave: (script) => {
      state.script = script
    },
    onAccept: (listener) => {
      state.onAccept = listener
    },
    hangUp: () => {
      for (const socket of sockets) socket.destroy()
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export interface HostileModbus extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** Everything that was asked, in the order it came. */
  readonly requests: readonly SeenRequest[]
  /** Connections accepted so far, and open now. */
  readonly accepted: number
  readonly open: number
  behave(script: Script): void
  onAccept(listener: (socket: Socket) => void): void
  hangUp(): void
}

/** What the server does about one request. */
export type Script = (request: SeenRequest, line: Line) => void

export interface SeenRequest {
  readonly id: number
  readonly unit: number
  readonly functionCode: number
  readonly address: number
  /** Count of a read or multiple write, value of a single write. */
  readonly count: number
  readonly pdu: Buffer
}

export interface Line {
  send(bytes: Uint8Array): void
  /** In two TCP segments, cut after so many bytes. What is sent meanwhile comes behind: TCP keeps its order. */
  sendTorn(bytes: Uint8Array, cut: number): void
  /** Ends in good order (FIN). */
  end(): void
  /** Breaks off (RST). */
  reset(): void
}

export const answerRightly: Script = (request, line) => line.send(rightAnswer(request))
export const staySilent: Script = () => {}

/** The value of register `address` of `unit`: different for neighbours and for units. */
export function valueAt(unit: number, address: number): number {
  return (address * 7 + unit * 4099 + 1) & 0xffff
}

export function frame(id: number, unit: number, pdu: Uint8Array): Buffer {
  const head = Buffer.alloc(7)
  head.writeUInt16BE(id, 0)
  head.writeUInt16BE(pdu.length + 1, 4)
  head[6] = unit
  return Buffer.concat([head, pdu])
}

/** What unit `unit` says as object `id` of FC 43/14; there are three, one to an answer. */
export function objectOf(unit: number, id: number): string {
  return `object ${id} of unit ${unit}`
}

/**
 * FC 1–4 and 23 read `valueAt` (its lowest bit), writes are confirmed, FC 43/14 tells `objectOf`, anything else is
 * exception 1.
 */
export function rightAnswer(request: SeenRequest): Buffer {
  const { id, unit, functionCode, address, count } = request
  if (functionCode === 3 || functionCode === 4) {
    const words = Array.from({ length: count }, (_, index) => valueAt(unit, address + index))
    return frame(id, unit, registersPdu(functionCode, words))
  }
  if (functionCode === 1 || functionCode === 2) {
    const bytes = new Uint8Array(Math.ceil(count / 8))
    for (let bit = 0; bit < count; bit++) {
      if (valueAt(unit, address + bit) % 2) bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) + 2 ** (bit % 8)
    }
    return frame(id, unit, Uint8Array.of(functionCode, bytes.length, ...bytes))
  }
  if (functionCode === 23) {
    const words = Array.from({ length: count }, (_, index) => valueAt(unit, address + index))
    return frame(id, unit, registersPdu(23, words))
  }
  if (functionCode === 43) {
    const [, , code = 0, object = 0] = request.pdu
    const text = Buffer.from(objectOf(unit, object))
    const [more, next] = object < 2 ? [0xff, object + 1] : [0, 0]
    return frame(id, unit, Buffer.from([43, 14, code, 1, more, next, 1, object, text.length, ...text]))
  }
  if (functionCode === 5 || functionCode === 6 || functionCode === 22) return frame(id, unit, request.pdu)
  if (functionCode === 15 || functionCode === 16) return frame(id, unit, request.pdu.subarray(0, 5))
  return exceptionAnswer(request, 1)
}

export function exceptionAnswer({ id, unit, functionCode }: SeenRequest, code: number): Buffer {
  return frame(id, unit, Uint8Array.of(functionCode + 128, code))
}

export function registersPdu(functionCode: number, words: readonly number[]): Buffer {
  const pdu = Buffer.alloc(2 + words.length * 2)
  pdu[0] = functionCode
  pdu[1] = words.length * 2
  words.forEach((word, index) => {
    pdu.writeUInt16BE(word, 2 + index * 2)
  })
  return pdu
}

function parse(bytes: Buffer): SeenRequest {
  const pdu = Buffer.from(bytes.subarray(7))
  return {
    id: bytes.readUInt16BE(0),
    unit: bytes[6] ?? 0,
    functionCode: pdu[0] ?? 0,
    address: pdu.length >= 3 ? pdu.readUInt16BE(1) : 0,
    count: pdu.length >= 5 ? pdu.readUInt16BE(3) : 0,
    pdu,
  }
}

function lineOf(socket: Socket): Line {
  let held: Uint8Array[] | undefined
  const send = (bytes: Uint8Array) => {
    if (held) held.push(bytes)
    else if (socket.writable) socket.write(bytes)
  }
  return {
    send,
    sendTorn: (bytes, cut) => {
      if (held) return send(bytes)
      send(bytes.subarray(0, cut))
      held = [bytes.subarray(cut)]
      // Two turns of the loop: by then the other side has read the first part.
      setImmediate(() =>
        setImmediate(() => {
          const rest = held ?? []
          held = undefined
          for (const bytes of rest) send(bytes)
        }),
      )
    },
    end: () => void socket.end(),
    reset: () => void socket.resetAndDestroy(),
  }
}
