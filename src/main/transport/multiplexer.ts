import { z } from 'zod'
import type { FrameConnection, Wire } from './connection'

/** A line that carries structured messages in order: the channel between a process and its child. */
export interface MessageLine {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): () => void
}

const Role = z.literal('admin').nullable()

/** What travels for connection `c`. Messages of other kinds share the line and are left alone. */
const WireMessage = z.discriminatedUnion('t', [
  z.object({ t: z.literal('open'), c: z.int(), peer: z.string(), role: Role }),
  z.object({ t: z.literal('frame'), c: z.int(), frame: z.string() }),
  z.object({ t: z.literal('close'), c: z.int(), code: z.int().optional(), reason: z.string().optional() }),
])
type WireMessage = z.infer<typeof WireMessage>

/**
 * The end that opens: many lines of frames over one channel. Who holds the channel calls `lost` when it broke, so that
 * every connection over it learns that it is closed.
 */
export class Multiplexer implements Disposable {
  readonly #line: MessageLine
  readonly #connections = new Map<number, ChannelConnection>()
  readonly #off: () => void
  #next = 1

  constructor(line: MessageLine) {
    this.#line = line
    this.#off = listenWire(line, (message) => {
      if (message.t !== 'open') this.#connections.get(message.c)?.receive(message)
    })
  }

  open(peer: string, role: 'admin' | null): FrameConnection {
    const c = this.#next++
    const connection = new ChannelConnection(c, peer, this.#line, () => this.#connections.delete(c))
    this.#connections.set(c, connection)
    this.#line.post({ t: 'open', c, peer, role } satisfies WireMessage)
    return connection
  }

  /** The channel is gone: nothing more can be sent. */
  lost(): void {
    this.#off()
    for (const connection of [...this.#connections.values()]) connection.receive({ t: 'close', c: connection.c })
  }

  [Symbol.dispose](): void {
    this.lost()
  }
}

/** The end where they arrive, as a wire like any other. */
export class MultiplexedWire implements Wire, Disposable {
  readonly #listeners = new Set<(connection: FrameConnection, role: 'admin' | null) => void>()
  readonly #connections = new Map<number, ChannelConnection>()
  readonly #off: () => void

  constructor(line: MessageLine) {
    this.#off = listenWire(line, (message) => {
      if (message.t !== 'open') return this.#connections.get(message.c)?.receive(message)
      const { c, peer, role } = message
      const connection = new ChannelConnection(c, peer, line, () => this.#connections.delete(c))
      this.#connections.set(c, connection)
      for (const listener of this.#listeners) listener(connection, role)
    })
  }

  onConnection(listener: (connection: FrameConnection, role: 'admin' | null) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  [Symbol.dispose](): void {
    this.#off()
    for (const connection of [...this.#connections.values()]) connection.receive({ t: 'close', c: connection.c })
  }
}

function listenWire(line: MessageLine, listener: (message: WireMessage) => void): () => void {
  return line.onMessage((message) => {
    const known = WireMessage.safeParse(message)
    if (known.success) listener(known.data)
  })
}

class ChannelConnection implements FrameConnection {
  readonly c: number
  readonly peer: string
  readonly #line: MessageLine
  readonly #gone: () => void
  readonly #frames = new Set<(frame: string) => void>()
  readonly #closers = new Set<() => void>()
  #open = true

  constructor(c: number, peer: string, line: MessageLine, gone: () => void) {
    this.c = c
    this.peer = peer
    this.#line = line
    this.#gone = gone
  }

  send(frame: string): void {
    if (this.#open) this.#line.post({ t: 'frame', c: this.c, frame } satisfies WireMessage)
  }

  onFrame(listener: (frame: string) => void): () => void {
    this.#frames.add(listener)
    return () => void this.#frames.delete(listener)
  }

  onClose(listener: () => void): () => void {
    this.#closers.add(listener)
    return () => void this.#closers.delete(listener)
  }

  close(code = 1000, reason = ''): void {
    if (!this.#open) return
    this.#line.post({ t: 'close', c: this.c, code, reason } satisfies WireMessage)
    this.#end()
  }

  receive(message: WireMessage): void {
    if (message.t === 'frame') for (const listener of this.#frames) listener(message.frame)
    if (message.t === 'close') this.#end()
  }

  #end(): void {
    if (!this.#open) return
    this.#open = false
    this.#gone()
    for (const listener of this.#closers) listener()
    this.#closers.clear()
    this.#frames.clear()
  }
}
