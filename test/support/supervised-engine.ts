import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { forkNode } from '@main/process/node-fork'
import { type EngineProcess, Supervisor } from '@main/process/supervisor'
import { memorySettings } from '@main/storage/settings'
import { memoryPair } from '@main/transport/memory'
import { systemClock } from '@shared/clock'
import type { LogEntry } from '@shared/log'
import { createRpcClient, type RpcClient } from '@shared/rpc/client'

/** The built engine in a process of its own, as window and host run it; a test can kill it. */
export interface SupervisedEngine extends AsyncDisposable {
  readonly client: RpcClient
  readonly dataDir: string
  readonly log: LogEntry[]
  /** SIGKILL: nothing gets a chance to be tidied up. */
  kill(): void
  /** Resolves when the engine that was lost is back. */
  back(): Promise<void>
}

export async function supervisedEngine(dataDir?: string): Promise<SupervisedEngine> {
  const script = resolve('out/main/child.js')
  if (!existsSync(script)) throw new Error('out/main/child.js is missing: run npm run build')
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'sitewright-test-'))
  const log: LogEntry[] = []
  let current: EngineProcess | null = null
  const supervisor = new Supervisor({
    fork: () => {
      current = forkNode(script)
      return current
    },
    engine: {
      dataDir: folder,
      key: new Uint8Array(32),
      resourcesDir: resolve('resources'),
      host: 'test',
      version: '0.0.0',
    },
    settings: memorySettings(),
    clock: systemClock(),
    log: (entry) => log.push(entry),
  })
  await supervisor.start()
  const [ours, theirs] = memoryPair()
  supervisor.attach(theirs, 'admin')
  const client = createRpcClient(ours)
  return {
    client,
    dataDir: folder,
    log,
    kill: () => current?.kill(),
    back: () =>
      new Promise((done) => {
        const off = client.on('engine', ({ state }) => {
          if (state !== 'running') return
          off()
          done()
        })
      }),
    async [Symbol.asyncDispose]() {
      client.close()
      ours.close()
      await supervisor[Symbol.asyncDispose]()
      if (!dataDir) rmSync(folder, { recursive: true, force: true })
    },
  }
}
