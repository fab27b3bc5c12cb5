import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { listenNear } from '@main/transport/listen'
import { portHolder } from '@main/transport/port-holder'
import { expect, it } from 'vitest'
import { watchLeaks } from '../support/leaks'

it('names the holder of a taken port and takes the next free one', async () => {
  await using _leaks = watchLeaks()
  await using taken = await listening()
  await using server = closing()
  const result = await listenNear(server.server, '127.0.0.1', taken.port)
  expect(result.port).toBeGreaterThan(taken.port)
  expect(result.port).toBeLessThanOrEqual(taken.port + 20)
  const first = result.taken[0]
  expect(first?.port).toBe(taken.port)
  // Only Linux tells whose a port is; elsewhere "another program" is all that is known.
  if (process.platform === 'linux') expect(first?.holder?.pid).toBe(process.pid)
  else expect(first?.holder).toBeNull()
})

it('asks for no other port when any will do', async () => {
  await using _leaks = watchLeaks()
  await using server = closing()
  const result = await listenNear(server.server, '127.0.0.1', 0)
  expect([result.port > 0, result.taken]).toEqual([true, []])
})

it('says that all ports are taken, and by whom', async () => {
  await using _leaks = watchLeaks()
  await using taken = await listening(65_535)
  await using server = closing()
  const listened = listenNear(server.server, '127.0.0.1', 65_535, async () => ({ pid: 4711, name: 'node-red' }))
  await expect(listened).rejects.toMatchObject({
    key: 'port.taken',
    args: { port: taken.port, holder: 'node-red (4711)' },
  })
})

it('says that an address does not belong to this machine', async () => {
  await using _leaks = watchLeaks()
  await using server = closing()
  await expect(listenNear(server.server, '192.0.2.1', 8090)).rejects.toMatchObject({
    key: 'port.not-allowed',
    args: { host: '192.0.2.1', port: 8090, code: 'EADDRNOTAVAIL' },
  })
})

it('knows no holder of a port nobody listens on', async () => {
  await using free = await listening()
  const { port } = free
  await free[Symbol.asyncDispose]()
  expect(await portHolder(port)).toBeNull()
})

it('knows no holder where the system does not tell', async () => {
  await using taken = await listening()
  expect(await portHolder(taken.port, '/nowhere')).toBeNull()
})

async function listening(port = 0) {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, ...closing(server) }
}

function closing(server = createServer()) {
  return {
    server,
    async [Symbol.asyncDispose]() {
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    },
  }
}
