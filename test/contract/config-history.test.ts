import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SiteDatabase } from '@main/commissioning/site/site-database'
import { type EdgeConfigStore, MemoryConfigStore, SYSTEM } from '@main/edge/config/config-store'
import type { StoredComponent } from '@shared/edge-config'
import { beforeEach, describe, expect, it } from 'vitest'
import { edgeWire, type RawLine } from '../support/edge-wire'
import { FakeWire, fakeBridge, fakeMeter } from '../support/fake-meter'
import { type TestEdge, testEdge } from '../support/test-edge'

let edge: TestEdge
let admin: RawLine
let owner: RawLine

beforeEach(async () => {
  const fake = new FakeWire()
  edge = await testEdge({ drivers: [fakeBridge(fake), fakeMeter(fake)] })
  const wire = edgeWire(edge)
  admin = wire.connect()
  await admin.login('admin')
  owner = wire.connect()
  await owner.login('owner')
  await create('Test.Bridge', 'modbus0')
  await create('Test.Meter', 'meter0', { 'modbus.id': 'modbus0', unit: 1 })
  return async () => {
    wire[Symbol.dispose]()
    await edge[Symbol.asyncDispose]()
  }
})

const ask = (line: RawLine, method: string, params: Record<string, unknown>) =>
  line.ask({ jsonrpc: '2.0', id: method, method, params })
const listOf = (values: Record<string, unknown>) => Object.entries(values).map(([name, value]) => ({ name, value }))
const create = (factoryPid: string, id: string, values: Record<string, unknown> = {}) =>
  ask(admin, 'createComponentConfig', { factoryPid, properties: listOf({ id, ...values }) })
const update = (componentId: string, values: Record<string, unknown>, line = owner) =>
  ask(line, 'updateComponentConfig', { componentId, properties: listOf(values) })
const remove = (componentId: string) => ask(admin, 'deleteComponentConfig', { componentId })
const undo = (number: number) => ask(admin, 'undoConfigChange', { number })
const meter0 = () => edge.store.load().components.meter0

async function changes(filter: Record<string, unknown> = {}) {
  const { result } = await ask(owner, 'listConfigChanges', filter)
  return (result as { changes: { number: number; kind: string; componentId: string; by: string }[] }).changes
}

describe('the history of the configuration', () => {
  it('tells who changed what and when, property by property, newest first', async () => {
    await update('meter0', { unit: 7, alias: 'Grid' })
    await remove('meter0')
    expect(await changes({ componentId: 'meter0' })).toMatchObject([
      { number: 4, kind: 'deleted', by: 'admin: Administrator', factoryId: 'Test.Meter' },
      {
        number: 3,
        at: edge.clock.now(),
        kind: 'changed',
        by: 'owner: Owner',
        properties: [
          { name: 'unit', old: 1, new: 7 },
          { name: 'alias', old: null, new: 'Grid' },
        ],
      },
      {
        number: 2,
        kind: 'created',
        properties: [
          { name: 'modbus.id', old: null, new: 'modbus0' },
          { name: 'unit', old: null, new: 1 },
        ],
      },
    ])
    expect((await changes({ limit: 1 })).map(({ number }) => number)).toEqual([4])
  })

  it('is for owners, undoing for admins', async () => {
    expect(await ask(owner, 'undoConfigChange', { number: 2 })).toMatchObject({ error: { code: 1002 } })
  })
})

describe('taking a change back', () => {
  it('gives a property its old value, and is a change of its own that can be taken back too', async () => {
    await update('meter0', { unit: 7, type: 'PRODUCTION' })
    expect(await undo(3)).toMatchObject({ result: {} })
    expect(meter0()?.properties).toMatchObject({ unit: 1, _lastChangeBy: 'admin: Administrator' })
    expect(meter0()?.properties).not.toHaveProperty('type')
    expect((await changes())[0]).toMatchObject({ number: 4, by: 'admin: Administrator', kind: 'changed' })
    await undo(4)
    expect(meter0()?.properties).toMatchObject({ unit: 7, type: 'PRODUCTION' })
  })

  it('leaves alone what was changed elsewhere since', async () => {
    await update('meter0', { unit: 7 })
    await update('meter0', { alias: 'Grid' })
    await undo(3)
    expect(meter0()).toMatchObject({ alias: 'Grid', properties: { unit: 1 } })
    await undo(4)
    expect(meter0()?.alias).toBe('')
  })

  it('brings a deleted component back, and takes a created one away', async () => {
    await remove('meter0')
    await undo(3)
    expect(meter0()).toMatchObject({ factoryId: 'Test.Meter', properties: { 'modbus.id': 'modbus0', unit: 1 } })
    await edge.cycle()
    expect(edge.snapshot('meter0')).toMatchObject({ ActivePower: 0 })
    await undo(4)
    expect(meter0()).toBeUndefined()
  })

  it('gives a component of every edge its defaults again', async () => {
    await update('_meta', { currency: 'CHF' })
    expect((await changes({ componentId: '_meta' }))[0]).toMatchObject({ kind: 'changed' })
    expect(await undo(3)).toMatchObject({ result: {} })
    expect(edge.edge.registry.need('_meta').config).toMatchObject({ currency: 'EUR' })
  })

  it.each<[string, () => Promise<unknown>, number, string]>([
    ['the same property was changed again', () => update('meter0', { unit: 9 }), 3, 'unit was changed again since'],
    ['the component is gone', () => remove('meter0'), 3, 'meter0 was deleted since'],
    ['something else uses what was created', async () => {}, 1, 'meter0 still uses it.'],
    ['what was created was changed since', async () => {}, 2, 'meter0 was changed since (unit)'],
  ])('is refused with a sentence when %s', async (_what, since, number, reason) => {
    await update('meter0', { unit: 7 })
    await since()
    const before = edge.store.load()
    expect(await undo(number)).toMatchObject({ error: { code: 2002, key: 'config.not-undone', args: { reason } } })
    expect(edge.store.load()).toEqual(before)
  })

  it('is checked like any change: what a component needs must be there', async () => {
    await remove('meter0')
    await remove('modbus0')
    expect(await undo(3)).toMatchObject({
      error: { code: 2002, args: { reason: 'There is no component modbus0; create it first.' } },
    })
    await create('Test.Meter', 'meter0', { 'modbus.id': 'modbus0' })
    await undo(4)
    await create('Test.Meter', 'meter0', { 'modbus.id': 'modbus0', unit: 2 })
    expect(await undo(3)).toMatchObject({ error: { args: { reason: 'there is a meter0 again' } } })
  })

  it('of a number nobody knows says so', async () => {
    expect(await undo(99)).toMatchObject({ error: { code: 1, key: 'config.change-unknown' } })
  })
})

describe.each<[string, () => Promise<{ store: EdgeConfigStore } & Disposable>]>([
  ['memory', async () => ({ store: new MemoryConfigStore(), [Symbol.dispose]: () => {} })],
  ['a site database', siteStore],
])('the history in %s', (_make, open) => {
  const meter = (unit: number): StoredComponent => ({ factoryId: 'F', alias: '', properties: { unit } })

  it('keeps both sides of each change, without what the edge notes by itself', async () => {
    using opened = await open()
    const { store } = opened
    store.save(new Map([['meter0', meter(1)]]), 'admin: Administrator')
    store.save(new Map([['_sum', meter(5)]]), `${SYSTEM}_sum`)
    store.save(new Map([['meter0', meter(2)]]), 'owner: Owner')
    store.save(new Map([['meter0', null]]), 'owner: Owner')
    const told = store.changes({ limit: 10 }).map(({ number, by, old, new: now }) => [number, by, old, now])
    expect(told).toEqual([
      [4, 'owner: Owner', meter(2), null],
      [3, 'owner: Owner', meter(1), meter(2)],
      [1, 'admin: Administrator', null, meter(1)],
    ])
    expect(store.changes({ componentId: 'meter0', limit: 1 })).toHaveLength(1)
    expect(store.changes({ componentId: 'meter9', limit: 9 })).toEqual([])
    expect(store.change(3)).toMatchObject({ componentId: 'meter0', new: meter(2) })
    expect(store.change(9)).toBeNull()
  })
})

async function siteStore() {
  const folder = mkdtempSync(join(tmpdir(), 'sitewright-history-'))
  const store = SiteDatabase.open('01JTEST', folder)
  return {
    store,
    [Symbol.dispose]() {
      store[Symbol.dispose]()
      rmSync(folder, { recursive: true })
    },
  }
}
