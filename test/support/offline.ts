import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A network namespace with nothing but loopback: whoever runs in it can reach this machine's own programs of the same
 * namespace and nobody else. `why` says why it cannot be had here.
 */
export interface OfflineWorld extends Disposable {
  /** Arguments that run a command inside. */
  readonly prefix: readonly string[]
  /** A program that starts `executable` inside, with all arguments handed on. */
  wrap(executable: string): string
}

export function offlineWorld(): OfflineWorld | { why: string } {
  const enter = ['nsenter', '--net', '--user', '--preserve-credentials', '--target']
  const probe = spawnSync('unshare', ['-rn', 'ip', 'link', 'set', 'lo', 'up'], { encoding: 'utf8' })
  if (probe.error) return { why: 'missing peer unshare' }
  if (probe.status !== 0)
    return { why: `the system refuses a network namespace: ${probe.stderr.trim() || probe.status}` }
  const holder: ChildProcess = spawn('unshare', ['-rn', 'sh', '-c', 'ip link set lo up && echo up && exec sleep 600'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const folder = mkdtempSync(join(tmpdir(), 'sitewright-offline-'))
  const prefix = [...enter, String(holder.pid)]
  return {
    prefix,
    wrap(executable) {
      const path = join(folder, 'inside.sh')
      writeFileSync(path, `#!/bin/sh\nexec ${prefix.join(' ')} ${executable} "$@"\n`)
      chmodSync(path, 0o755)
      return path
    },
    [Symbol.dispose]() {
      holder.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
