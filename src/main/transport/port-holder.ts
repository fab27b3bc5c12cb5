import { readdir, readFile, readlink } from 'node:fs/promises'
import { basename, join } from 'node:path'

export interface PortHolder {
  readonly pid: number
  readonly name: string
}

/**
 * The program that listens on a TCP port, or null when it cannot be known: another system than Linux, or another
 * person's program. Source: proc(5), /proc/net/tcp (state 0A = LISTEN) and /proc/[pid]/fd.
 */
export async function portHolder(port: number, proc = '/proc'): Promise<PortHolder | null> {
  const inodes = new Set<string>()
  for (const table of ['net/tcp', 'net/tcp6']) {
    for (const line of (await read(join(proc, table))).split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
      if (state === '0A' && Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16) === port) inodes.add(inode)
    }
  }
  if (inodes.size === 0) return null
  for (const pid of (await list(proc)).filter((entry) => /^\d+$/.test(entry))) {
    const folder = join(proc, pid, 'fd')
    for (const fd of await list(folder)) {
      const target = await readlink(join(folder, fd)).catch(() => '')
      if (inodes.has(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? '-'))
        return { pid: Number(pid), name: await nameOf(join(proc, pid)) }
    }
  }
  return null
}

/** As a person started it: `chromium`, `python3 server.py`. Node calls its main thread "MainThread", so `comm` says little. */
async function nameOf(folder: string): Promise<string> {
  const [program = '', script = ''] = (await read(join(folder, 'cmdline'))).split('\0')
  const name = basename(program.split(' ')[0] ?? '')
  if (/^(node|python|java|ruby|perl|php)/.test(name) && script && !script.startsWith('-'))
    return `${name} ${basename(script)}`
  return name || (await read(join(folder, 'comm'))).trim()
}

// A process may end while it is looked at, and those of other persons cannot be looked into.
const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')
const list = (path: string): Promise<string[]> => readdir(path).catch(() => [])
