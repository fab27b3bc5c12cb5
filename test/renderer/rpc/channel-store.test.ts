import { expect, it } from 'vitest'
import { createRpc } from '../../../src/renderer/rpc'
import { ManualClock } from '../../support/manual-clock'
import { type FakeAnswers, fakeRpc } from '../fake-rpc'

const settled = () => new Promise((resolve) => setTimeout(resolve))

async function follow(addresses: string[], answers: FakeAnswers = {}) {
  const clock = new ManualClock()
  const line = fakeRpc(answers)
  const rpc = createRpc(line, clock)
  const release = rpc.channels.want('edge1', addresses)
  await settled()
  return {
    clock,
    line,
    rpc,
    release,
    cycle: (data: Record<string, number | string | null>) => line.notifyEdge('edge1', 'currentData', data),
    state: (address: string) => rpc.channels.get('edge1', address),
    subscriptions: () => line.callsOf('subscribeChannels').map(({ channels }) => channels),
    [Symbol.dispose]: () => rpc.close(),
  }
}

it('shows a number that stopped being read as lost, with its last value and since when, and never as zero', async () => {
  using edge = await follow(['meter0/ActivePower'])
  expect(edge.state('meter0/ActivePower').kind).toBe('waiting')

  edge.cycle({ 'meter0/ActivePower': 1420 })
  const readAt = edge.clock.now()
  expect(edge.state('meter0/ActivePower')).toEqual({ kind: 'fresh', value: 1420, lastValue: 1420, lastAt: readAt })

  await edge.clock.advance(1000)
  edge.cycle({ 'meter0/ActivePower': null })
  expect(edge.state('meter0/ActivePower')).toEqual({ kind: 'lost', value: null, lastValue: 1420, lastAt: readAt })
})

it('counts the age of a lost value from its last reading, not from its last change', async () => {
  using edge = await follow(['meter0/ActivePower'])
  edge.cycle({ 'meter0/ActivePower': 1420 })
  await edge.clock.advance(5000)
  edge.cycle({ 'meter0/ActivePower': 1420 })
  const readAt = edge.clock.now()
  edge.cycle({ 'meter0/ActivePower': null })
  expect(edge.state('meter0/ActivePower').lastAt).toBe(readAt)
})

it('asks the edge for the age of what was lost before this page looked', async () => {
  using edge = await follow(['meter0/ActivePower', 'meter0/VoltageL1'], {
    listChannels: () => ({
      channels: [channel('ActivePower', 120, 14_000), channel('VoltageL1', null, null)],
    }),
  })
  edge.cycle({ 'meter0/ActivePower': null, 'meter0/VoltageL1': null })
  await settled()
  expect(edge.state('meter0/ActivePower')).toEqual({
    kind: 'lost',
    value: null,
    lastValue: 120,
    lastAt: edge.clock.now() - 14_000,
  })
  expect(edge.state('meter0/VoltageL1').kind).toBe('never')
  expect(edge.line.callsOf('listChannels')).toEqual([{ componentId: 'meter0' }])
})

it('lets every number grow old when the edge falls silent', async () => {
  using edge = await follow(['meter0/ActivePower'])
  edge.cycle({ 'meter0/ActivePower': 1420 })
  const readAt = edge.clock.now()
  await edge.clock.advance(5000)
  expect(edge.state('meter0/ActivePower')).toEqual({ kind: 'old', value: null, lastValue: 1420, lastAt: readAt })
  edge.cycle({ 'meter0/ActivePower': 1420 })
  expect(edge.state('meter0/ActivePower').kind).toBe('fresh')
})

it('unites what several views want into one subscription and gives back what nobody wants any more', async () => {
  using edge = await follow(['meter0/ActivePower'])
  const other = edge.rpc.channels.want('edge1', ['meter0/ActivePower', 'ess0/Soc'])
  await settled()
  edge.release()
  other()
  await settled()
  expect(edge.subscriptions()).toEqual([['meter0/ActivePower'], ['meter0/ActivePower', 'ess0/Soc'], []])
})

it('lets every number grow old at once when the engine is lost', async () => {
  using edge = await follow(['meter0/ActivePower'])
  edge.cycle({ 'meter0/ActivePower': 1420 })
  edge.line.notify('engine', { state: 'lost', restartInMs: 500 })
  expect(edge.state('meter0/ActivePower')).toMatchObject({ kind: 'old', value: null, lastValue: 1420 })
})

it('subscribes again when the engine is back', async () => {
  using edge = await follow(['meter0/ActivePower'])
  edge.line.notify('engine', { state: 'lost', restartInMs: 1000 })
  expect(edge.rpc.connection.get()).toMatchObject({ state: 'lost', retryAt: edge.clock.now() + 1000 })
  edge.line.notify('engine', { state: 'running', restartInMs: null })
  await settled()
  expect(edge.subscriptions()).toEqual([['meter0/ActivePower'], ['meter0/ActivePower']])
  expect(edge.line.callsOf('subscribeEdges')).toEqual([{ edges: ['edge1'] }, { edges: ['edge1'] }])
})

it('tells only those who follow the channel that changed', async () => {
  using edge = await follow(['meter0/ActivePower', 'ess0/Soc'])
  edge.cycle({ 'meter0/ActivePower': 1, 'ess0/Soc': 63 })
  const told = { power: 0, soc: 0 }
  edge.rpc.channels.subscribe('edge1', 'meter0/ActivePower', () => told.power++)
  edge.rpc.channels.subscribe('edge1', 'ess0/Soc', () => told.soc++)
  edge.cycle({ 'meter0/ActivePower': 2, 'ess0/Soc': 63 })
  expect(told).toEqual({ power: 1, soc: 0 })
})

function channel(id: string, lastValue: number | null, ageMs: number | null) {
  return {
    id,
    type: 'INTEGER' as const,
    unit: 'W',
    accessMode: 'RO' as const,
    category: 'OPENEMS_TYPE' as const,
    persistencePriority: 'HIGH' as const,
    text: '',
    value: null,
    ageMs,
    lastValue,
  }
}
