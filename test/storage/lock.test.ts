import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { lockFolder } from '@main/storage/lock'
import { type ProcessTable, systemProcesses } from '@main/storage/process-table'
import { expect, it } from 'vitest'
import { temporaryFolder } from './temporary-folder'

/** A machine on which exactly these processes run. */
const machine = (running: Record<number, string | null>): ProcessTable => ({
  isRunning: (pid) => pid in running,
  startOf: (pid) => running[pid] ?? null,
})

const at = (iso: string) => () => Date.parse(iso)

it('lets a second engine know who has the folder, and since when', () => {
  using folder = temporaryFolder()
  const processes = machine({ 100: 'boot1 7', 200: 'boot1 9' })
  using _first = lockFolder(folder.path, { pid: 100, processes, now: at('2026-01-02T03:04:05') })
  expect(() => lockFolder(folder.path, { pid: 200, processes })).toThrow(
    expect.objectContaining({
      key: 'storage.locked',
      message: `${folder.path} is in use by process 100 since 02.01.2026 03:04`,
      args: { file: folder.path, pid: 100, since: '02.01.2026 03:04' },
    }),
  )
})

it('is refused to the same process as well, and free again once it is given back', () => {
  using folder = temporaryFolder()
  {
    using _lock = lockFolder(folder.path)
    expect(() => lockFolder(folder.path)).toThrow(expect.objectContaining({ key: 'storage.locked' }))
  }
  expect(readdirSync(folder.path)).toEqual([])
  using _again = lockFolder(folder.path)
})

it('is taken over from a process that died', () => {
  using folder = temporaryFolder()
  lockFolder(folder.path, { pid: 100, processes: machine({ 100: 'boot1 7' }) })
  using _lock = lockFolder(folder.path, { pid: 200, processes: machine({ 200: 'boot1 9' }) })
  expect(JSON.parse(readFileSync(folder.file('sitewright.lock'), 'utf8'))).toMatchObject({ pid: 200 })
})

it('is not held by a stranger who was given the same process id later', () => {
  using folder = temporaryFolder()
  lockFolder(folder.path, { pid: 100, processes: machine({ 100: 'boot1 7' }) })
  using _lock = lockFolder(folder.path, { pid: 200, processes: machine({ 100: 'boot2 7', 200: 'boot2 9' }) })
})

it('stays with a process whose start the system does not tell', () => {
  using folder = temporaryFolder()
  const processes = machine({ 100: null, 200: null })
  using _lock = lockFolder(folder.path, { pid: 100, processes })
  expect(() => lockFolder(folder.path, { pid: 200, processes })).toThrow('in use by process 100')
})

it('is taken over when its file is empty or torn', () => {
  using folder = temporaryFolder()
  writeFileSync(folder.file('sitewright.lock'), '{"pid":12')
  using _lock = lockFolder(folder.path)
})

it('leaves alone a lock that is somebody else’s by now', () => {
  using folder = temporaryFolder()
  const old = lockFolder(folder.path, { pid: 100, processes: machine({ 100: 'a' }) })
  using _new = lockFolder(folder.path, { pid: 200, processes: machine({ 200: 'b' }) })
  old[Symbol.dispose]()
  expect(readFileSync(folder.file('sitewright.lock'), 'utf8')).toContain('"pid":200')
})

it('knows from the real machine that a process that ended is not running', () => {
  const ended = spawnSync(process.execPath, ['--eval', '']).pid
  expect([systemProcesses.isRunning(process.pid), systemProcesses.isRunning(ended)]).toEqual([true, false])
  const start = systemProcesses.startOf(process.pid)
  expect(start).toBeTruthy()
  expect(systemProcesses.startOf(process.pid)).toBe(start)
  if (process.platform !== 'win32') expect(systemProcesses.startOf(process.ppid)).not.toBe(start)
})
