import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * Programs that npm does not bring: pymodbus (Debian: python3-pymodbus) and libmodbus with a C compiler (gcc,
 * libmodbus-dev). A suite asks first and skips with a reason that under CI counts as a failure:
 *
 *   describe.skipIf(!pymodbus.present)(`devices on pymodbus${pymodbus.why}`, () => …)
 */
export interface PeerProgram {
  readonly present: boolean
  /** Empty when present, else what to append to the suite's name. */
  readonly why: string
}

/** Debian's Python comes with Debian's packages; another one that is first in the path may not see them. */
const PYTHON = ['/usr/bin/python3', 'python3'].find(
  (python) => spawnSync(python, ['-c', 'import pymodbus.server.async_io']).status === 0,
)

export const pymodbus: PeerProgram = peer('pymodbus', PYTHON !== undefined)

/** Where Debian puts its header; others find it without. */
const LIBMODBUS = ['-I/usr/include/modbus', '-x', 'c']

export const libmodbus: PeerProgram = peer(
  'libmodbus',
  spawnSync('gcc', [...LIBMODBUS, '-fsyntax-only', '-'], { input: '#include <modbus.h>' }).status === 0,
)

export interface RunningPeer extends AsyncDisposable {
  readonly port: number
}

/** Starts a script of `test/peers/servers` with one argument; it prints its port and ends with its standard input. */
export function startPython(script: string, argument: unknown): Promise<RunningPeer> {
  // -B: no compiled files beside the scripts.
  return start(PYTHON ?? '', ['-B', resolve('test/peers/servers', script), JSON.stringify(argument)])
}

/** Runs a script of `test/peers/clients` against a port of ours and resolves with what it printed. */
export function askPython(script: string, port: number): Promise<string> {
  return outputOf(PYTHON ?? '', ['-B', resolve('test/peers/clients', script), String(port)])
}

/** The same for a C program on libmodbus. */
export async function askLibmodbus(source: string, port: number): Promise<string> {
  using compiled = compileLibmodbus(resolve('test/peers/clients', source))
  return await outputOf(compiled.program, [String(port)])
}

/** The server of the benchmarks: 2,000 holding and 2,000 input registers that hold their own address. */
export async function startLibmodbus(): Promise<RunningPeer> {
  const compiled = compileLibmodbus(resolve('bench/peers/libmodbus-server.c'))
  const running = await start(compiled.program, [])
  return {
    port: running.port,
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      compiled[Symbol.dispose]()
    },
  }
}

function compileLibmodbus(source: string): { program: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'sitewright-peer-'))
  const program = join(folder, 'program')
  const compiled = spawnSync('gcc', ['-O2', '-o', program, ...LIBMODBUS, source, '-lmodbus'], { encoding: 'utf8' })
  if (compiled.status !== 0) throw new Error(compiled.stderr)
  return { program, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) }
}

/** All that a program says until it ends well. */
function outputOf(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let [said, complaint] = ['', '']
  child.stdout.on('data', (text: Buffer) => {
    said += text
  })
  child.stderr.on('data', (text: Buffer) => {
    complaint += text
  })
  return new Promise((told, reject) => {
    child.once('error', reject)
    child.once('close', (code) => (code === 0 ? told(said) : reject(new Error(`ended with ${code}: ${complaint}`))))
  })
}

function peer(name: string, present: boolean): PeerProgram {
  return { present, why: present ? '' : ` (skipped: missing peer ${name})` }
}

/** Resolves when the program has printed its port. */
async function start(command: string, args: readonly string[]): Promise<RunningPeer> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = new Promise<void>((done) => child.once('close', () => done()))
  let complaint = ''
  child.stderr.on('data', (text: Buffer) => {
    complaint += text
  })
  const port = await new Promise<number>((told, reject) => {
    child.stdout.once('data', (line: Buffer) => told(Number(line)))
    child.once('error', reject)
    void ended.then(() => reject(new Error(`${args.join(' ')} ended before it listened: ${complaint}`)))
  })
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill()
      await ended
    },
  }
}
