import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Engine, startEngine } from '@main/engine'
import { memorySettings } from '@main/storage/settings'
import { MemoryWire } from '@main/transport/memory'
import type { Job } from '@shared/job'
import type { LogEntry } from '@shared/log'
import { createRpcClient, type RpcClient } from '@shared/rpc/client'

export interface TestEngine extends AsyncDisposable {
  readonly engine: Engine
  readonly client: RpcClient
  readonly dataDir: string
  readonly log: LogEntry[]
  connect(): RpcClient
  /** Resolves when the job has ended. */
  ended(jobId: string): Promise<Job>
}

/** A whole engine in this process, on real sockets and a real clock, with its own data folder. */
export async function testEngine(options: { dataDir?: string; recovering?: boolean } = {}): Promise<TestEngine> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'sitewright-test-'))
  const wire = new MemoryWire()
  const log: LogEntry[] = []
  const engine = await startEngine({
    dataDir,
    key: new Uint8Array(32),
    wire,
    settings: memorySettings(),
    resourcesDir: resolve('resources'),
    host: 'test',
    version: '0.0.0',
    recovering: options.recovering ?? false,
    log: (entry) => log.push(entry),
  })
  const clients: RpcClient[] = []
  const connect = () => {
    const connection = wire.connect()
    const client = createRpcClient(connection)
    clients.push({ ...client, close: () => [client.close(), connection.close()] })
    return client
  }
  const client = connect()
  return {
    engine,
    client,
    dataDir,
    log,
    connect,
    async ended(jobId) {
      const isEnded = (job: Job | undefined) =>
        job && ['done', 'partly-done', 'cancelled', 'failed'].includes(job.state)
      return new Promise((resolve) => {
        const off = client.on('jobs', ({ jobs }) => {
          const job = jobs.find(({ id }) => id === jobId)
          if (job && isEnded(job)) {
            off()
            resolve(job)
          }
        })
        void client.call('listJobs', {}).then(({ jobs }) => {
          const job = jobs.find(({ id }) => id === jobId)
          if (job && isEnded(job)) {
            off()
            resolve(job)
          }
        })
      })
    },
    async [Symbol.asyncDispose]() {
      for (const one of clients) one.close()
      await engine[Symbol.asyncDispose]()
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
