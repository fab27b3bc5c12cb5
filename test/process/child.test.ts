import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { forkNode } from '@main/process/node-fork'
import { type EngineProcess, Supervisor } from '@main/process/supervisor'
import { memorySettings } from '@main/storage/settings'
import { memoryPair } from '@main/transport/memory'
import { systemClock } from '@shared/clock'
import { createRpcClient } from '@shared/rpc/client'
import { newSiteData } from '@shared/site'
import { expect, it } from 'vitest'
import { builtProgram } from '../support/built'
import { watchLeaks } from '../support/leaks'

it('runs the built engine in a process of its own, which has the key and the settings', async () => {
  await using _leaks = watchLeaks()
  await using house = await start()
  const info = await house.client.call('getAppInfo', {})
  expect(info).toMatchObject({ host: 'test', version: '1.2.3', dataDir: house.dataDir })
  expect(await house.client.call('updateSettings', { theme: 'sun' })).toMatchObject({ theme: 'sun' })
  expect(house.settings.get().theme).toBe('sun')
})

it('loses nothing when the engine is killed: the window is told, and the open site comes back by itself', async () => {
  await using _leaks = watchLeaks()
  await using house = await start()
  const { client } = house
  const { site } = await client.call('createSite', { data: { ...newSiteData, name: 'Musterhaus' } })
  await client.call('openSite', { siteId: site.id })
  const told: string[] = []
  const isBack = new Promise<void>((resolve) =>
    client.on('engine', ({ state }) => {
      told.push(state)
      if (state === 'running') resolve()
    }),
  )

  house.forked.at(-1)?.kill()
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

async function start() {
  const { child } = builtProgram()
  const dataDir = await mkdtemp(join(tmpdir(), 'sitewright-child-'))
  const settings = memorySettings()
  const forked: EngineProcess[] = []
  const supervisor = new Supervisor({
    fork() {
      const engine = forkNode(child)
      forked.push(engine)
      return engine
    },
    engine: { dataDir, key: new Uint8Array(32), resourcesDir: resolve('resources'), host: 'test', version: '1.2.3' },
    settings,
    clock: systemClock(),
    log: () => {},
  })
  await supervisor.start()
  const [ours, theirs] = memoryPair()
  supervisor.attach(theirs, 'admin')
  const client = createRpcClient(ours)
  return {
    dataDir,
    settings,
    client,
    forked,
    async [Symbol.asyncDispose]() {
      client.close()
      await supervisor[Symbol.asyncDispose]()
      await rm(dataDir, { recursive: true })
    },
  }
}
