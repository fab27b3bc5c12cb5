import { resolve } from 'node:path'
import type { Command } from '@main/cli/command'
import { commands as allCommands } from '@main/cli/commands'
import { runCommandLine } from '@main/cli/run'
import type { World } from '@main/cli/world'
import { openToolbox, startEngine } from '@main/engine'
import { loadSentences } from '@main/window/sentences'
import { CliLine } from '@shared/cli'
import { systemClock } from '@shared/clock'

export interface Ran {
  readonly exitCode: number
  readonly out: string
  readonly err: string
  /** Standard output of `--json`, each line checked against its schema. */
  lines(): CliLine[]
}

export interface RunOptions extends Partial<Omit<World, 'signal'>> {
  readonly commands?: readonly Command[]
  /** Stops the command, as Ctrl+C does, as soon as standard output says this. */
  readonly stopAt?: RegExp
}

/** Runs one call of the command line as a shell would: everything real that the test does not replace. */
export async function run(line: string | readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { commands = allCommands, stopAt, ...replaced } = options
  const resourcesDir = resolve('resources')
  const clock = systemClock()
  const stop = new AbortController()
  let out = ''
  let err = ''
  const notHere = (): never => {
    throw new Error('not part of this test')
  }
  const exitCode = await runCommandLine(
    typeof line === 'string' ? line.split(' ') : line,
    commands,
    {
      out(text) {
        out += text
        if (stopAt?.test(out)) queueMicrotask(() => stop.abort(new Error('stopped')))
      },
      err(text) {
        err += text
      },
      isTerminal: false,
    },
    {
      version: '1.2.3',
      env: { LANG: 'C', USER: 'ana' },
      machine: 'laptop',
      addresses: ['192.168.1.20', '10.0.0.7'],
      dataDir: '/data',
      resourcesDir,
      clock,
      signal: stop.signal,
      sentences: await loadSentences(resourcesDir),
      readSecret: notHere,
      startHost: notHere,
      startEngine,
      openToolbox: () => openToolbox({ resourcesDir, clock }),
      announce() {},
      ...replaced,
    },
  )
  return {
    exitCode,
    out,
    err,
    lines: () =>
      out
        .split('\n')
        .filter((text) => text !== '')
        .map((text) => CliLine.parse(JSON.parse(text))),
  }
}

/** What differs from one run to the next, made equal. */
export function masked(text: string, more: readonly (readonly [RegExp | string, string])[] = []): string {
  const masks: (readonly [RegExp | string, string])[] = [
    ...more,
    [/(127\.0\.0\.1:)\d+/g, '$1PORT'],
    [/"port":\d+/g, '"port":PORT'],
    [/\b[0-9A-HJKMNP-TV-Z]{26}\b/g, 'SITE'],
    [/"seconds":[\d.]+/g, '"seconds":0'],
  ]
  return masks.reduce((masking, [what, by]) => masking.replaceAll(what, by), text)
}
