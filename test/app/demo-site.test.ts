import { expect, it } from 'vitest'
import { watchLeaks } from '../support/leaks'
import { type TestEngine, testEngine } from '../support/test-engine'

/** Waits, as a screen does, until a channel of the edge shows a value. */
function firstValue({ client }: TestEngine, edgeId: string, channel: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const off = client.onEdge(edgeId, 'currentData', (values) => {
      if (values[channel] === null || values[channel] === undefined) return
      off()
      resolve(values[channel])
    })
    client.callEdge(edgeId, 'subscribeChannels', { channels: [channel] }).catch(reject)
  })
}

async function withCharger(running: TestEngine): Promise<{ siteId: string; hosts: string }> {
  const { client } = running
  const { siteId } = await client.call('openDemoSite', {})
  const hosts = (await client.call('getSite', { siteId })).site.searches[0]?.hosts ?? ''
  const [ip = '', port = ''] = hosts.split(', ')[2]?.split(':') ?? []
  const create = (factoryPid: string, properties: Record<string, unknown>) =>
    client.callEdge(siteId, 'createComponentConfig', {
      factoryPid,
      properties: Object.entries(properties).map(([name, value]) => ({ name, value })),
    })
  await create('Bridge.Modbus.Tcp', { id: 'modbus0', ip, port: Number(port) })
  await create('Evcs.Goe.Modbus', { id: 'evcs0', 'modbus.id': 'modbus0' })
  return { siteId, hosts }
}

it('keeps its ports when it is closed and opened again, and still reads', {
  timeout: 30_000,
}, async () => {
  await using _leaks = watchLeaks()
  await using running = await testEngine()
  const { client } = running
  const { siteId, hosts } = await withCharger(running)
  expect(await firstValue(running, siteId, 'evcs0/ActivePower')).toEqual(expect.any(Number))
  await client.call('closeSite', { siteId })
  // As any other site is opened: its devices must be there before its edge.
  await client.call('openSite', { siteId })
  expect((await client.call('getSite', { siteId })).site.searches[0]?.hosts).toBe(hosts)
  expect(await firstValue(running, siteId, 'evcs0/ActivePower')).toEqual(expect.any(Number))
})

it('runs with its devices when one window closes it while another opens it', {
  timeout: 30_000,
}, async () => {
  await using _leaks = watchLeaks()
  await using running = await testEngine()
  const { siteId } = await withCharger(running)
  const other = running.connect()
  await Promise.all([
    running.client.call('closeSite', { siteId }),
    other.call('openDemoSite', {}),
    running.client.call('openDemoSite', {}),
  ])
  expect(await firstValue(running, siteId, 'evcs0/ActivePower')).toEqual(expect.any(Number))
})

it('is gone with its devices when it is deleted, and comes back as a new one', { timeout: 30_000 }, async () => {
  await using _leaks = watchLeaks()
  await using running = await testEngine()
  const { client } = running
  const { siteId } = await client.call('openDemoSite', {})
  await client.call('deleteSite', { siteId })
  expect((await client.call('listSites', {})).sites).toEqual([])
  const again = await client.call('openDemoSite', {})
  expect(again.siteId).not.toBe(siteId)
  expect((await client.call('listSites', {})).sites).toMatchObject([{ id: again.siteId, kind: 'demo', open: true }])
})

it('leaves nothing open when the engine stops while it is being opened', { timeout: 30_000 }, async () => {
  await using _leaks = watchLeaks()
  const running = await testEngine()
  const opening = running.client.call('openDemoSite', {}).catch((error: { key: string }) => error.key)
  await new Promise((resolve) => setImmediate(resolve))
  await running[Symbol.asyncDispose]()
  expect(await opening).toBeDefined()
})
