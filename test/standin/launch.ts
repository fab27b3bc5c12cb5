import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { findBrowser } from '../support/browser'

/** What the stand-in tells about the program, e.g. `{what:"open-external", url}`; see report.mjs. */
export interface Told {
  readonly what: string
  readonly [detail: string]: unknown
}

export interface RunningProgram extends AsyncDisposable {
  readonly page: Page
  readonly dataDir: string
  readonly told: readonly Told[]
  all(what: string): readonly Told[]
  /** The next thing of this kind that is told, or has been told already. */
  heard(what: string): Promise<Told>
  close(): void
  power(state: 'suspend' | 'resume'): void
  /** Resolves with the exit code. */
  ended(): Promise<number | null>
  /** Quits as a person would; resolves with the exit code. */
  quit(): Promise<number | null>
}

/**
 * Starts a built Electron program with real Chromium in place of Electron and gives its first window as a page. What makes
 * the program fail (an error in main or preload, an API that is not covered) fails the launch with that text.
 */
export async function launchStandin(program: string, dataDir?: string): Promise<RunningProgram> {
  const data = dataDir ?? (await mkdtemp(join(tmpdir(), 'sitewright-standin-')))
  const main = fork(new URL('run.mjs', import.meta.url).pathname, [program, `--data=${data}`], {
    env: { ...process.env, STANDIN_BROWSER: JSON.stringify(await findBrowser()) },
    execArgv: [],
    stdio: ['ignore', 'inherit', process.env.STANDIN_LOG ? 'inherit' : 'ignore', 'ipc'],
  })
  const told: Told[] = []
  const listeners = new Set<(entry: Told) => void>()
  main.on('message', (entry: Told) => {
    told.push(entry)
    for (const listener of listeners) listener(entry)
  })
  const heard = (what: string): Promise<Told> => {
    const known = told.find((entry) => entry.what === what)
    if (known) return Promise.resolve(known)
    return new Promise((resolve) => {
      const listener = (entry: Told) => {
        if (entry.what !== what) return
        listeners.delete(listener)
        resolve(entry)
      }
      listeners.add(listener)
    })
  }

  const browser = await connect(main, heard).catch(async (error) => {
    // The stand-in ends with whoever started it.
    if (main.connected) main.disconnect()
    if (main.exitCode === null && main.signalCode === null) await once(main, 'exit')
    if (dataDir === undefined) await rm(data, { recursive: true, force: true })
    throw error
  })
  const order = (what: object) => void (main.connected && main.send(what))
  const ended = (): Promise<number | null> =>
    main.exitCode !== null || main.signalCode !== null
      ? Promise.resolve(main.exitCode)
      : once(main, 'exit').then(([code]) => code as number | null)
  return {
    page: await firstPage(browser),
    dataDir: data,
    told,
    heard,
    all: (what) => told.filter((entry) => entry.what === what),
    close: () => order({ what: 'close' }),
    power: (state) => order({ what: 'power', state }),
    ended,
    quit() {
      order({ what: 'quit' })
      return ended()
    },
    async [Symbol.asyncDispose]() {
      order({ what: 'quit' })
      await ended()
      await browser.close().catch(() => {})
      if (dataDir === undefined) await rm(data, { recursive: true, force: true })
    },
  }
}

async function connect(main: ChildProcess, heard: (what: string) => Promise<Told>): Promise<Browser> {
  const failed = async (): Promise<never> => {
    const { text, title } = await Promise.race([heard('main-error'), heard('preload-error'), heard('error-box')])
    throw new Error(`${title ?? 'the program failed'}: ${text}`)
  }
  const ended = once(main, 'exit').then(([code]) => {
    throw new Error(`the program ended with ${code} before its window opened`)
  })
  const opened = Promise.all([heard('ready'), heard('shown')])
  const [{ cdp }] = await Promise.race([opened, failed(), ended])
  return chromium.connectOverCDP(String(cdp))
}

async function firstPage(browser: Browser): Promise<Page> {
  const page = browser.contexts()[0]?.pages()[0]
  if (!page) throw new Error('the program has no window')
  return page
}
