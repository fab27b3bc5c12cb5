import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Which processes run, and since when. A process id alone names nobody: it is given again after a while, and all of them
 * after a restart of the machine. Together with the start it names one process for ever.
 */
export interface ProcessTable {
  isRunning(pid: number): boolean
  /** Something that differs for every process that ever had this id; null where the system does not tell. */
  startOf(pid: number): string | null
}

/** Windows tells a start in milliseconds, and tells us our own a little differently from what it tells others. */
export function isSameStart(one: string, other: string): boolean {
  return (
    one === other ||
    (MILLISECONDS.test(one) && MILLISECONDS.test(other) && Math.abs(Number(one) - Number(other)) < 2000)
  )
}

const MILLISECONDS = /^\d+$/

export const systemProcesses: ProcessTable = {
  isRunning(pid) {
    try {
      process.kill(pid, 0)
      return true
    } catch (error) {
      // EPERM: it runs, and belongs to somebody else.
      return error instanceof Error && 'code' in error && error.code === 'EPERM'
    }
  },

  startOf(pid) {
    try {
      if (process.platform === 'linux') return linuxStart(pid)
      if (process.platform === 'win32') return windowsStart(pid)
      const options = { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } } as const
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], options).trim() || null
    } catch {
      return null
    }
  },
}

/** Clock ticks since boot, and which boot. Source: proc(5), /proc/pid/stat, field 22. */
function linuxStart(pid: number): string | null {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The second field is the program's name in brackets and may itself hold spaces and brackets.
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return ticks === undefined ? null : `${boot} ${ticks}`
}

/** Asking Windows takes half a second: only for other processes, so only when there is a lock already. */
function windowsStart(pid: number): string | null {
  if (pid === process.pid) return String(Math.round(performance.timeOrigin))
  const question = `([DateTimeOffset](Get-Process -Id ${pid}).StartTime).ToUnixTimeMilliseconds()`
  const answer = execFileSync('powershell', ['-NoProfile', '-NonInteractive', '-Command', question], {
    encoding: 'utf8',
    windowsHide: true,
    timeout: 10_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return answer.trim() || null
}
