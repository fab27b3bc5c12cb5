import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { beforeEach, describe, expect, it } from 'vitest'
import { type ApiEdge, apiEdge } from '../support/api-edge'
import { watchLeaks } from '../support/leaks'
import { type Fetched, setPoints } from '../support/set-points'

const components = {
  ctrlApiRest0: { factoryId: 'Controller.Api.Rest.ReadWrite', properties: { port: 0 } },
  ctrlApiRest1: { factoryId: 'Controller.Api.Rest.ReadOnly', properties: { port: 0, connectionlimit: 2 } },
  io0: { factoryId: 'Test.SetPoints' },
  io1: { factoryId: 'Test.SetPoints' },
  io2: { factoryId: 'Test.SetPoints', properties: { enabled: false } },
}

let edge: ApiEdge
let fetched: Fetched[]
beforeEach(async () => {
  fetched = []
  edge = await apiEdge({ drivers: [setPoints(fetched)], components })
  await edge.cycle(2)
  fetched.length = 0
  return () => edge[Symbol.asyncDispose]()
})

interface Asked {
  password?: string | null
  api?: string
  method?: string
  body?: string
  headers?: Record<string, string>
}

async function ask(path: string, { password = 'owner', api = 'ctrlApiRest0', headers, ...rest }: Asked = {}) {
  const basic = password === null ? {} : { authorization: `Basic ${btoa(`x:${password}`)}` }
  const answer = await fetch(`http://127.0.0.1:${edge.port(api)}${path}`, {
    ...rest,
    headers: { ...basic, ...headers },
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) }
}
const post = (path: string, body: unknown, more: Asked = {}) =>
  ask(path, { ...more, method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) })
const rpc = (method: string, params: unknown, more: Asked = {}) =>
  post('/jsonrpc', { jsonrpc: '2.0', id: 'a', method, params }, more)

describe('GET /rest/channel', () => {
  it('one hit is an object, with everything a client needs to understand it', async () => {
    const { status, headers, body } = await ask('/rest/channel/io0/Power', { password: 'user' })
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
    expect(body).toEqual({ address: 'io0/Power', type: 'INTEGER', accessMode: 'RW', text: '', unit: 'W', value: 7 })
  })

  it('several are an array; of enabled components only, and a disabled one alone is none', async () => {
    const { body } = await ask('/rest/channel/io[0-9]/(Measured|Power)')
    expect(body.map(({ address, value }: { address: string; value: number }) => [address, value])).toEqual([
      ['io0/Measured', 42],
      ['io0/Power', 7],
      ['io1/Measured', 42],
      ['io1/Power', 7],
    ])
    expect((await ask('/rest/channel/io2/Power')).status).toBe(404)
  })

  it('matches in full, not in part', async () => {
    expect((await ask('/rest/channel/io0/Pow')).status).toBe(404)
    expect((await ask('/rest/channel/o0/Power')).status).toBe(404)
    expect((await ask('/rest/channel/.*/State')).body.length).toBeGreaterThan(5)
  })

  it('an unknown value is null; one that can only be written has none', async () => {
    expect((await ask('/rest/channel/_sum/EssSoc')).body).toMatchObject({ unit: '%', value: null })
    expect((await ask('/rest/channel/io0/Command')).body).toEqual({
      ...{ address: 'io0/Command', type: 'INTEGER', accessMode: 'WO', text: 'Range -10000..10000', unit: 'W' },
    })
  })

  it('takes a slash within brackets, an encoded expression, and ignores a query', async () => {
    expect((await ask('/rest/channel/io[/0]/Power')).body).toMatchObject({ address: 'io0/Power' })
    expect((await ask('/rest/channel/io%5B0%5D/Power?x=/')).body).toMatchObject({ address: 'io0/Power' })
  })

  it.each([
    ['an expression that is none', '/rest/channel/io[0/Power', 400],
    ['one that is only within other parentheses', '/rest/channel/io0/a)%7C(b', 400],
    ['one made to explode', `/rest/channel/_sum/${encodeURIComponent('(\\w+)+!')}`, 400],
    ['one of more than 200 characters', `/rest/channel/io0/${'.'.repeat(201)}`, 400],
    ['no channel', '/rest/channel/io0', 400],
    ['a path that is not rightly encoded', '/rest/channel/io0/%E0%A4%A', 400],
    ['a channel nobody has', '/rest/channel/io0/Nothing', 404],
    ['another path', '/rest', 404],
    ['the icon', '/favicon.ico', 404],
  ])('%s is refused: %s', async (_what, path, status) => {
    expect(await ask(path)).toMatchObject({ status, body: { error: { code: 1, message: expect.any(String) } } })
  })
})

describe('POST /rest/channel', () => {
  it('sets a value as setChannelValue does: in every cycle, for 60 s after the last', async () => {
    expect(await post('/rest/channel/io0/Power', { value: 300 })).toMatchObject({ status: 200, body: {} })
    expect(await post('/rest/channel/io0/InputOutput0', { value: true })).toMatchObject({ status: 200 })
    await edge.cycle(60)
    expect(fetched.filter((asked) => asked.Power === 300 && asked.InputOutput0 === 1)).toHaveLength(60)
    fetched.length = 0
    await edge.cycle(2)
    expect(fetched.every((asked) => Object.keys(asked).length === 0)).toBe(true)
    expect(edge.log.map(({ source, message }) => `${source}: ${message}`)).toContain(
      'ctrlApiRest0: owner: Owner set io0/Power from 7 to 300.',
    )
  })

  it.each([
    ['a guest', '/rest/channel/io0/Power', '{"value":1}', { password: 'user' }, 403],
    ['the read-only API', '/rest/channel/io0/Power', '{"value":1}', { api: 'ctrlApiRest1' }, 405],
    ['a channel that can only be read', '/rest/channel/io0/Measured', '{"value":1}', {}, 400],
    ['a value that does not fit', '/rest/channel/io0/Power', '{"value":"much"}', {}, 400],
    ['no value', '/rest/channel/io0/Power', '{}', {}, 400],
    ['no object', '/rest/channel/io0/Power', '[1]', {}, 400],
    ['no JSON', '/rest/channel/io0/Power', '{"value":', {}, 400],
    ['a body nested deep', '/rest/channel/io0/Power', `{"value":${'['.repeat(99)}${']'.repeat(99)}}`, {}, 400],
    ['a body of 2 MB', '/rest/channel/io0/Power', `{"value":"${'x'.repeat(2e6)}"}`, {}, 413],
    ['an expression', '/rest/channel/io.*/Power', '{"value":1}', {}, 404],
    ['an unknown component', '/rest/channel/io9/Power', '{"value":1}', {}, 404],
    ['a page of another origin', '/rest/channel/io0/Power', '{"value":1}', { headers: { origin: 'http://evil' } }, 403],
  ] as const)('%s is refused', async (_what, path, body, more, status) => {
    expect(await post(path, body, more)).toMatchObject({ status, body: { error: { message: expect.any(String) } } })
    await edge.cycle()
    expect(fetched.every((asked) => Object.keys(asked).length === 0)).toBe(true)
  })

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is not possible, and the answer says what is', async (method) => {
    const { status, headers } = await ask('/rest/channel/io0/Power', { method })
    expect([status, headers.get('allow')]).toEqual([405, 'GET, POST'])
    expect((await ask('/rest/channel/io0/Power', { method, api: 'ctrlApiRest1' })).headers.get('allow')).toBe('GET')
  })
})

describe('POST /jsonrpc', () => {
  it('is answered by the dispatcher of all wires, bare and wrapped', async () => {
    const { status, body } = await rpc('getEdgeConfig', {})
    expect(status).toBe(200)
    expect(body).toMatchObject({ jsonrpc: '2.0', id: 'a', result: { components: { io0: {} } } })
    const payload = { method: 'getEdgeConfig', params: {} }
    expect(await post('/jsonrpc', { method: 'edgeRpc', params: { edgeId: '0', payload } })).toMatchObject({
      status: 200,
      body: { id: expect.any(String), result: { payload: { id: expect.any(String), result: { components: {} } } } },
    })
  })

  it('sets values through this API, with the role that needs', async () => {
    const params = { componentId: 'io1', channelId: 'Power', value: 4 }
    expect(await rpc('setChannelValue', params)).toMatchObject({ status: 400, body: { error: { code: 1002 } } })
    expect(await rpc('setChannelValue', params, { password: 'admin' })).toMatchObject({ status: 200 })
    await edge.cycle()
    expect(fetched).toContainEqual({ Power: 4 })
    expect(await rpc('setChannelValue', params, { password: 'admin', api: 'ctrlApiRest1' })).toMatchObject({
      ...{ status: 400, body: { error: { code: 1006, key: 'api.no-writes' } } },
    })
  })

  it.each([
    ['an unknown method', { id: 'a', method: 'noSuchMethod', params: {} }, 4001],
    ['a subscription, which needs a line that stays', { id: 'a', method: 'subscribeChannels', params: {} }, 4001],
    ['a login', { id: 'a', method: 'authenticateWithPassword', params: { password: 'admin' } }, 4001],
    ['wrong parameters', { id: 'a', method: 'readChannels', params: { addresses: 1 } }, 1],
    ['no request', { id: 'a', result: {} }, 4002],
    ['an array', [], 4002],
    ['no JSON', '{', 4002],
    ['a body nested deep', `{"a":${'['.repeat(99)}${']'.repeat(99)}}`, 4002],
  ])('%s is a 400 with a JSON-RPC error', async (_what, body, code) => {
    expect(await post('/jsonrpc', body)).toMatchObject({
      status: 400,
      body: { id: expect.any(String), error: { code } },
    })
  })

  it('is nothing for a guest, and nothing to GET', async () => {
    expect(await rpc('getEdgeConfig', {}, { password: 'user' })).toMatchObject({ status: 403 })
    const { status, headers } = await ask('/jsonrpc')
    expect([status, headers.get('allow')]).toEqual([405, 'POST'])
  })
})

describe('who may come in', () => {
  it.each([
    ['nothing', undefined],
    ['another scheme', 'Bearer abc'],
    ['no colon', `Basic ${btoa('owner')}`],
    ['no base64', 'Basic ???'],
    ['a wrong password', `Basic ${btoa('owner:wrong')}`],
    ['a name of Object', `Basic ${btoa('owner:constructor')}`],
  ])('%s is a 401 that says how', async (_what, authorization) => {
    const { status, headers, body } = await ask('/rest/channel/io0/Power', {
      ...{ password: null, headers: authorization ? { authorization } : {} },
    })
    expect(status).toBe(401)
    expect(headers.get('www-authenticate')).toMatch(/^Basic realm=/)
    expect(JSON.stringify(body)).not.toContain('io0')
  })

  it('before login nobody learns what is here', async () => {
    expect(await ask('/nothing/here', { password: null })).toMatchObject({ status: 401 })
  })

  it('guessing is slowed down; who is known already is not locked out by it', async () => {
    expect(await ask('/rest/channel/io0/Power')).toMatchObject({ status: 200 })
    for (let attempt = 0; attempt < 10; attempt++) {
      expect(await ask('/rest/channel/io0/Power', { password: `wrong ${attempt}` })).toMatchObject({ status: 401 })
    }
    const { status, headers } = await ask('/rest/channel/io0/Power', { password: 'admin' })
    expect([status, headers.get('retry-after')]).toEqual([429, '30'])
    expect(await ask('/rest/channel/io0/Power')).toMatchObject({ status: 200 })
    await edge.clock.advance(31_000)
    expect(await ask('/rest/channel/io0/Power', { password: 'admin' })).toMatchObject({ status: 200 })
  })

  it('nobody, before a password is set', async () => {
    await using closed = await apiEdge({ components: { ctrlApiRest0: components.ctrlApiRest0 }, users: {} })
    for (const password of ['', 'admin', 'owner']) {
      const headers = { authorization: `Basic ${btoa(`admin:${password}`)}` }
      const answer = await fetch(`http://127.0.0.1:${closed.port('ctrlApiRest0')}/rest/channel/_sum/State`, { headers })
      expect(answer.status).toBe(401)
    }
  })
})

describe('connections', () => {
  const line = async (api: string) => {
    const socket = connect(edge.port(api), '127.0.0.1')
    await once(socket, 'connect')
    socket.setEncoding('utf8')
    return socket
  }
  const request = 'GET /rest/channel/io0/Power HTTP/1.1\r\nHost: x\r\n\r\n'
  const firstLine = async (socket: Awaited<ReturnType<typeof line>>) => {
    socket.write(request)
    const [text] = (await once(socket, 'data')) as [string]
    return text.slice(0, text.indexOf('\r\n'))
  }

  it('one more than connectionlimit is told 503; when one has gone, the next comes in', async () => {
    const [first, second, third] = [await line('ctrlApiRest1'), await line('ctrlApiRest1'), await line('ctrlApiRest1')]
    expect(await firstLine(third)).toBe('HTTP/1.1 503 Service Unavailable')
    expect(await firstLine(first)).toBe('HTTP/1.1 401 Unauthorized')
    second.destroy()
    await edge.clock.advance(0)
    expect(await firstLine(await line('ctrlApiRest1'))).toBe('HTTP/1.1 401 Unauthorized')
    first.destroy()
  })

  it('one too many that asks nothing is cut off', async () => {
    const lines = [await line('ctrlApiRest1'), await line('ctrlApiRest1'), await line('ctrlApiRest1')]
    const [, , surplus] = lines
    await edge.clock.advance(1)
    const closed = surplus && once(surplus, 'close')
    await edge.clock.advance(2_001)
    await closed
    for (const socket of lines) socket.destroy()
  })

  it('more than ten in five seconds are told to come back', async () => {
    for (let count = 0; count < 10; count++) {
      const socket = await line('ctrlApiRest0')
      expect(await firstLine(socket)).toBe('HTTP/1.1 401 Unauthorized')
      const closed = once(socket, 'close')
      socket.destroy()
      await closed
      await edge.clock.advance(1)
    }
    expect(await firstLine(await line('ctrlApiRest0'))).toBe('HTTP/1.1 503 Service Unavailable')
    await edge.clock.advance(5_000)
    expect(await firstLine(await line('ctrlApiRest0'))).toBe('HTTP/1.1 401 Unauthorized')
  })

  it('what is no HTTP ends with 400, and the edge goes on', async () => {
    const socket = await line('ctrlApiRest0')
    socket.write('\0\0\0\0\0\x06\x01\x03\r\n\r\n')
    const [text] = (await once(socket, 'data')) as [string]
    expect(text).toMatch(/^HTTP\/1\.1 400 /)
    expect(await ask('/rest/channel/io0/Power')).toMatchObject({ status: 200 })
  })

  it('listens on loopback only, on the next port where its own is taken, and leaves nothing open', async () => {
    await using _leaks = watchLeaks()
    const taken = edge.port('ctrlApiRest0')
    await using second = await apiEdge({
      components: { ctrlApiRest0: { factoryId: 'Controller.Api.Rest.ReadWrite', properties: { port: taken } } },
    })
    expect(second.port('ctrlApiRest0')).toBeGreaterThan(taken)
    expect(second.log.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(new RegExp(`^Port ${taken} is held by .*; this edge listens on \\d+ instead\\.$`)),
    )
    const elsewhere = connect(second.port('ctrlApiRest0'), '127.0.0.2')
    const [error] = (await once(elsewhere, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNREFUSED')
  })
})

const curl = spawnSync('curl', ['--version']).status === 0
it.skipIf(!curl)(`curl reads and writes${curl ? '' : ' (skipped: missing peer curl)'}`, async () => {
  // Its answers come from this process, so it must not be waited for with the event loop standing still.
  const run = async (...args: string[]) => {
    const child = spawn('curl', ['-s', '-g', '-u', 'x:owner', ...args])
    let out = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    await once(child, 'close')
    return out
  }
  const base = `http://127.0.0.1:${edge.port('ctrlApiRest0')}/rest/channel`
  expect(JSON.parse(await run(`${base}/io[01]/Power`))).toHaveLength(2)
  expect(await run('-d', '{"value":77}', `${base}/io0/Power`)).toBe('{}')
  await edge.cycle()
  expect(fetched).toContainEqual({ Power: 77 })
})
