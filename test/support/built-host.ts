import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

export interface BuiltHost extends AsyncDisposable {
  readonly link: string
  readonly dataDir: string
  /** What it wrote to standard error. */
  readonly log: string[]
  readonly process: ChildProcess
}

/** The built program as a person starts it: `sitewright serve`. Its data folder stays if it was handed in. */
export async function builtHost(
  options: { dataDir?: string; prefix?: readonly string[]; args?: readonly string[] } = {},
): Promise<BuiltHost> {
  const script = resolve('out/main/cli.js')
  if (!existsSync(script)) throw new Error('out/main/cli.js is missing: run npm run build')
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'sitewright-test-'))
  const command = [
    ...(options.prefix ?? []),
    process.execPath,
    script,
    'serve',
    '--json',
    '--port',
    '0',
    '--data',
    dataDir,
    ...(options.args ?? []),
  ]
  const [program = '', ...args] = command
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const log: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line))
  const link = await new Promise<string>((done, failed) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const told = JSON.parse(line) as { type: string; link?: string }
      if (told.type === 'listening' && told.link) done(told.link)
    })
    child.once('exit', (code) => failed(new Error(`the host ended with ${code}: ${log.join('\n')}`)))
  })
  return {
    link,
    dataDir,
    log,
    process: child,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((done) => child.once('exit', done))
        child.kill('SIGTERM')
        await ended
      }
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
