import type { FrameConnection } from '@main/transport/connection'
import type { Multiplexer } from '@main/transport/multiplexer'
import { SitewrightError, toRpcError } from '@shared/errors'
import { failure, isRequest, notify, readFrame } from '@shared/rpc/frame'

/** Frames a window may send before the first engine runs; more than any screen asks for. */
const MAX_QUEUED = 1_000

/**
 * One window's line, which outlives the engine behind it. Frames pass through untouched; only the ids of open requests
 * are kept, so that none waits for an engine that is gone.
 */
export class Bridge {
  readonly #front: FrameConnection
  readonly #role: 'admin' | null
  readonly #open = new Map<string, string | number>()
  #back: FrameConnection | null = null
  /** Null once an engine has run: from then on a request without an engine fails at once. */
  #queue: string[] | null = []
  #isLost = false

  constructor(front: FrameConnection, role: 'admin' | null) {
    this.#front = front
    this.#role = role
    front.onFrame((frame) => this.#toEngine(frame))
  }

  /** Opens the line to the engine that runs now. */
  connect(channels: Multiplexer): void {
    const back = channels.open(this.#front.peer, this.#role)
    this.#back = back
    back.onFrame((frame) => this.#fromEngine(frame))
    // The engine hung up by itself; when it was lost, `lose` has come first and #back is another or none.
    back.onClose(() => {
      if (this.#back === back) this.#front.close()
    })
    if (this.#isLost) {
      this.#isLost = false
      this.#notify('running', null)
    }
    const waiting = this.#queue ?? []
    this.#queue = null
    for (const frame of waiting) this.#toEngine(frame)
  }

  /** The engine is gone; `restartInMs` is null when a restart is under way already. */
  lose(restartInMs: number | null): void {
    this.#back = null
    this.#isLost = true
    const queued = this.#queue ?? []
    this.#queue = null
    for (const frame of queued) this.#toEngine(frame)
    for (const id of this.#open.values()) this.#fail(id)
    this.#open.clear()
    this.#notify('lost', restartInMs)
  }

  /** The window is gone. */
  end(): void {
    const back = this.#back
    this.#back = null
    this.#queue = null
    back?.close()
  }

  close(code: number, reason: string): void {
    this.#front.close(code, reason)
  }

  #toEngine(frame: string): void {
    if (this.#queue) {
      if (this.#queue.length < MAX_QUEUED) this.#queue.push(frame)
      return
    }
    const id = requestId(frame)
    if (!this.#back) {
      if (id !== null) this.#fail(id)
      return
    }
    if (id !== null) this.#open.set(JSON.stringify(id), id)
    this.#back.send(frame)
  }

  #fromEngine(frame: string): void {
    if (this.#open.size > 0) {
      const id = answerId(frame)
      if (id !== null) this.#open.delete(id)
    }
    this.#front.send(frame)
  }

  #fail(id: string | number): void {
    const lost = new SitewrightError('engine.lost', 'The engine was lost and is being started again.', {
      data: ['engine'],
    })
    this.#front.send(JSON.stringify(failure(id, toRpcError(lost))))
  }

  #notify(state: 'running' | 'lost', restartInMs: number | null): void {
    this.#front.send(JSON.stringify(notify('engine', { state, restartInMs })))
  }
}

/** The id of a request, or null for everything else; what is no frame at all is the engine's to answer. */
function requestId(frame: string): string | number | null {
  try {
    const read = readFrame(JSON.parse(frame))
    return read && isRequest(read) ? read.id : null
  } catch {
    return null
  }
}

/**
 * The id of an answer as JSON text, or null for a notification. Our peer writes `jsonrpc` and `id` first, so that an answer
 * with a year of history need not be parsed on its way through.
 */
function answerId(frame: string): string | null {
  const head = /^\{"jsonrpc":"2\.0","(?:id":("(?:[^"\\]|\\.)*"|-?[\d.eE+-]+)|method")[,:]/.exec(frame)
  if (head) return head[1] === undefined ? null : JSON.stringify(JSON.parse(head[1]))
  const read = readFrame(JSON.parse(frame))
  return read && 'id' in read && !('method' in read) ? JSON.stringify(read.id) : null
}
