// utilityProcess over child_process: the child gets a `process.parentPort` and, as in Electron, no `process.send`.
import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { constants } from 'node:os'
import { covered, tell } from './report.mjs'

const shim = new URL('./parent-port.mjs', import.meta.url).href

class UtilityProcess extends EventEmitter {
  #child

  constructor(script, args, { stdio = 'inherit' }) {
    super()
    this.#child = fork(script, args, {
      serialization: 'advanced',
      execArgv: ['--import', shim],
      stdio: ['ignore', stdio, stdio, 'ipc'],
    })
    this.#child.on('spawn', () => this.emit('spawn'))
    this.#child.on('message', (message) => this.emit('message', message))
    this.#child.on('exit', (code, signal) => this.emit('exit', code ?? constants.signals[signal]))
    this.#child.on('error', () => {})
    tell('engine-process', { pid: this.#child.pid })
  }
  get pid() {
    return this.#child.pid
  }
  postMessage(message) {
    if (this.#child.connected) this.#child.send(message, () => {})
  }
  kill() {
    return this.#child.kill('SIGTERM')
  }
}

export const utilityProcess = covered('utilityProcess', {
  fork: (script, args = [], options = {}) => covered('UtilityProcess', new UtilityProcess(script, args, options)),
})
