import { Dispatcher } from '@main/session/dispatcher'
import type { Account, Realm, RealmEdge } from '@main/session/realm'
import { MemoryTokens } from '@main/session/tokens'
import { memoryPair } from '@main/transport/memory'
import { createLogger, type LogEntry } from '@shared/log'
import type { EdgeMetadata } from '@shared/rpc'
import { describe, expect, it } from 'vitest'
import { RawLine } from '../support/edge-wire'
import { ManualClock, settle } from '../support/manual-clock'

const owner: Account = { id: 'owner', name: 'Owner', role: 'owner' }

/** A realm of edges that are nothing but a name, and one handler that the test may replace. */
function realm(ids: readonly string[], readChannels: () => unknown = () => ({ values: {} })) {
  const clock = new ManualClock()
  const log: LogEntry[] = []
  const edges = ids.map(
    (id): RealmEdge<string> => ({
      id,
      target: id,
      metadata: (role): EdgeMetadata => ({
        id,
        comment: `House ${id}`,
        producttype: '',
        version: '2026.5.0',
        role,
        isOnline: id !== 'edge9',
      }),
    }),
  )
  const all: Realm<string> = {
    name: 'test',
    authenticate: async (password) => (password === 'right' ? owner : null),
    tokens: new MemoryTokens(),
    edges: () => edges,
    edge: (id) => edges.find((edge) => edge.id === id),
    bareEdge: () => (edges.length === 1 ? edges[0] : undefined),
    edgeHandlers: {
      getEdgeConfig: (_params, { edge }) => ({ components: {}, factories: { [edge]: factory } }),
      readChannels: async () => (await readChannels()) as { values: Record<string, null> },
      deleteComponentConfig: () => ({}),
    },
  }
  const dispatcher = new Dispatcher({
    realm: all,
    clock,
    log: createLogger(
      '',
      (entry) => log.push(entry),
      () => 0,
    ),
  })
  return {
    clock,
    log,
    dispatcher,
    connect(account: Account | null = owner) {
      const [ours, theirs] = memoryPair()
      dispatcher.serve(theirs, account)
      return new RawLine(ours)
    },
  }
}
const factory = { name: '', description: '', natureIds: [] }

let next = 0
const request = (method: string, params: unknown = {}) => ({ jsonrpc: '2.0', id: `q${next++}`, method, params })
const inEdge = (edgeId: string, payload: unknown) => request('edgeRpc', { edgeId, payload })

describe('a call to an edge', () => {
  it('reaches the one it names, and the answer carries the ids of both frames', async () => {
    const line = realm(['edge0', 'edge1']).connect()
    const inner = request('getEdgeConfig')
    const outer = inEdge('edge1', inner)
    expect(await line.ask(outer)).toEqual({
      jsonrpc: '2.0',
      id: outer.id,
      result: { payload: { jsonrpc: '2.0', id: inner.id, result: { components: {}, factories: { edge1: factory } } } },
    })
  })

  it('that is not there is answered 3000 with its id', async () => {
    const line = realm(['edge0']).connect()
    expect(await line.ask(inEdge('edge7', request('getEdgeConfig')))).toMatchObject({
      error: { code: 3000, data: ['edge7'], key: 'edge.offline' },
    })
  })

  it.each([
    ['nothing', {}],
    ['a notification', { jsonrpc: '2.0', method: 'getEdgeConfig', params: {} }],
    ['an answer', { jsonrpc: '2.0', id: '1', result: {} }],
    ['params that are a list', { jsonrpc: '2.0', id: '1', method: 'getEdgeConfig', params: [] }],
  ])('whose payload is %s gets a plain error with the outer id', async (_what, payload) => {
    const line = realm(['edge0']).connect()
    const outer = inEdge('edge0', payload)
    expect(await line.ask(outer)).toMatchObject({ id: outer.id, error: { key: 'rpc.invalid' } })
  })

  it('that fails inside answers with the outer id, not nested', async () => {
    const line = realm(['edge0']).connect()
    const outer = inEdge('edge0', request('deleteComponentConfig', { componentId: 'meter0' }))
    expect(await line.ask(outer)).toMatchObject({
      id: outer.id,
      error: { code: 1002, data: ['deleteComponentConfig', 'OWNER'] },
    })
  })

  it('may be bare where one edge can be meant, and is unknown where two can', async () => {
    expect(await realm(['edge0']).connect().ask(request('getEdgeConfig'))).toMatchObject({
      result: { factories: { edge0: factory } },
    })
    expect(await realm(['edge0', 'edge1']).connect().ask(request('getEdgeConfig'))).toMatchObject({
      error: { code: 4001, data: ['getEdgeConfig'] },
    })
  })
})

it('does not tell a stranger which methods exist, and lets in who logs in', async () => {
  const line = realm(['edge0']).connect(null)
  for (const method of ['getEdges', 'edgeRpc', 'getEdgeConfig', 'noSuchMethod', 'constructor']) {
    expect(await line.ask(request(method))).toMatchObject({ error: { code: 1001 } })
  }
  await line.login('right')
  expect(await line.ask(request('constructor'))).toMatchObject({ error: { code: 4001, data: ['constructor'] } })
})

it('lists edges by page, by word and by being online', async () => {
  const line = realm(['edge0', 'edge1', 'edge9']).connect()
  const idsOf = async (params: object) => {
    const answer = await line.ask(request('getEdges', params))
    return (answer.result as { edges: EdgeMetadata[] }).edges.map(({ id }) => id)
  }
  expect(await idsOf({ page: 0, limit: 2 })).toEqual(['edge0', 'edge1'])
  expect(await idsOf({ page: 1, limit: 2 })).toEqual(['edge9'])
  expect(await idsOf({ page: 0, query: 'HOUSE EDGE1' })).toEqual(['edge1'])
  expect(await idsOf({ page: 0, searchParams: { isOnline: false } })).toEqual(['edge9'])
  expect(await line.ask(request('getEdges', { page: 0, limit: 101 }))).toMatchObject({ error: { code: 1 } })
})

it('a token lets in again until its person logs out, and after that nobody', async () => {
  const { connect } = realm(['edge0'])
  const first = connect(null)
  const token = await first.login('right')
  const second = connect(null)
  expect(await second.ask(request('authenticateWithToken', { token }))).toMatchObject({ result: { token } })
  expect(await first.ask(request('logout'))).toMatchObject({ result: {} })
  expect(await first.ask(request('getEdges', { page: 0 }))).toMatchObject({ error: { code: 1001 } })
  expect(await connect(null).ask(request('authenticateWithSessionId', { sessionId: token }))).toMatchObject({
    error: { code: 1003 },
  })
})

it('answers everything else while one request takes its time, and says afterwards how long that was', async () => {
  let answer: (value: unknown) => void = () => {}
  const slow = new Promise((resolve) => {
    answer = resolve
  })
  const { clock, log, connect } = realm(['edge0'], () => slow)
  const line = connect()
  const waiting = line.ask(request('readChannels', { addresses: ['meter0/ActivePower'] }))
  expect(await line.ask(request('getEdge', { edgeId: 'edge0' }))).toMatchObject({ result: { edge: { id: 'edge0' } } })
  await clock.advance(6_000)
  answer({ values: { 'meter0/ActivePower': null } })
  expect(await waiting).toMatchObject({ result: { values: { 'meter0/ActivePower': null } } })
  expect(log.map(({ message }) => message)).toContainEqual('readChannels took 6000 ms.')
})

it('turns what a handler throws into code 1 with its sentence, and what cannot be written into an error too', async () => {
  let result: () => unknown = () => {
    throw new Error('the disk is gone')
  }
  const { log, connect } = realm(['edge0'], () => result())
  const line = connect()
  expect(await line.ask(request('readChannels', { addresses: ['meter0/ActivePower'] }))).toMatchObject({
    error: { code: 1 },
  })
  expect(log.some(({ message }) => message.includes('the disk is gone'))).toBe(true)
  result = () => ({ values: { endless: 1n } })
  expect(await line.ask(request('readChannels', { addresses: ['meter0/ActivePower'] }))).toMatchObject({
    error: { code: 1 },
  })
})

it('ends a session with its connection: who was told something is told nothing more', async () => {
  const { dispatcher, connect } = realm(['edge0'])
  const line = connect()
  const ended: string[] = []
  for (const session of dispatcher.sessions) session.onEnd(() => ended.push('closed'))
  line.connection.close()
  await settle()
  expect([ended, dispatcher.sessions.size]).toEqual([['closed'], 0])
})
