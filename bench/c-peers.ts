import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * The C programs of `bench/peers`, compiled where a compiler is. Servers run on core 0; clients, and this process while
 * it is the client, on core 1, so that neither has the other's cache. Disposing ends the servers.
 */
export class CPeers implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sitewright-bench-'))
  readonly #servers: ChildProcess[] = []
  readonly #pinned = spawnSync('taskset', ['-c', '1', 'true']).status === 0

  /** Why they cannot be built here, or null. */
  static missing(): string | null {
    if (spawnSync('gcc', ['--version']).status !== 0) return 'no C compiler (gcc) here'
    if (spawnSync('pkg-config', ['--exists', 'libmodbus']).status !== 0) return 'libmodbus-dev is not installed'
    return null
  }

  constructor() {
    if (this.#pinned) this.#pinOurselves('1')
  }

  compile(name: string): void {
    const libmodbus = name.startsWith('libmodbus')
    const flags = (what: string) =>
      libmodbus ? execFileSync('pkg-config', [what, 'libmodbus'], { encoding: 'utf8' }).trim().split(/\s+/) : []
    const source = resolve('bench/peers', `${name}.c`)
    const out = join(this.#folder, name)
    execFileSync('gcc', ['-O2', '-o', out, ...flags('--cflags').filter(Boolean), source, ...flags('--libs')])
  }

  /** Resolves with the port it listens on. */
  serve(name: string): Promise<number> {
    const server = this.#spawn('0', name, [])
    this.#servers.push(server)
    return new Promise((resolve, reject) => {
      server.stdout?.once('data', (line: Buffer) => resolve(Number(line)))
      server.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)))
    })
  }

  /** Runs a client to its end and reads the figures it prints. */
  async run(name: string, ...args: readonly (string | number)[]): Promise<ClientFigures> {
    const client = this.#spawn('1', name, args.map(String))
    let printed = ''
    client.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk
    })
    const code = await new Promise((resolve) => client.once('close', resolve))
    if (code !== 0) throw new Error(`${name} ended with ${code}`)
    return JSON.parse(printed) as ClientFigures
  }

  [Symbol.dispose](): void {
    for (const server of this.#servers) server.removeAllListeners('exit').kill()
    rmSync(this.#folder, { recursive: true, force: true })
    if (this.#pinned) this.#pinOurselves('0-1023')
  }

  #spawn(core: string, name: string, args: readonly string[]): ChildProcess {
    const command = join(this.#folder, name)
    const [file, ...all] = this.#pinned ? ['taskset', '-c', core, command, ...args] : [command, ...args]
    return spawn(file, all, { stdio: ['ignore', 'pipe', 'inherit'] })
  }

  #pinOurselves(cores: string): void {
    spawnSync('taskset', ['-a', '-p', '-c', cores, String(process.pid)])
  }
}

export interface ClientFigures {
  /** Requests per second. */
  readonly rate: number
  /** Processor time of the client per request, µs, system calls included. */
  readonly cpuUs: number
}
