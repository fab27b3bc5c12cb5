import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SitewrightError } from '@shared/errors'
import { localTime } from '@shared/local-time'
import { z } from 'zod'
import { fileError } from './file-error'
import { isSameStart, type ProcessTable, systemProcesses } from './process-table'

/**
 * Makes this process the only one that works in a folder, until the result is disposed of. Held by a file with the
 * holder's process id and start, so a lock left behind by a crash is taken over, and a stranger who was given the same
 * id later does not hold it. Throws `storage.locked` naming the holder and since when, `storage.read-only` where this user
 * may not write.
 */
export function lockFolder(folder: string, options: LockOptions = {}): Disposable {
  try {
    return lock(folder, options)
  } catch (error) {
    throw fileError(error, folder)
  }
}

export interface LockOptions {
  readonly now?: () => number
  readonly pid?: number
  readonly processes?: ProcessTable
}

function lock(folder: string, options: LockOptions): Disposable {
  const { now = Date.now, pid = process.pid, processes = systemProcesses } = options
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, LOCK_FILE)
  const mine = JSON.stringify({ pid, start: processes.startOf(pid), since: new Date(now()).toISOString() })

  for (let attempt = 0; !create(file, mine); attempt++) {
    const found = read(file)
    if (found === null) continue
    const holder = parse(found)
    if (attempt >= 5 || (holder !== null && isHeld(holder, processes))) throw locked(folder, holder)
    takeAway(file, found)
  }
  return {
    [Symbol.dispose]: () => {
      if (read(file) === mine) rmSync(file, { force: true })
    },
  }
}

const LOCK_FILE = 'sitewright.lock'

const Holder = z.object({ pid: z.int().positive(), start: z.string().nullable(), since: z.string() })
type Holder = z.infer<typeof Holder>

function isHeld({ pid, start }: Holder, processes: ProcessTable): boolean {
  if (!processes.isRunning(pid)) return false
  const runningSince = processes.startOf(pid)
  // Where the system does not tell, the process is taken for the holder: refusing is the smaller harm.
  return start === null || runningSince === null || isSameStart(start, runningSince)
}

/** The file appears with its whole content or not at all: it is written under another name and linked. */
function create(file: string, content: string): boolean {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  writeFileSync(draft, content, { mode: 0o600, flag: 'wx' })
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    // A FAT stick knows no links.
    return createDirectly(file, content)
  } finally {
    rmSync(draft, { force: true })
  }
}

function createDirectly(file: string, content: string): boolean {
  try {
    writeFileSync(file, content, { mode: 0o600, flag: 'wx' })
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

/**
 * Removes a lock that nobody holds. Two starters may both have found it stale: the rename has one winner, and if the
 * other's fresh lock was caught by it, it is put back.
 */
function takeAway(file: string, stale: string): void {
  const aside = `${file}.${randomBytes(6).toString('hex')}`
  try {
    renameSync(file, aside)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw error
  }
  if (readFileSync(aside, 'utf8') === stale) rmSync(aside, { force: true })
  else renameSync(aside, file)
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

function parse(content: string): Holder | null {
  try {
    return Holder.parse(JSON.parse(content))
  } catch {
    return null
  }
}

function locked(folder: string, holder: Holder | null): SitewrightError {
  const pid = holder?.pid ?? 0
  const since = holder ? localTime(Date.parse(holder.since)) : ''
  return new SitewrightError('storage.locked', `${folder} is in use by process ${pid} since ${since}`, {
    args: { file: folder, pid, since },
  })
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
