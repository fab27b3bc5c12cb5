import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { startBrowserHost } from '@main/host/browser-host'
import { systemClock } from '@shared/clock'
import { SitewrightError } from '@shared/errors'
import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { FakeFork } from '../process/fake-engine'
import { watchLeaks } from '../support/leaks'

it('brings a browser, the engine and the settings file together, and stops the engine last', async () => {
  await using _leaks = watchLeaks()
  const forks = new FakeFork()
  await using folder = await temporaryFolder()
  {
    await using host = await startHost(folder.path, forks)
    expect(forks.last.options).toMatchObject({
      dataDir: folder.path,
      host: 'browser',
      version: '1.2.3',
      recovering: false,
    })
    expect(forks.last.options?.key.length).toBe(32)

    const socket = await openWindow(host.link)
    const answer = new Promise<string>((resolve) =>
      socket.on('message', (data) => String(data).includes('"id"') && resolve(String(data))),
    )
    socket.send('{"jsonrpc":"2.0","id":"1","method":"set","params":{"theme":"sun"}}')
    expect(JSON.parse(await answer)).toMatchObject({ id: '1', result: { theme: 'sun' } })
    socket.close()
    await once(socket, 'close')
  }
  expect(forks.last.stopped).toBe(true)
  expect((await readdir(folder.path)).sort()).toEqual(['settings.json', 'vault'])
  if (process.platform !== 'win32') {
    expect((await stat(join(folder.path, 'settings.json'))).mode & 0o777).toBe(0o600)
    expect((await stat(join(folder.path, 'vault/key'))).mode & 0o777).toBe(0o600)
  }

  await using again = await startHost(folder.path, forks)
  expect(forks.last.options?.settings.get().theme).toBe('sun')
  expect(forks.made[1]?.options?.key).toEqual(forks.made[0]?.options?.key)
  expect(again.link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=/)
})

it('guards the engine from what a page sends', async () => {
  await using _leaks = watchLeaks()
  await using folder = await temporaryFolder()
  await using host = await startHost(folder.path, new FakeFork())
  const socket = await openWindow(host.link)
  const answer = new Promise<string>((resolve) =>
    socket.on('message', (data) => String(data).includes('"id"') && resolve(String(data))),
  )
  socket.send(`{"jsonrpc":"2.0","id":"deep","method":"echo","params":{"a":${'['.repeat(100)}${']'.repeat(100)}}}`)
  expect(JSON.parse(await answer)).toMatchObject({ id: 'deep', error: { key: 'rpc.too-large' } })
  socket.close()
  await once(socket, 'close')
})

it('gives the program a line of its own to the engine', async () => {
  await using _leaks = watchLeaks()
  await using folder = await temporaryFolder()
  await using host = await startHost(folder.path, new FakeFork())
  const client = host.connect()
  expect(await client.call('echo' as 'listJobs', { siteId: 'x' })).toEqual({ siteId: 'x' })
  client.close()
})

it('says why the engine could not start, and leaves nothing open', async () => {
  await using _leaks = watchLeaks()
  await using folder = await temporaryFolder()
  const forks = new FakeFork()
  forks.refusal = new SitewrightError('storage.locked', 'in use by process 4711', { args: { pid: 4711 } })
  await expect(startHost(folder.path, forks)).rejects.toMatchObject({ key: 'storage.locked' })
})

async function startHost(dataDir: string, forks: FakeFork) {
  return startBrowserHost({
    dataDir,
    host: '127.0.0.1',
    port: 0,
    machine: 'laptop',
    version: '1.2.3',
    resourcesDir: resolve('resources'),
    rendererDir: dataDir,
    sentences: () => (key) => key,
    clock: systemClock(),
    log: () => {},
    fork: forks.fork,
  })
}

/** As a browser does it: the link first, then the socket with the cookie. */
async function openWindow(link: string): Promise<WebSocket> {
  const answer = await fetch(link, { redirect: 'manual', headers: { connection: 'close' } })
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  const { host, origin } = new URL(link)
  const socket = new WebSocket(`ws://${host}/rpc`, { headers: { cookie, origin } })
  await once(socket, 'open')
  return socket
}

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'sitewright-host-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}
