import type { Job } from '@shared/job'
import type { RpcClient } from '@shared/rpc/client'
import { expect, it } from 'vitest'
import { supervisedEngine } from '../support/supervised-engine'

const jobs = (client: RpcClient) => client.call('listJobs', {}).then(({ jobs: list }) => list)

async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const seen = await look()
    if (seen) return seen
    await new Promise((done) => setTimeout(done, 50))
  }
}

it('an engine killed in the middle of a scan comes back, the scan goes on, and no row is lost', {
  timeout: 90_000,
}, async () => {
  await using engine = await supervisedEngine()
  const { client } = engine
  const { siteId } = await client.call('openDemoSite', {})
  const { jobId } = await client.call('startScan', { siteId })
  const seen = await until(async () => {
    const { devices } = await client.call('listFound', { siteId })
    return devices.length > 0 && devices
  })

  const back = engine.back()
  const pending = client.call('listSites', {})
  engine.kill()
  await expect(pending).rejects.toMatchObject({ key: 'engine.lost', code: 1006 })
  await back

  const job = await until(async () =>
    (await jobs(client)).find((one): one is Job => one.id === jobId && one.state === 'done'),
  )
  expect(job).toMatchObject({ id: jobId, state: 'done' })
  const { devices } = await client.call('listFound', { siteId })
  expect(devices.map(({ id }) => id)).toEqual(expect.arrayContaining(seen.map(({ id }) => id)))
  expect(new Set(devices.map(({ id }) => id)).size).toBe(devices.length)
  expect(
    devices
      .filter(({ kind }) => kind === 'device')
      .map(({ model }) => model)
      .sort(),
  ).toEqual(['Charger', 'SDM120', 'SDM630', 'Symo GEN24 10.0'])
})

it('what was configured before a kill is there after it, and reads', { timeout: 60_000 }, async () => {
  await using engine = await supervisedEngine()
  const { client } = engine
  const { siteId, edgeId } = await client.call('openDemoSite', {})
  const { site } = await client.call('getSite', { siteId })
  const [gateway = ''] = site.searches[0]?.hosts.split(', ') ?? []
  const [ip = '', port = ''] = gateway.split(':')
  const create = (factoryPid: string, properties: Record<string, unknown>) =>
    client.callEdge(edgeId, 'createComponentConfig', {
      factoryPid,
      properties: Object.entries(properties).map(([name, value]) => ({ name, value })),
    })
  await create('Bridge.Modbus.Tcp', { id: 'modbus0', ip, port: Number(port) })
  await create('Meter.Microcare.SDM630', { id: 'meter0', 'modbus.id': 'modbus0', modbusUnitId: 1, type: 'GRID' })

  const back = engine.back()
  engine.kill()
  await back
  const value = await until(async () => {
    const { values } = await client.callEdge(edgeId, 'readChannels', { addresses: ['meter0/VoltageL1'] })
    return values['meter0/VoltageL1']
  })
  expect(Number(value)).toBeGreaterThan(200_000)
})
