import { type DriverContext, type DriverDefinition, defineDriver, type Started } from '@main/edge/component/driver'
import { Controller } from '@main/edge/nature'
import { Disposables } from '@shared/disposables'
import { z } from 'zod'
import type { ApiSurroundings } from '../api-surroundings'
import { type ApiService, ApiWrites } from '../api-writes'
import { listenApi } from '../listen-api'
import { restServer } from './rest-server'

const ReadOnly = z.strictObject({
  port: z.int().min(0).max(65_535).default(8084),
  connectionlimit: z.int().min(1).max(100).default(5),
  debugMode: z.boolean().default(true),
})
const ReadWrite = ReadOnly.extend({ apiTimeout: z.int().min(0).default(60) })

/**
 * The REST interface of an edge, on loopback. It lets nobody in before a password is set.
 * Source: wire description §7; modules description B6.
 */
export function restDrivers(around: ApiSurroundings): DriverDefinition[] {
  return [
    defineDriver({
      factoryId: 'Controller.Api.Rest.ReadOnly',
      name: 'Controller Api REST/JSON Read-Only',
      description: 'Other programs may read channels over HTTP.',
      config: ReadOnly,
      natures: () => [Controller],
      start: (config, context) => startRest(around, config, context, null),
    }),
    defineDriver({
      factoryId: 'Controller.Api.Rest.ReadWrite',
      name: 'Controller Api REST/JSON Read-Write',
      description: 'Other programs may read channels over HTTP, and set those that take values.',
      config: ReadWrite,
      natures: () => [Controller],
      start: (config, context) => startRest(around, config, context, config.apiTimeout),
    }),
  ]
}

async function startRest(
  around: ApiSurroundings,
  { port: wanted, connectionlimit }: z.infer<typeof ReadOnly>,
  { id, clock, log, cycle, provide }: DriverContext,
  timeoutS: number | null,
): Promise<Started> {
  const edge = () => around.access().edge
  const writes = timeoutS === null ? null : new ApiWrites({ edge, clock, log, cycle, timeoutS })
  const server = restServer({ ...around, apiId: id, connectionLimit: connectionlimit, writes, clock, log })
  const opened = new Disposables()
  if (writes) opened.use(writes)
  opened.defer(() => new Promise((resolve) => server.close(resolve)))
  opened.defer(() => server.closeAllConnections())
  const port = await listenApi(server, wanted, log)
  log.info(`Other programs can ask at http://127.0.0.1:${port}/rest/channel/…`)
  provide({ port, ...(writes ? { writes } : {}), run: () => writes?.run() } satisfies ApiService)
  return opened
}
