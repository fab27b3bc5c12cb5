import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * Servers and clients of a comparison, each a process of its own: servers on core 0, clients on core 1 (where `taskset`
 * is), so that neither has the other's cache or garbage. C programs of `bench/peers` are compiled for the run. Disposing
 * ends the servers.
 */
export class PinnedProcesses implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'sitewright-bench-'))
  readonly #servers: ChildProcess[] = []
  readonly #canPin = spawnSync('taskset', ['-c', '1', 'true']).status === 0

  /** Why the C programs cannot be built here, or null. */
  static missing(): string | null {
    if (spawnSync('gcc', ['--version']).status !== 0) return 'no C compiler (gcc) here'
    if (spawnSync('pkg-config', ['--exists', 'libmodbus']).status !== 0) return 'libmodbus-dev is not installed'
    return null
  }

  /** Returns the path of the program made from `bench/peers/<name>.c`. */
  compile(name: string): string {
    const flags = (kind: string) =>
      name.startsWith('libmodbus')
        ? execFileSync('pkg-config', [kind, 'libmodbus'], { encoding: 'utf8' }).split(/\s+/)
        : []
    const program = join(this.#folder, name)
    const source = resolve('bench/peers', `${name}.c`)
    execFileSync('gcc', ['-O2', '-o', program, ...flags('--cflags'), source, ...flags('--libs')].filter(Boolean))
    return program
  }

  /** Starts a server and resolves with the port it prints. */
  serve(program: string): Promise<number> {
    const server = this.#spawn('0', program, [])
    this.#servers.push(server)
    return new Promise((resolve, reject) => {
      server.stdout?.once('data', (line: Buffer) => resolve(Number(line)))
      server.once('exit', (code) => reject(new Error(`${program} ended with ${code}`)))
    })
  }

  /** Runs a client to its end and reads the figures it prints. */
  async run(program: string, ...args: readonly (string | number)[]): Promise<ClientFigures> {
    const client = this.#spawn('1', program, args.map(String))
    let printed = ''
    client.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk
    })
    const code = await new Promise((resolve) => client.once('close', resolve))
    if (code !== 0) throw new Error(`${program} ended with ${code}`)
    return JSON.parse(printed) as ClientFigures
  }

  /** The same for a client in JavaScript: calls the function `name` that the module at `url` exports. */
  runNode(url: string, name: string, ...args: readonly number[]): Promise<ClientFigures> {
    const script = `const m = await import(${JSON.stringify(url)}); console.log(JSON.stringify(await m[${JSON.stringify(name)}](${args.join()})))`
    return this.run(process.execPath, '--input-type=module', '-e', script)
  }

  [Symbol.dispose](): void {
    for (const server of this.#servers) server.removeAllListeners('exit').kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #spawn(core: string, program: string, args: readonly string[]): ChildProcess {
    const [file, ...all] = this.#canPin ? ['taskset', '-c', core, program, ...args] : [program, ...args]
    return spawn(file, all, { stdio: ['ignore', 'pipe', 'inherit'] })
  }
}

export interface ClientFigures {
  /** Requests per second. */
  readonly rate: number
  /** Processor time of the client per request, µs, system calls included. */
  readonly cpuUs: number
}
