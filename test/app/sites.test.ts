import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lockFolder } from '@main/storage/lock'
import { type ModbusTcpSearch, newSiteData } from '@shared/site'
import { describe, expect, it } from 'vitest'
import { watchLeaks } from '../support/leaks'
import { settle } from '../support/manual-clock'
import { type TestEngine, testEngine } from '../support/test-engine'

const named = (name: string) => ({ ...newSiteData, name })
const make = async ({ client }: TestEngine, name = 'Musterweg 1') =>
  (await client.call('createSite', { data: named(name) })).site.id
const search = (hosts: string): ModbusTcpSearch => ({
  id: 'lan',
  kind: 'modbus-tcp',
  hosts,
  ports: [502],
  units: '',
  enabled: true,
})
const keyOf = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error: { key: string }) => error.key,
  )

describe('a site', () => {
  it('is created, shown, changed, opened, closed and deleted, and every window hears of each', async () => {
    await using _leaks = watchLeaks()
    await using running = await testEngine()
    const { client } = running
    const heard: (string | null)[] = []
    running.connect().on('sites', ({ siteId }) => heard.push(siteId))

    const siteId = await make(running)
    const { site } = await client.call('updateSite', {
      siteId,
      data: { place: 'Thun', fuseA: 63 },
      searches: [search('127.0.0.1')],
      stepsDone: ['site'],
    })
    expect(site).toMatchObject({
      open: false,
      data: { name: 'Musterweg 1', place: 'Thun', fuseA: 63, country: 'CH' },
      searches: [{ hosts: '127.0.0.1' }],
      stepsDone: ['site'],
    })
    expect(await client.call('openSite', { siteId })).toEqual({ edgeId: siteId })
    expect((await client.call('getEdges', { page: 0 })).edges).toMatchObject([{ id: siteId, comment: 'Musterweg 1' }])
    expect((await client.call('listSites', {})).sites).toMatchObject([{ id: siteId, open: true, place: 'Thun' }])
    await client.call('closeSite', { siteId })
    expect((await client.call('getSite', { siteId })).site).toMatchObject({ open: false, data: { place: 'Thun' } })
    await client.call('deleteSite', { siteId })
    expect((await client.call('listSites', {})).sites).toEqual([])
    await settle()
    expect(heard).toEqual([siteId, siteId, siteId, siteId, siteId])
  })

  it('keeps its name to itself, whatever the case of its letters and the blanks around', async () => {
    await using running = await testEngine()
    const { client } = running
    const first = await make(running, 'Müller')
    const second = await make(running, 'Meier')
    expect(await keyOf(client.call('createSite', { data: named(' MÜLLER ') }))).toBe('site.name-taken')
    expect(await keyOf(client.call('updateSite', { siteId: second, data: { name: 'müller' } }))).toBe('site.name-taken')
    expect(await keyOf(client.call('updateSite', { siteId: first, data: { name: 'MÜLLER' } }))).toBe('done')
    expect((await client.call('listSites', {})).sites.map(({ name }) => name).sort()).toEqual(['Meier', 'MÜLLER'])
  })

  it('refuses a target that is none while it is typed, and keeps what it had', async () => {
    await using running = await testEngine()
    const siteId = await make(running)
    const change = running.client.call('updateSite', { siteId, searches: [search('192.168.1.0/99')] })
    expect(await keyOf(change)).toBe('scan.targets')
    expect((await running.client.call('getSite', { siteId })).site.searches).toEqual([])
  })

  it.each(['getSite', 'openSite', 'deleteSite', 'listFound', 'getFindings', 'proposeRoles'] as const)(
    'that does not exist is called so by %s, even where its name leads out of the folder',
    async (method) => {
      await using running = await testEngine()
      for (const siteId of ['01ARZ3NDEKTSV4RRFFQ69G5FAV', '../../etc'])
        expect(await keyOf(running.client.call(method, { siteId }))).toBe('site.unknown')
    },
  )

  it('opens once although two windows open it at the same moment', async () => {
    await using _leaks = watchLeaks()
    await using running = await testEngine()
    const siteId = await make(running)
    const windows = [running.client, running.connect(), running.connect()]
    const opened = await Promise.all(windows.map((window) => window.call('openSite', { siteId })))
    expect(opened).toEqual(windows.map(() => ({ edgeId: siteId })))
    expect(running.engine.listeners()).toHaveLength(1)
  })

  it('that is opened while another window closes it is open afterwards, and works', async () => {
    await using _leaks = watchLeaks()
    await using running = await testEngine()
    const { client } = running
    const siteId = await make(running)
    await client.call('openSite', { siteId })
    await Promise.all([
      client.call('closeSite', { siteId }),
      running.connect().call('closeSite', { siteId }),
      client.call('openSite', { siteId }),
    ])
    expect(running.engine.listeners()).toHaveLength(1)
    await client.callEdge(siteId, 'updateComponentConfig', {
      componentId: '_meta',
      properties: [{ name: 'currency', value: 'CHF' }],
    })
    const { components } = await client.callEdge(siteId, 'getEdgeConfig', {})
    expect(components._meta).toMatchObject({ properties: { currency: 'CHF' } })
  })

  it('that is open is closed before it is deleted; one that another program has in work stays', async () => {
    await using _leaks = watchLeaks()
    await using running = await testEngine()
    const { client, dataDir } = running
    const [open, held] = [await make(running, 'Open'), await make(running, 'Held')]
    await client.call('openSite', { siteId: open })
    await client.call('deleteSite', { siteId: open })
    expect(running.engine.listeners()).toEqual([])
    {
      using _theirs = lockFolder(join(dataDir, 'sites', held))
      expect(await keyOf(client.call('deleteSite', { siteId: held }))).toBe('storage.locked')
      expect(await keyOf(client.call('openSite', { siteId: held }))).toBe('storage.locked')
    }
    expect(await keyOf(client.call('openSite', { siteId: held }))).toBe('done')
    expect(readdirSync(join(dataDir, 'sites'))).toEqual([held])
  })

  it('opens and closes although the list of open sites cannot be written, and a warning says so', async () => {
    await using _leaks = watchLeaks()
    await using running = await testEngine()
    mkdirSync(join(running.dataDir, 'open-sites.json'))
    const siteId = await make(running)
    expect(await keyOf(running.client.call('openSite', { siteId }))).toBe('done')
    expect(await keyOf(running.client.call('closeSite', { siteId }))).toBe('done')
    expect(await keyOf(running.client.call('openSite', { siteId }))).toBe('done')
    expect(running.log.some(({ message }) => message.includes('could not be noted'))).toBe(true)
  })
})

describe('a scan', () => {
  it('is refused with what is missing: the site closed, no connection, a wrong target, too many hosts', async () => {
    await using running = await testEngine()
    const { client } = running
    const siteId = await make(running)
    expect(await keyOf(client.call('startScan', { siteId }))).toBe('site.not-open')
    await client.call('openSite', { siteId })
    expect(await keyOf(client.call('startScan', { siteId }))).toBe('scan.targets')
    await client.call('updateSite', { siteId, searches: [search('10.0.0.0/12')] })
    expect(await client.call('estimateScan', { siteId })).toMatchObject({ needsConfirmation: true })
    expect(await keyOf(client.call('startScan', { siteId }))).toBe('scan.too-many')
    await client.call('updateSite', { siteId, searches: [{ ...search('127.0.0.1'), enabled: false }] })
    expect(await keyOf(client.call('startScan', { siteId }))).toBe('scan.targets')
    expect(await client.call('estimateScan', { siteId, searchIds: ['lan'] })).toMatchObject({ hosts: 1 })
    expect((await client.call('listJobs', { siteId })).jobs).toEqual([])
    expect(await keyOf(client.call('sweepUnits', { siteId, deviceId: '127.0.0.1:502/1' }))).toBe('device.unknown')
    expect(await keyOf(client.call('estimateSweep', { siteId, deviceId: 'x' }))).toBe('device.unknown')
  })
})

it('tells a changed setting to every window', async () => {
  await using running = await testEngine()
  const other = running.connect()
  const heard = new Promise((resolve) => other.on('settings', resolve))
  await running.client.call('updateSettings', { theme: 'sun' })
  expect(await heard).toMatchObject({ theme: 'sun', language: 'auto' })
  expect(await other.call('getSettings', {})).toMatchObject({ theme: 'sun' })
})

it('says what needs a person: no grid meter, and a component that does not run', async () => {
  await using running = await testEngine()
  const { client } = running
  const siteId = await make(running)
  expect((await client.call('getFindings', { siteId })).findings).toEqual([])
  await client.call('openSite', { siteId })
  const create = (factoryPid: string, properties: Record<string, unknown>) =>
    client.callEdge(siteId, 'createComponentConfig', {
      factoryPid,
      properties: Object.entries(properties).map(([name, value]) => ({ name, value })),
    })
  await create('Bridge.Modbus.Tcp', { id: 'modbus0', ip: '127.0.0.1', port: 1, enabled: false })
  await create('Meter.Eastron.SDM120', { id: 'meter0', 'modbus.id': 'modbus0', type: 'CONSUMPTION_METERED' })
  const { findings } = await client.call('getFindings', { siteId })
  expect(findings.map(({ subject, message }) => [subject, message.key])).toEqual([
    ['', 'finding.grid-meter.none'],
    ['meter0', 'finding.not-running'],
  ])
})

it('opens the sites that were open again after a crash, and one that is gone does not stop the others', async () => {
  await using _leaks = watchLeaks()
  const dataDir = mkdtempSync(join(tmpdir(), 'sitewright-test-'))
  const ids: string[] = []
  {
    await using first = await testEngine({ dataDir })
    ids.push(await make(first, 'One'), await make(first, 'Two'))
  }
  writeFileSync(join(dataDir, 'open-sites.json'), JSON.stringify(['01ARZ3NDEKTSV4RRFFQ69G5FAV', ...ids]))
  {
    await using second = await testEngine({ dataDir, recovering: true })
    const { sites } = await second.client.call('listSites', {})
    expect(sites.map(({ open }) => open)).toEqual([true, true])
    expect(second.log.some(({ message }) => message.includes('was not opened again'))).toBe(true)
  }
  rmSync(dataDir, { recursive: true, force: true })
})
