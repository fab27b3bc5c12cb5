import { FRAME_LIMITS, guardFrames } from '@main/transport/frame-guard'
import { memoryPair } from '@main/transport/memory'
import { beforeEach, describe, expect, it } from 'vitest'
import { edgeWire, RawLine } from '../support/edge-wire'
import { type TestEdge, testEdge } from '../support/test-edge'

let edge: TestEdge
let wire: ReturnType<typeof edgeWire>

beforeEach(async () => {
  edge = await testEdge({})
  wire = edgeWire(edge)
  return async () => {
    wire[Symbol.dispose]()
    await edge[Symbol.asyncDispose]()
  }
})

const ask = (line: RawLine, method: string, params: Record<string, unknown> = {}) =>
  line.ask({ jsonrpc: '2.0', id: method, method, params })

describe('before login', () => {
  it.each(['getEdges', 'getEdgeConfig', 'edgeRpc', 'logout', 'listSites', 'noSuchMethod', '__proto__', 'constructor'])(
    '%s is answered with 1001 and tells nothing',
    async (method) => {
      expect(await ask(wire.connect(), method)).toMatchObject({ error: { code: 1001 } })
    },
  )
})

describe('roles', () => {
  const create = { factoryPid: 'Scheduler.AllAlphabetically', properties: [{ name: 'id', value: 'scheduler0' }] }

  it('a guest may look, not change; an owner may change, not create', async () => {
    const guest = wire.connect()
    await guest.login('user')
    expect(await ask(guest, 'getEdgeConfig')).toHaveProperty('result.components._sum')
    const update = { componentId: '_meta', properties: [{ name: 'currency', value: 'CHF' }] }
    expect(await ask(guest, 'updateComponentConfig', update)).toMatchObject({ error: { code: 1002 } })

    const owner = wire.connect()
    await owner.login('owner')
    expect(await ask(owner, 'createComponentConfig', create)).toMatchObject({
      error: { code: 1002, data: ['createComponentConfig', 'OWNER'] },
    })
    expect(await ask(owner, 'updateComponentConfig', update)).toMatchObject({ result: {} })

    const admin = wire.connect()
    await admin.login('admin')
    expect(await ask(admin, 'createComponentConfig', create)).toMatchObject({ result: {} })
  })

  it('methods of the application do not exist on the port of an edge', async () => {
    const admin = wire.connect()
    await admin.login('admin')
    expect(await ask(admin, 'listSites')).toMatchObject({ error: { code: 4001 } })
    expect(await ask(admin, 'hasOwnProperty')).toMatchObject({ error: { code: 4001 } })
  })

  it.each(['executeSystemCommand', 'executeSystemRestart', 'executeSystemUpdate', 'setNetworkConfig'])(
    '%s is never served',
    async (method) => {
      const admin = wire.connect()
      await admin.login('admin')
      expect(await ask(admin, method)).toMatchObject({ error: { code: 4001 } })
    },
  )
})

describe('guessing passwords', () => {
  it('is slowed down after ten wrong ones; the official UI, which sends each twice, has ten tries too', async () => {
    const line = wire.connect()
    for (let attempt = 0; attempt < 9; attempt++) {
      for (const _ of [1, 2])
        expect(await ask(line, 'authenticateWithPassword', { password: `wrong ${attempt}` })).toMatchObject({
          error: { code: 1003 },
        })
      await edge.clock.advance(3_000)
    }
    await ask(line, 'authenticateWithPassword', { password: 'the tenth' })
    expect(await ask(line, 'authenticateWithPassword', { password: 'admin' })).toMatchObject({ error: { code: 4005 } })
    await edge.clock.advance(31_000)
    expect(await ask(line, 'authenticateWithPassword', { password: 'admin' })).toHaveProperty('result.token')
  })
})

describe('hostile frames', () => {
  const guarded = () => {
    const [ours, theirs] = memoryPair()
    wire.serve(guardFrames(theirs, edge.clock))
    return new RawLine(ours)
  }

  it('what is no JSON, no request or no object is not answered, and the line goes on', async () => {
    const line = guarded()
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '"text"',
      '42',
      '{"jsonrpc":"2.0"}',
      '{"id":1}',
      '{"method":"x","params":[]}',
    ])
      line.send(text)
    await line.login('admin')
    expect(line.heard).toEqual([])
  })

  it('a deeply nested frame is refused before it is parsed', async () => {
    const line = guarded()
    line.send(
      `{"jsonrpc":"2.0","id":"deep","method":"getEdges","params":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`,
    )
    await expect.poll(() => line.heard).toMatchObject([{ id: 'deep', error: { code: 4002 } }])
  })

  it('a frame that is too large is refused', async () => {
    const line = guarded()
    line.send(
      `{"jsonrpc":"2.0","id":"large","method":"getEdges","params":{"a":"${'x'.repeat(FRAME_LIMITS.maxCharacters)}"}}`,
    )
    await expect.poll(() => line.heard).toMatchObject([{ id: 'large', error: { code: 4002 } }])
  })

  it('wrong types are named, member by member', async () => {
    const line = guarded()
    await line.login('admin')
    expect(await ask(line, 'subscribeChannels', { channels: 'meter0/ActivePower' })).toMatchObject({
      error: { code: 1, message: expect.stringMatching(/channels: /) },
    })
    expect(await ask(line, 'subscribeChannels', { count: 1, channels: ['not an address'] })).toMatchObject({
      error: { code: 1000, data: ['not an address'] },
    })
  })

  it('members nobody knows are ignored, as the official UI needs it', async () => {
    const line = guarded()
    await line.login('admin')
    expect(
      await line.ask({
        jsonrpc: '2.0',
        id: 'x',
        method: 'getEdges',
        params: { page: 0, requiredState: 9 },
        requiredState: 10,
      }),
    ).toHaveProperty('result.edges')
  })
})
