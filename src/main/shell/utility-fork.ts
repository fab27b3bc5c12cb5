import type { EngineProcess } from '@main/process/supervisor'
import { utilityProcess } from 'electron'

/** The engine in a utility process: Node in a process of Chromium's own keeping, named so in the task manager. */
export function forkUtility(script: string): EngineProcess {
  const child = utilityProcess.fork(script, [], { serviceName: 'Sitewright engine', stdio: 'inherit' })
  return {
    line: {
      post: (message) => child.postMessage(message),
      onMessage(listener) {
        child.on('message', listener)
        return () => void child.off('message', listener)
      },
    },
    onExit: (listener) => void child.once('exit', listener),
    // `child.kill()` is SIGTERM, to which an engine that hangs does not answer.
    kill: () => void (child.pid !== undefined && process.kill(child.pid, 'SIGKILL')),
  }
}
