import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** What becomes of the bytes a server has sent. */
export type Passage = (bytes: Buffer, forward: (bytes: Uint8Array) => void) => void

/** As they come. */
export const whole: Passage = (bytes, forward) => forward(bytes)

/** One byte at a time, each in its own turn of the event loop; what comes meanwhile waits for its place. */
export function torn(): Passage {
  const waiting: number[] = []
  return (bytes, forward) => {
    const isUnderWay = waiting.length > 0
    waiting.push(...bytes)
    const next = () => {
      const byte = waiting.shift()
      if (byte !== undefined) forward(Uint8Array.of(byte))
      if (waiting.length > 0) setImmediate(next)
    }
    if (!isUnderWay) next()
  }
}

/** So much later, in real time, as the server behind is real. */
export const late =
  (ms: number): Passage =>
  (bytes, forward) =>
    void setTimeout(() => forward(bytes), ms)

/** Swallowed. */
export const mute: Passage = () => {}

/** A wire between us and a real server that passes on every byte, and treats the answers as a test says. */
export async function byteProxy(port: number, passage: Passage = whole): Promise<ByteProxy> {
  const sockets = new Set<Socket>()
  const state = { passage }
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: '127.0.0.1', port, noDelay: true })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.on('error', () => {})
      one.once('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
    near.on('data', (bytes) => far.write(bytes))
    far.on('data', (bytes) => state.passage(bytes, (piece) => void (near.writable && near.write(piece))))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    behave: (next) => {
      state.passage = next
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export interface ByteProxy extends AsyncDisposable {
  readonly port: number
  behave(passage: Passage): void
}
