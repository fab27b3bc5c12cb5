import { EventEmitter } from 'node:events'
import type { Server } from 'node:net'
import { listenApi } from '@main/apis/listen-api'
import { createLogger, silentLogger } from '@shared/log'
import { newSiteData } from '@shared/site'
import { expect, it } from 'vitest'
import { testEngine } from '../support/test-engine'

/** A server on a system that keeps ports below 1024 to itself, or all of them. */
function guarded(keptBelow: number): Server {
  const server = Object.assign(new EventEmitter(), {
    port: 0,
    address: () => ({ port: server.port, address: '127.0.0.1', family: 'IPv4' }),
    listen(port: number) {
      server.port = port
      const outcome = port < keptBelow ? ['error', Object.assign(new Error('no'), { code: 'EACCES' })] : ['listening']
      process.nextTick(() => server.emit(...(outcome as [string, ...unknown[]])))
      return server
    },
  })
  // Of a server listenApi uses `listen`, `address` and its events.
  return server as unknown as Server
}

it('a port the system keeps to itself is replaced by the one 1,000 higher, and the log says so', async () => {
  const log: string[] = []
  const port = await listenApi(
    guarded(1024),
    502,
    createLogger('', ({ message }) => log.push(message)),
  )
  expect(port).toBe(1502)
  expect(log).toEqual(['This system keeps port 502 to itself; this edge listens on 1502 instead.'])
})

it('where no port at all is allowed, that is said', async () => {
  await expect(listenApi(guarded(99_999), 502, silentLogger)).rejects.toMatchObject({ key: 'port.not-allowed' })
  await expect(listenApi(guarded(99_999), 8084, silentLogger)).rejects.toMatchObject({ args: { port: 8084 } })
})

it('a new edge has none of these doors but the UI’s; each that is configured is known to the scan', async () => {
  await using running = await testEngine()
  const { client, engine } = running
  const { site } = await client.call('createSite', { data: { ...newSiteData, name: 'Doors' } })
  const { edgeId } = await client.call('openSite', { siteId: site.id })
  expect(engine.listeners()).toHaveLength(1)
  for (const [id, factoryPid] of Object.entries({
    ctrlApiRest0: 'Controller.Api.Rest.ReadOnly',
    ctrlApiModbusTcp0: 'Controller.Api.ModbusTcp.ReadWrite',
  })) {
    const properties = Object.entries({ id, port: 0 }).map(([name, value]) => ({ name, value }))
    await client.callEdge(edgeId, 'createComponentConfig', { factoryPid, properties })
  }
  const doors = engine.listeners()
  expect(doors).toHaveLength(3)
  expect(doors.every(({ host, port, name }) => host === '127.0.0.1' && port > 0 && name === 'Sitewright edge')).toBe(
    true,
  )
})
