import type { FrameConnection, Wire } from './connection'

/** Two connected ends in one process. Frames arrive in order, in a later microtask, as on a real wire. */
export function memoryPair(): [FrameConnection, FrameConnection] {
  const left = memoryEnd('memory')
  const right = memoryEnd('memory')
  left.other = right
  right.other = left
  return [left, right]
}

/** A wire on which the program itself connects: the CLI and tests. */
export class MemoryWire implements Wire {
  readonly #listeners = new Set<(connection: FrameConnection, role: 'admin' | null) => void>()

  onConnection(listener: (connection: FrameConnection, role: 'admin' | null) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  connect(role: 'admin' | null = 'admin'): FrameConnection {
    const [ours, theirs] = memoryPair()
    for (const listener of this.#listeners) listener(theirs, role)
    return ours
  }
}

interface MemoryEnd extends FrameConnection {
  other: MemoryEnd
  frames: Set<(frame: string) => void>
  closers: Set<() => void>
  open: boolean
}

function memoryEnd(peer: string): MemoryEnd {
  const end: MemoryEnd = {
    peer,
    other: undefined as never,
    frames: new Set(),
    closers: new Set(),
    open: true,
    send(frame) {
      if (!end.open) return
      queueMicrotask(() => {
        if (end.other.open) for (const listener of end.other.frames) listener(frame)
      })
    },
    onFrame(listener) {
      end.frames.add(listener)
      return () => void end.frames.delete(listener)
    },
    onClose(listener) {
      end.closers.add(listener)
      return () => void end.closers.delete(listener)
    },
    close() {
      for (const side of [end, end.other]) {
        if (!side.open) continue
        side.open = false
        queueMicrotask(() => {
          for (const listener of side.closers) listener()
        })
      }
    },
  }
  return end
}
