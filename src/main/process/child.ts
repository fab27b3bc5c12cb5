import { startEngine } from '@main/engine'
import type { MessageLine } from '@main/transport/multiplexer'
import { EngineHost } from './engine-host'

/** The part of Electron's `process.parentPort` that is used here; this file does not know Electron. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  postMessage(message: unknown): void
}

// The entry of the engine's own process, the same file for both forks: Electron's utilityProcess talks over parentPort,
// Node's child_process over process.send.
const port = (process as { parentPort?: ParentPort }).parentPort
// What another program is told that asks who holds a port of an edge.
process.title = 'sitewright-engine'
const host = new EngineHost({ line: port ? portLine(port) : ipcLine(), end }, startEngine)

process.on('SIGTERM', () => void host.stop())
// Ctrl+C reaches the whole process group; the parent decides when the engine stops.
process.on('SIGINT', () => {})
process.on('disconnect', () => void host.stop())
process.on('uncaughtException', (error) => {
  console.error(error)
  host.crash(error)
})

function ipcLine(): MessageLine {
  return {
    // The parent may die between two messages; `disconnect` deals with it.
    post: (message) => void (process.connected && process.send?.(message, () => {})),
    onMessage(listener) {
      process.on('message', listener)
      return () => void process.off('message', listener)
    },
  }
}

function portLine(parent: ParentPort): MessageLine {
  const listeners = new Set<(message: unknown) => void>()
  parent.on('message', (event) => {
    for (const listener of listeners) listener(event.data)
  })
  return {
    post: (message) => parent.postMessage(message),
    onMessage(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** Messages are sent in order, so when this last one has gone, all have. parentPort has no such word; it gets a moment. */
function end(code: number): void {
  if (port) setTimeout(() => process.exit(code), 50)
  else if (process.connected && process.send) process.send({ t: 'bye' }, () => process.exit(code))
  else process.exit(code)
}
