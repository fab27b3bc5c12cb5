import type { Engine, EngineOptions, Toolbox } from '@main/engine'
import type { BrowserHost, BrowserHostOptions } from '@main/host/browser-host'
import type { Language, Translate } from '@main/window/sentences'
import type { Clock } from '@shared/clock'

/** What the commands need of the machine and of the parts below them; a test hands in its own. */
export interface World {
  readonly version: string
  readonly env: NodeJS.ProcessEnv
  readonly machine: string
  /** Its own IPv4 addresses, without loopback. */
  readonly addresses: readonly string[]
  /** Where data lies when nobody says otherwise. */
  readonly dataDir: string
  readonly resourcesDir: string
  readonly clock: Clock
  /** Aborted when the person stops the program. */
  readonly signal: AbortSignal
  readonly sentences: (language: Language) => Translate
  /** The first line of standard input; on a terminal it is asked for and not shown. */
  readSecret(prompt: string): Promise<string>
  startHost(options: Pick<BrowserHostOptions, 'dataDir' | 'host' | 'port' | 'log'>): Promise<BrowserHost>
  startEngine(options: EngineOptions): Promise<Engine>
  openToolbox(): Toolbox
  /** Tells whoever started us, if it is a program of ours, where the page is; the link works once. */
  announce(singleUseLink: () => string): void
}

/** Resolves when the person stops the program. */
export const stopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
