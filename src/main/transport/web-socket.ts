import type { Clock } from '@shared/clock'
import type { WebSocket } from 'ws'
import type { FrameConnection } from './connection'

/** What a WebSocket server gives to `ws` as `maxPayload`: a larger frame ends the connection with code 1009. */
export const MAX_FRAME_BYTES = 4 * 1024 * 1024

export interface WebSocketLimits {
  /** Bytes that may wait for a slow reader before we hang up with 1013. Default 16 MiB. */
  readonly maxBufferedBytes?: number
  /** Time between two pings; a peer that answered none of the last one is gone. Default 30,000. */
  readonly pingMs?: number
}

/**
 * A WebSocket as a line of frames. Text only (RFC 6455 §5.6): a binary message ends it with 1003. A reader that does not
 * keep up is cut off rather than buffered for ever; a peer that vanished without a close frame is noticed by ping (§5.5.2).
 */
export function webSocketConnection(
  socket: WebSocket,
  peer: string,
  clock: Clock,
  limits: WebSocketLimits = {},
): FrameConnection {
  const { maxBufferedBytes = 16 * 1024 * 1024, pingMs = 30_000 } = limits
  const frameListeners = new Set<(frame: string) => void>()
  const closeListeners = new Set<() => void>()
  let heard = true

  const beat = (): void => {
    if (!heard) {
      socket.terminate()
      return
    }
    heard = false
    socket.ping()
    timer = clock.after(pingMs, beat)
  }
  let timer = clock.after(pingMs, beat)
  let cutOff: Disposable | null = null

  socket.on('pong', () => {
    heard = true
  })
  socket.on('message', (data, isBinary) => {
    heard = true
    if (isBinary) return socket.close(1003, 'text frames only')
    const frame = String(data)
    for (const listener of frameListeners) listener(frame)
  })
  // `ws` reports a broken frame here and then closes with the right code; without a listener it would throw.
  socket.on('error', () => {})
  socket.on('close', () => {
    timer[Symbol.dispose]()
    cutOff?.[Symbol.dispose]()
    for (const listener of closeListeners) listener()
    closeListeners.clear()
    frameListeners.clear()
  })

  return {
    peer,
    send(frame) {
      if (socket.readyState !== socket.OPEN) return
      socket.send(frame)
      if (socket.bufferedAmount > maxBufferedBytes) {
        socket.close(1013, 'reads too slowly')
        // The close frame waits behind everything that was not read; do not wait with it.
        cutOff = clock.after(1_000, () => socket.terminate())
      }
    },
    onFrame(listener) {
      frameListeners.add(listener)
      return () => void frameListeners.delete(listener)
    },
    onClose(listener) {
      closeListeners.add(listener)
      return () => void closeListeners.delete(listener)
    },
    close: (code = 1000, reason = '') => socket.close(code, reason),
  }
}
