import { readFileSync } from 'node:fs'
import { homedir, hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { openToolbox, startEngine } from '@main/engine'
import { startBrowserHost } from '@main/host/browser-host'
import { forkNode } from '@main/process/node-fork'
import { defaultDataDir } from '@main/storage/data-dir'
import { loadSentences } from '@main/window/sentences'
import { systemClock } from '@shared/clock'
import { commands } from './commands'
import { readSecret } from './read-secret'
import { runCommandLine } from './run'

// The entry of the command line, built to out/main/cli.js.
const home = join(import.meta.dirname, '../..')
const resourcesDir = join(home, 'resources')
const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string }

// What is shown when another program asks who holds our port.
process.title = 'sitewright'

const stop = new AbortController()
let stoppedAt = 0
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // A second Ctrl+C is meant seriously; but `when-exit`, which conf brings along, sends each signal once more by itself.
    if (stop.signal.aborted && performance.now() - stoppedAt > 1_000) process.exit(130)
    if (stop.signal.aborted) return
    stoppedAt = performance.now()
    stop.abort(new Error(`stopped by ${signal}`))
  })
}
// Who forked us is gone; nobody would ever stop us.
process.on('disconnect', () => stop.abort(new Error('the starting program ended')))
// Whoever reads us may stop reading: `sitewright scan … | head`.
process.stdout.on('error', () => process.exit(0))

void main()

async function main(): Promise<void> {
  const sentences = await loadSentences(resourcesDir)
  const clock = systemClock()
  process.exitCode = await runCommandLine(
    process.argv.slice(2),
    commands,
    {
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
      isTerminal: process.stderr.isTTY,
    },
    {
      version,
      env: process.env,
      machine: hostname(),
      addresses: Object.values(networkInterfaces())
        .flatMap((entries) => entries ?? [])
        .filter(({ family, internal }) => family === 'IPv4' && !internal)
        .map(({ address }) => address),
      dataDir: defaultDataDir(process.platform, process.env, homedir()),
      resourcesDir,
      clock,
      signal: stop.signal,
      sentences,
      readSecret: (prompt) => readSecret(process.stdin, process.stderr, prompt),
      startHost: (options) =>
        startBrowserHost({
          ...options,
          machine: hostname(),
          version,
          resourcesDir,
          rendererDir: join(import.meta.dirname, '../renderer'),
          sentences,
          clock,
          fork: () => forkNode(join(import.meta.dirname, 'child.js')),
        }),
      startEngine,
      openToolbox: () => openToolbox({ resourcesDir, clock }),
      announce: (link) => void process.send?.({ link: link() }),
    },
  )
  // The channel to whoever forked us would keep this process alive.
  if (process.connected) process.disconnect()
}
