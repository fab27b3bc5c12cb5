import { fork } from 'node:child_process'
import type { EngineProcess } from './supervisor'

/**
 * The engine in a process of its own under plain Node. Messages are structured clones, so that the key stays bytes; what
 * the process prints goes to this one's standard error, which leaves standard output to the command line.
 */
export function forkNode(script: string): EngineProcess {
  const child = fork(script, [], {
    serialization: 'advanced',
    stdio: ['ignore', 2, 2, 'ipc'],
    // An inspector or a loader of the parent is not meant for the child.
    execArgv: [],
  })
  // A message to a process that is just ending fails; its exit is told anyway.
  child.on('error', () => {})
  return {
    line: {
      post: (message) => void (child.connected && child.send(message as object, () => {})),
      onMessage(listener) {
        child.on('message', listener)
        return () => void child.off('message', listener)
      },
    },
    onExit: (listener) => void child.once('exit', listener),
    kill: () => void child.kill('SIGKILL'),
  }
}
