import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type EngineProcess, Supervisor } from '@main/process/supervisor'
import { fileError } from '@main/storage/file-error'
import { keyFile } from '@main/storage/key-file'
import { fileSettings } from '@main/storage/settings'
import { guardFrames } from '@main/transport/frame-guard'
import type { TakenPort } from '@main/transport/listen'
import { memoryPair } from '@main/transport/memory'
import type { Language, Translate } from '@main/window/sentences'
import type { Clock } from '@shared/clock'
import { Disposables } from '@shared/disposables'
import { createLogger, type LogEntry } from '@shared/log'
import { createRpcClient, type RpcClient } from '@shared/rpc/client'
import { startBrowserServer } from './browser-server'

export interface BrowserHostOptions {
  readonly dataDir: string
  readonly host: string
  readonly port: number
  readonly machine: string
  readonly version: string
  readonly resourcesDir: string
  readonly rendererDir: string
  readonly sentences: (language: Language) => Translate
  readonly clock: Clock
  readonly log: (entry: LogEntry) => void
  readonly fork: () => EngineProcess
}

export interface BrowserHost extends AsyncDisposable {
  readonly port: number
  readonly taken: readonly TakenPort[]
  readonly link: string
  /** For one opening only: for a window that we open ourselves. */
  singleUseLink(): string
  /** A line of the program's own, with the rights of a window. */
  connect(): RpcClient
}

/**
 * The whole program without a window of its own: the engine in a child process, its settings and its key in files, and a
 * server for a browser. Resolves when the engine runs and the link works; fails with the engine's own reason.
 */
export async function startBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw fileError(error, options.dataDir)
  })
  const parts = new Disposables()
  try {
    return await startParts(options, parts)
  } catch (error) {
    await parts[Symbol.asyncDispose]()
    throw error
  }
}

async function startParts(options: BrowserHostOptions, parts: Disposables): Promise<BrowserHost> {
  const { dataDir, clock, log } = options
  const supervisor = parts.use(
    new Supervisor({
      fork: options.fork,
      engine: {
        dataDir,
        key: await keyFile(join(dataDir, 'vault')),
        resourcesDir: options.resourcesDir,
        host: 'browser',
        version: options.version,
      },
      settings: fileSettings(dataDir),
      clock,
      log,
    }),
  )
  await supervisor.start()
  const server = parts.use(
    await startBrowserServer({
      ...options,
      log: createLogger('host', log, () => clock.now()),
      onConnection: (connection) => supervisor.attach(guardFrames(connection, clock), 'admin'),
    }),
  )
  return {
    port: server.port,
    taken: server.taken,
    link: server.link,
    singleUseLink: () => server.singleUseLink(),
    connect() {
      const [ours, theirs] = memoryPair()
      supervisor.attach(theirs, 'admin')
      const client = createRpcClient(ours)
      return {
        ...client,
        close() {
          client.close()
          ours.close()
        },
      }
    },
    [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose](),
  }
}
