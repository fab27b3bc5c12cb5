import { defineDriver } from '@main/edge/component/driver'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { edgeWire, type RawLine } from '../support/edge-wire'
import { FakeWire, fakeBridge, fakeMeter } from '../support/fake-meter'
import { settle } from '../support/manual-clock'
import { testEdge } from '../support/test-edge'

const admin = { id: 'admin', name: 'Administrator' }

async function meterEdge() {
  const wire = new FakeWire()
  wire.power.set(1, 1500)
  let release: () => void = () => {}
  /** Takes its time to stop, as a listener with a slow client does. */
  const slowToStop = defineDriver({
    factoryId: 'Test.Slow',
    name: 'Slow',
    description: 'Stops when the test says so.',
    config: z.strictObject({ 'modbus.id': z.string() }),
    natures: () => [],
    references: (config) => [config['modbus.id']],
    start: () => ({
      [Symbol.asyncDispose]: () =>
        new Promise<void>((resolve) => {
          release = resolve
        }),
    }),
  })
  const edge = await testEdge({
    drivers: [fakeBridge(wire), fakeMeter(wire), slowToStop],
    components: {
      modbus0: { factoryId: 'Test.Bridge' },
      meter0: { factoryId: 'Test.Meter', properties: { 'modbus.id': 'modbus0', unit: 1 } },
    },
  })
  return { edge, wire, slow: { factoryId: 'Test.Slow' }, release: () => release() }
}

const subscribe = (line: RawLine, channels: readonly string[]) =>
  line.ask({
    id: `s${channels.length}`,
    method: 'edgeRpc',
    params: { edgeId: '0', payload: { id: 'i', method: 'subscribeChannels', params: { count: 0, channels } } },
  })

/** The `params` of notifications of one kind, in order. */
function told(line: RawLine, method: string): unknown[] {
  return line.heard.flatMap(({ params }) => {
    const payload = (params as { payload?: { method: string; params: unknown } }).payload
    return payload?.method === method ? [payload.params] : []
  })
}

it('pushes all subscribed values after each image; a list replaces the one before, an empty one ends it', async () => {
  const { edge } = await meterEdge()
  await using _edge = edge
  using wire = edgeWire(edge)
  const line = wire.connect()
  await line.login('user')
  await subscribe(line, ['meter0/ActivePower', 'meter0/NoSuchChannel', 'meter7/ActivePower'])
  await edge.cycle()
  await subscribe(line, ['_sum/GridActivePower'])
  await edge.cycle()
  await subscribe(line, [])
  await edge.cycle()
  await settle()
  expect(told(line, 'currentData')).toEqual([
    { 'meter0/ActivePower': 1500, 'meter0/NoSuchChannel': null, 'meter7/ActivePower': null },
    { '_sum/GridActivePower': 1500 },
  ])
})

it('tells a component that is being made anew as not known, not as what it last was', async () => {
  const { edge, slow, release } = await meterEdge()
  await using _edge = edge
  await edge.edge.createComponent(
    slow.factoryId,
    [
      { name: 'id', value: 'slow0' },
      { name: 'modbus.id', value: 'modbus0' },
    ],
    admin,
  )
  using wire = edgeWire(edge)
  const line = wire.connect()
  await line.login('user')
  await subscribe(line, ['meter0/ActivePower'])
  await edge.cycle()
  const change = edge.edge.updateComponent('modbus0', [{ name: 'alias', value: 'Line' }], admin)
  await settle()
  edge.edge.cycle.run()
  release()
  await change
  await edge.clock.advance(1000)
  await edge.cycle()
  release()
  await settle()
  expect(told(line, 'currentData')).toEqual([1500, null, 1500].map((power) => ({ 'meter0/ActivePower': power })))
  // It is stopped once more when the edge is.
  setImmediate(release)
})

it('tells nothing more after logout, and everything again after login and subscription', async () => {
  const { edge } = await meterEdge()
  await using _edge = edge
  using wire = edgeWire(edge)
  const line = wire.connect()
  await line.login('user')
  await subscribe(line, ['meter0/ActivePower'])
  await line.ask({ id: 'out', method: 'logout', params: {} })
  await edge.cycle(2)
  await edge.edge.updateComponent('meter0', [{ name: 'alias', value: 'Main' }], admin)
  await settle()
  expect(line.heard).toEqual([])
  await line.login('user')
  await subscribe(line, ['meter0/ActivePower'])
  await edge.cycle()
  await settle()
  expect(told(line, 'currentData')).toHaveLength(1)
})

it('pushes a changed configuration once to everybody who looked at it, and to nobody whose connection has closed', async () => {
  const { edge } = await meterEdge()
  await using _edge = edge
  using wire = edgeWire(edge)
  const [looking, gone, stranger] = [wire.connect(), wire.connect(), wire.connect()]
  for (const line of [looking, gone]) {
    await line.login('user')
    await subscribe(line, ['meter0/ActivePower'])
  }
  gone.connection.close()
  await settle()
  await edge.edge.updateComponent('meter0', [{ name: 'alias', value: 'Main' }], admin)
  await settle()
  expect(told(looking, 'edgeConfig')).toMatchObject([{ components: { meter0: { alias: 'Main' } } }])
  expect([gone.heard, stranger.heard]).toEqual([[], []])
})
