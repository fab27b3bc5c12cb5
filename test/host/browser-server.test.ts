import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { startBrowserServer } from '@main/host/browser-server'
import { CONTENT_SECURITY_POLICY } from '@main/window/security-headers'
import { loadSentences } from '@main/window/sentences'
import { createLogger } from '@shared/log'
import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { watchLeaks } from '../support/leaks'
import { ManualClock } from '../support/manual-clock'

it('exchanges the printed link for a cookie that no script reads, and then shows the page', async () => {
  await using _leaks = watchLeaks()
  await using host = await startHost()
  const link = await host.ask(host.server.link)
  expect(link.status).toBe(303)
  expect(link.headers).toMatchObject({ location: '/', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
  expect(link.headers['set-cookie']?.[0]).toMatch(
    new RegExp(`^sitewright-${host.server.port}=[\\w-]{32}; Path=/; HttpOnly; SameSite=Strict$`),
  )
  expect(link.headers['set-cookie']?.[0]).not.toContain(host.token)

  const page = await host.ask('/', { cookie: host.cookieOf(link) })
  expect([page.status, page.body]).toEqual([200, '<page>'])
  expect(page.headers['content-security-policy']).toBe(CONTENT_SECURITY_POLICY)
})

it('goes on by a page of its own when the link stood on another site', async () => {
  await using _leaks = watchLeaks()
  await using host = await startHost()
  const link = await host.ask(host.server.link, { 'sec-fetch-site': 'cross-site' })
  expect([link.status, link.body.includes('http-equiv="refresh"'), host.cookieOf(link) !== '']).toEqual([
    200,
    true,
    true,
  ])
})

it('shows a page that says what to do to whoever comes without the link, in their language', async () => {
  await using _leaks = watchLeaks()
  await using host = await startHost()
  const english = await host.ask('/')
  expect(english.status).toBe(403)
  expect(english.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(english.headers['content-security-policy']).toBe(CONTENT_SECURITY_POLICY)
  expect(english.body).toContain('<h1>This page opens with its link</h1>')
  expect(english.body).toContain('<code>npm start</code>')
  expect(english.body).not.toContain('<script')

  const german = await host.ask('/', { 'accept-language': 'fr;q=0.9, de-CH, en;q=0.5' })
  expect(german.body).toContain('<html lang="de">')
  expect(german.body).toContain('<h1>Diese Seite öffnet sich mit ihrem Link</h1>')
})

it('gives no file of the program to whoever comes without the link', async () => {
  await using _leaks = watchLeaks()
  await using host = await startHost()
  const script = await host.ask('/assets/app.js')
  expect([script.status, script.body.includes('the program')]).toEqual([403, false])
})

it('refuses a wrong token with a page of its own, and sets no cookie', async () => {
  await using _leaks = watchLeaks()
  await using host = await startHost()
  for (const token of ['', 'x'.repeat(32), `${host.token}x`]) {
    const answer = await host.ask(`/?token=${token}`)
    expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined])
    expect(answer.body).toContain('<h1>This link is no longer valid</h1>')
  }
})

it('takes a link for single use once', async () => {
  await using _leaks = watchLeaks()
  await using host = await startHost()
  const link = host.server.singleUseLink()
  expect([(await host.ask(link)).status, (await host.ask(link)).status]).toEqual([303, 403])
  expect((await host.ask(host.server.link)).status).toBe(303)
})

it('refuses the cookie of another start of the program', async () => {
  await using _leaks = watchLeaks()
  await using host = await startHost()
  const answer = await host.ask('/', { cookie: `sitewright-${host.server.port}=${'A'.repeat(32)}` })
  expect(answer.status).toBe(403)
})

it.each(['evil.example', 'evil.example:8090', '127.0.0.1.evil.example', '127.0.0.1@evil.example'])(
  'refuses the Host header %j, even with a good cookie (DNS rebinding)',
  async (name) => {
    await using _leaks = watchLeaks()
    await using host = await startHost()
    const cookie = await host.login()
    const answer = await host.ask('/', { cookie, host: name })
    expect([answer.status, answer.body.includes('does not answer under this address')]).toEqual([403, true])
    expect(await host.knock({ cookie, host: name, origin: `http://${name}` })).toBe(403)
  },
)

it('answers under the names of loopback on any port, since a tunnel may end elsewhere', async () => {
  await using _leaks = watchLeaks()
  await using host = await startHost()
  const cookie = await host.login()
  for (const name of ['localhost:1', '127.0.0.1:9000', '[::1]:8090'])
    expect((await host.ask('/', { cookie, host: name })).status).toBe(200)
})

it('takes no machine name while it listens on loopback only', async () => {
  await using _leaks = watchLeaks()
  await using host = await startHost()
  expect((await host.ask('/', { host: 'field-laptop:8090' })).body).toContain('does not answer under this address')
})

it('refuses a WebSocket opened by the page of another origin, even with a good cookie', async () => {
  await using _leaks = watchLeaks()
  await using host = await startHost()
  const cookie = await host.login()
  for (const origin of ['http://evil.example', `http://127.0.0.1:1`, `https://127.0.0.1:${host.server.port}`, 'null'])
    expect(await host.knock({ cookie, origin })).toBe(403)
  expect(await host.knock({ cookie, origin: undefined })).toBe(403)
  expect(host.connected).toEqual([])
})

it('refuses a WebSocket without the cookie', async () => {
  await using _leaks = watchLeaks()
  await using host = await startHost()
  expect(await host.knock({})).toBe(403)
})

it('refuses a WebSocket anywhere but at /rpc', async () => {
  await using _leaks = watchLeaks()
  await using host = await startHost()
  expect(await host.knock({ cookie: await host.login() }, '/other')).toBe(404)
})

it('carries frames for a page that had the link', async () => {
  await using _leaks = watchLeaks()
  await using host = await startHost()
  const socket = host.open({ cookie: await host.login() })
  await once(socket, 'open')
  socket.send('hello')
  expect(String((await once(socket, 'message'))[0])).toBe('echo hello')
  expect(host.connected).toEqual(['browser 127.0.0.1'])
})

it('refuses everything but reading', async () => {
  await using _leaks = watchLeaks()
  await using host = await startHost()
  const answer = await host.ask('/', { cookie: await host.login() }, 'POST')
  expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD'])
})

it('answers 404 for a path that climbs out of the bundle', async () => {
  await using _leaks = watchLeaks()
  await using host = await startHost()
  const answer = await host.ask('/..%2f..%2fetc/passwd.txt', { cookie: await host.login() })
  expect([answer.status, answer.body.includes('There is nothing at this address')]).toEqual([404, true])
})

it('refuses a thirty-third window', async () => {
  await using _leaks = watchLeaks()
  await using host = await startHost()
  const cookie = await host.login()
  const sockets = Array.from({ length: 32 }, () => host.open({ cookie }))
  await Promise.all(sockets.map((socket) => once(socket, 'open')))
  expect(await host.knock({ cookie })).toBe(503)
})

it('writes no token into the log', async () => {
  await using _leaks = watchLeaks()
  await using host = await startHost()
  await host.ask('/?token=guess')
  await host.knock({})
  expect(host.logged.join('\n')).not.toMatch(new RegExp(`guess|${host.token}`))
  expect(host.logged).toEqual(['A WebSocket was refused: without the link.'])
})

/** The server on a bundle of two files; every accepted window hears `echo` of what it sends. */
async function startHost() {
  const root = await mkdtemp(join(tmpdir(), 'sitewright-host-'))
  await mkdir(join(root, 'assets'))
  await writeFile(join(root, 'index.html'), '<page>')
  await writeFile(join(root, 'assets/app.js'), 'the program')
  const connected: string[] = []
  const logged: string[] = []
  const clock = new ManualClock()
  const server = await startBrowserServer({
    host: '127.0.0.1',
    port: 0,
    machine: 'field-laptop',
    rendererDir: root,
    sentences: await loadSentences(resolve('resources')),
    clock,
    log: createLogger('host', (entry) => logged.push(entry.message)),
    onConnection(connection) {
      connected.push(connection.peer)
      connection.onFrame((frame) => connection.send(`echo ${frame}`))
    },
  })
  const sockets: WebSocket[] = []
  const home = `http://127.0.0.1:${server.port}`

  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<Answer>((resolve, reject) => {
      const asked = request(new URL(path, home), { method, headers, agent: false }, async (response) => {
        let body = ''
        for await (const part of response) body += part
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body })
      })
      asked.on('error', reject).end()
    })
  const cookieOf = (answer: Answer) => answer.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  const open = (headers: Record<string, string | undefined>, path = '/rpc') => {
    const { origin = home, ...rest } = 'origin' in headers ? { ...headers, origin: headers.origin ?? '' } : headers
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, {
      headers: { ...(origin ? { origin } : {}), ...rest },
    })
    socket.on('error', () => {})
    sockets.push(socket)
    return socket
  }

  return {
    server,
    connected,
    logged,
    ask,
    cookieOf,
    open,
    token: new URL(server.link).searchParams.get('token') ?? '',
    login: async () => cookieOf(await ask(server.link)),
    /** The status with which an upgrade is refused. */
    async knock(headers: Record<string, string | undefined>, path?: string): Promise<number> {
      const socket = open(headers, path)
      const [, response] = await once(socket, 'unexpected-response')
      response.resume()
      return response.statusCode
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.terminate()
      await server[Symbol.asyncDispose]()
      await rm(root, { recursive: true })
    },
  }
}

interface Answer {
  status: number
  headers: import('node:http').IncomingHttpHeaders
  body: string
}
