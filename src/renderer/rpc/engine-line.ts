import { type Clock, systemClock } from '@shared/clock'
import type { FrameLine } from '@shared/rpc/client'

/** Whether frames can travel right now; when not, the time (epoch ms) of the next try. */
export interface LineState {
  readonly open: boolean
  readonly retryAt: number | null
}

/** A line to the engine that mends itself. `onState` tells every change; the current state can be asked at any time. */
export interface EngineLine extends FrameLine {
  readonly state: LineState
  onState(listener: (state: LineState) => void): () => void
  close(): void
}

/** What the preload script of the desktop window puts on `window`. */
export interface EdgeBridge {
  send(frame: string): void
  onMessage(listener: (frame: string) => void): () => void
}

/** The desktop window's line. Its wire cannot break; a lost engine is told by the `engine` notification. */
export function bridgeLine(bridge: EdgeBridge): EngineLine {
  return {
    state: { open: true, retryAt: null },
    send: (frame) => bridge.send(frame),
    onFrame: (listener) => bridge.onMessage(listener),
    onClose: () => () => {},
    onState: () => () => {},
    close: () => {},
  }
}

const FIRST_RETRY_MS = 1000
const LAST_RETRY_MS = 15_000

/**
 * The browser's line: one WebSocket that is opened again after 1 s, 2 s, 4 s … at most 15 s. What is sent before it is
 * open waits; what was under way when it broke is lost, and `onClose` says so.
 */
export function webSocketLine(open: () => WebSocket, clock: Clock = systemClock()): EngineLine {
  const frames = new Set<(frame: string) => void>()
  const closes = new Set<() => void>()
  const states = new Set<(state: LineState) => void>()
  let state: LineState = { open: false, retryAt: null }
  let socket: WebSocket | null = null
  let outbox: string[] = []
  let delayMs = FIRST_RETRY_MS
  let timer: Disposable | null = null
  let ended = false

  const change = (next: LineState) => {
    state = next
    for (const listener of states) listener(next)
  }

  const connect = () => {
    timer = null
    const current = open()
    socket = current
    current.onopen = () => {
      delayMs = FIRST_RETRY_MS
      for (const frame of outbox) current.send(frame)
      outbox = []
      change({ open: true, retryAt: null })
    }
    current.onmessage = (event) => {
      for (const listener of frames) listener(String(event.data))
    }
    current.onclose = () => {
      if (socket !== current) return
      socket = null
      outbox = []
      for (const listener of closes) listener()
      if (ended) return
      timer = clock.after(delayMs, connect)
      change({ open: false, retryAt: clock.now() + delayMs })
      delayMs = Math.min(delayMs * 2, LAST_RETRY_MS)
    }
  }
  connect()

  const add = <T>(set: Set<T>, listener: T) => {
    set.add(listener)
    return () => void set.delete(listener)
  }
  return {
    get state() {
      return state
    },
    send(frame) {
      if (state.open && socket) socket.send(frame)
      else outbox.push(frame)
    },
    onFrame: (listener) => add(frames, listener),
    onClose: (listener) => add(closes, listener),
    onState: (listener) => add(states, listener),
    close() {
      ended = true
      timer?.[Symbol.dispose]()
      socket?.close()
    },
  }
}

/** The line of this page: the window's bridge if there is one, else a WebSocket to the host that served the page. */
export function openEngineLine(page: Window): EngineLine {
  const { edge } = page as { edge?: EdgeBridge }
  if (edge) return bridgeLine(edge)
  const url = new URL('/rpc', page.location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return webSocketLine(() => new WebSocket(url))
}
