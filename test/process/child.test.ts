import { fork } from 'node:child_process'
import { once } from 'node:events'
import { newSiteData } from '@shared/site'
import { expect, it } from 'vitest'
import { builtProgram } from '../support/built'
import { watchLeaks } from '../support/leaks'
import { supervisedEngine } from '../support/supervised-engine'

it('runs the built engine in a process of its own, with settings that its parent keeps', async () => {
  await using _leaks = watchLeaks()
  await using engine = await supervisedEngine()
  const info = await engine.client.call('getAppInfo', {})
  expect(info).toMatchObject({ host: 'test', dataDir: engine.dataDir })
  expect(await engine.client.call('updateSettings', { theme: 'sun' })).toMatchObject({ theme: 'sun' })
  engine.kill()
  await engine.back()
  expect(await engine.client.call('getSettings', {})).toMatchObject({ theme: 'sun' })
})

it('loses nothing when the engine is killed: the window is told, and the open site comes back by itself', async () => {
  await using _leaks = watchLeaks()
  await using engine = await supervisedEngine()
  const { client } = engine
  const { site } = await client.call('createSite', { data: { ...newSiteData, name: 'Musterhaus' } })
  await client.call('openSite', { siteId: site.id })
  const told: string[] = []
  client.on('engine', ({ state }) => told.push(state))

  const isBack = engine.back()
  engine.kill()
  await expect(client.call('listSites', {})).rejects.toMatchObject({ key: 'engine.lost', code: 1006 })
  await isBack
  expect(told).toEqual(['lost', 'running'])
  const { sites } = await client.call('listSites', {})
  expect(sites.map(({ name, open }) => [name, open])).toEqual([['Musterhaus', true]])
})

it('stops with whoever started it, whatever way that ends', async () => {
  const engine = fork(builtProgram().child, { serialization: 'advanced', execArgv: [] })
  await once(engine, 'message')
  engine.disconnect()
  expect(await once(engine, 'exit')).toEqual([0, null])
})
