import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openToolbox } from '@main/engine'
import { systemClock } from '@shared/clock'
import { createRpcClient, type RpcClient } from '@shared/rpc/client'
import { newSiteData } from '@shared/site'
import type { Page } from 'playwright-core'
import { expect, it, vi } from 'vitest'
import { builtProgram } from '../support/built'
import { launchStandin } from './launch'

// The built desktop program (main, preload and page) in a real Chromium; Electron itself is stood in for.
vi.setConfig({ testTimeout: 60_000 })

it('shows the first live value: window, preload, engine in its own process, device', async () => {
  await using device = await simulated('eastron-sdm630', { ActivePower: 1500, VoltageL1: 230_100 })
  await using program = await launchStandin(builtProgram().root)
  const { page } = program
  const client = await clientIn(page)
  const { site } = await client.call('createSite', { data: { ...newSiteData, name: 'Musterhaus' } })
  const { edgeId } = await client.call('openSite', { siteId: site.id })
  const create = (factoryPid: string, properties: object) => {
    const list = Object.entries(properties).map(([name, value]) => ({ name, value }))
    return client.callEdge(edgeId, 'createComponentConfig', { factoryPid, properties: list })
  }
  // Port 0: the edge's own port must not meet that of another test.
  await client.callEdge(edgeId, 'updateComponentConfig', {
    componentId: 'ctrlApiWebsocket0',
    properties: [{ name: 'port', value: 0 }],
  })
  await create('Bridge.Modbus.Tcp', { id: 'modbus0', ip: '127.0.0.1', port: device.port })
  await create('Meter.Microcare.SDM630', { id: 'meter0', alias: 'Grid', 'modbus.id': 'modbus0', type: 'GRID' })
  await page.evaluate(`location.hash = '#/sites/${site.id}/live'`)
  await page.getByText('Grid 1.50 kW from grid').first().waitFor({ state: 'attached' })

  expect(program.all('page-error')).toEqual([])
  expect(program.all('network')).toEqual([])
  const engine = Number((await program.heard('engine-process')).pid)
  expect(await program.quit()).toBe(0)
  expect(isRunning(engine)).toBe(false)
})

it('gives the page a bridge of two functions and nothing else, keeps it where it is, and opens the web outside', async () => {
  await using program = await launchStandin(builtProgram().root)
  const { page } = program
  const before = page.url()
  const seen = await page.evaluate(`({
    bridge: Object.entries(edge).map(([name, member]) => name + ': ' + typeof member),
    frozen: Object.isFrozen(edge),
    node: [typeof require, typeof process, typeof module],
  })`)
  expect(seen).toEqual({
    bridge: ['send: function', 'onMessage: function'],
    frozen: true,
    node: ['undefined', 'undefined', 'undefined'],
  })

  await page.evaluate("location.href = 'https://evil.example/'")
  await page.evaluate("void window.open('https://openems.io/')")
  expect(await program.heard('window-open')).toMatchObject({ url: 'https://openems.io/', action: 'deny' })
  expect(program.all('open-external').map(({ url }) => url)).toEqual(['https://evil.example/', 'https://openems.io/'])
  expect(program.all('will-navigate').at(0)).toMatchObject({ url: 'https://evil.example/', allowed: false })
  expect(program.all('permission').every(({ granted }) => granted === false)).toBe(true)
  expect(page.url()).toBe(before)
  // Scripts that did not come with the bundle do not run.
  await page.evaluate("document.body.append(Object.assign(document.createElement('script'), { text: 'evil = 1' }))")
  expect(await page.evaluate('window.evil')).toBeUndefined()
})

it('tells the person that the engine was lost, and is back by itself', async () => {
  await using program = await launchStandin(builtProgram().root)
  const client = await clientIn(program.page)
  await client.call('listSites', {})
  const states: string[] = []
  const back = new Promise<void>((resolve) =>
    client.on('engine', ({ state }) => {
      states.push(state)
      if (state === 'running') resolve()
    }),
  )
  process.kill(Number((await program.heard('engine-process')).pid), 'SIGKILL')
  await back
  expect(states).toEqual(['lost', 'running'])
  expect(await client.call('listSites', {})).toEqual({ sites: [] })
  expect(program.all('engine-process').length).toBe(2)
})

it('remembers settings, key and the place of its window from one start to the next', async () => {
  await using folder = await dataFolder()
  {
    await using program = await launchStandin(builtProgram().root, folder.path)
    const client = await clientIn(program.page)
    await client.call('updateSettings', { theme: 'sun' })
    program.close()
    expect(await program.ended()).toBe(0)
  }
  const key = await readFile(join(folder.path, 'vault/key.sealed'))
  expect(JSON.parse(await readFile(join(folder.path, 'window.json'), 'utf8'))).toMatchObject({
    main: { width: 1440, height: 900, maximized: false },
  })

  await using again = await launchStandin(builtProgram().root, folder.path)
  const client = await clientIn(again.page)
  expect(await client.call('getSettings', {})).toMatchObject({ theme: 'sun' })
  expect(await readFile(join(folder.path, 'vault/key.sealed'))).toEqual(key)
})

/** Asks from within the page, over the bridge that the page has. */
async function clientIn(page: Page): Promise<RpcClient> {
  const listeners = new Set<(frame: string) => void>()
  await page.exposeFunction('heardByTest', (frame: string) => {
    for (const listener of listeners) listener(frame)
  })
  await page.evaluate('void edge.onMessage(heardByTest)')
  return createRpcClient({
    send: (frame) => void page.evaluate(`edge.send(${JSON.stringify(frame)})`),
    onFrame(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    onClose: () => () => {},
  })
}

async function simulated(profile: string, values: Record<string, number>) {
  const tools = openToolbox({ resourcesDir: 'resources', clock: systemClock() })
  const device = await tools.simulate({ profile, port: 0, unit: 1, values })
  return {
    port: device.port,
    async [Symbol.asyncDispose]() {
      await device[Symbol.asyncDispose]()
      await tools[Symbol.asyncDispose]()
    },
  }
}

async function dataFolder() {
  const path = await mkdtemp(join(tmpdir(), 'sitewright-desktop-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
