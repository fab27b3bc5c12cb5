// Loaded before the program of a utility process: `process.parentPort` as Electron gives it.
import { EventEmitter } from 'node:events'

class ParentPort extends EventEmitter {
  #early = []
  #send = process.send.bind(process)

  constructor() {
    super()
    process.on('message', (data) => {
      const event = { data, ports: [] }
      // Electron keeps what arrives before somebody listens.
      if (this.listenerCount('message') === 0) this.#early.push(event)
      else this.emit('message', event)
    })
    this.on('newListener', (name) => {
      if (name === 'message')
        queueMicrotask(() => {
          for (const event of this.#early.splice(0)) this.emit('message', event)
        })
    })
    // A utility process does not outlive the program.
    process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  }
  postMessage(message) {
    this.#send(message, () => {})
  }
}

process.parentPort = new ParentPort()
delete process.send
