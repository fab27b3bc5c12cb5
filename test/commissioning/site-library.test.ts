import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FoundDevices } from '@main/commissioning/site/found-devices'
import { SiteDatabase } from '@main/commissioning/site/site-database'
import { SiteLibrary } from '@main/commissioning/site/site-library'
import { ulid } from '@main/commissioning/site/ulid'
import { newSiteData } from '@shared/site'
import { describe, expect, it } from 'vitest'
import { foundDevice } from '../support/found-device'

const named = (name: string) => ({ ...newSiteData, name })

function folder() {
  const dataDir = mkdtempSync(join(tmpdir(), 'sitewright-library-'))
  let now = 1_000
  const library = new SiteLibrary(dataDir, () => now++)
  return { dataDir, library, [Symbol.dispose]: () => rmSync(dataDir, { recursive: true, force: true }) }
}

describe('the library', () => {
  it('lists sites by when they were last opened, with what was found and what is wrong', () => {
    using place = folder()
    const [older, newer] = [place.library.create(named('Older')), place.library.create(named('Newer'))]
    {
      using site = place.library.open(older)
      site.saveFound([
        foundDevice({ unit: 1 }),
        foundDevice({ unit: 2, problem: { verdict: 'unsure', message: { key: 'x' } } }),
        foundDevice({ unit: 3, ignored: true }),
        foundDevice({ unit: null, kind: 'modbus-closed', problem: { verdict: 'failed', message: { key: 'x' } } }),
      ])
    }
    expect(place.library.summaries(new Set([older]))).toMatchObject([
      { id: newer, name: 'Newer', devices: 0, open: false },
      { id: older, name: 'Older', devices: 2, unsure: 1, failed: 1, open: true, problem: null },
    ])
  })

  it('keeps a damaged site as a row that says so, and lets its name be used again', () => {
    using place = folder()
    const id = place.library.create(named('Musterweg'))
    rmSync(join(place.dataDir, 'sites', id), { recursive: true })
    mkdirSync(join(place.dataDir, 'sites', id))
    writeFileSync(join(place.dataDir, 'sites', id, 'site.db'), 'not a database at all')
    expect(place.library.summaries(new Set())).toMatchObject([
      { id, name: id, failed: 1, problem: { key: 'storage.corrupt' } },
    ])
    expect(() => place.library.create(named('Musterweg'))).not.toThrow()
    expect(place.library.findDemo()).toBeNull()
    place.library.remove(id)
    expect(place.library.ids()).toHaveLength(1)
  })

  it('leaves no half a site when it cannot be written, and shows none that a kill left behind', () => {
    using place = folder()
    const config = { components: { meter0: { factoryId: null as unknown as string, alias: '', properties: {} } } }
    expect(() => place.library.create(named('Broken'), 'site', config)).toThrow()
    expect(readdirSync(join(place.dataDir, 'sites'))).toEqual([])
    const left = join(place.dataDir, 'sites', `${ulid(1)}.new`)
    mkdirSync(left)
    writeFileSync(join(left, 'site.db'), '')
    expect(place.library.summaries(new Set())).toEqual([])
  })

  it('ignores folders that are no sites, and knows no site by another name than its own', () => {
    using place = folder()
    mkdirSync(join(place.dataDir, 'sites', 'notes'))
    writeFileSync(join(place.dataDir, 'sites', 'notes', 'site.db'), '')
    expect(place.library.ids()).toEqual([])
    for (const id of ['notes', '..', '', ulid(1).toLowerCase()])
      expect(() => place.library.folderOf(id)).toThrow(/no site/)
  })
})

describe('the file of a site', () => {
  it('takes a configuration as one change: all of it or none, with who and what before', () => {
    using place = folder()
    using site = place.library.open(place.library.create(named('Musterweg')))
    const before = site.load()
    const meter = { factoryId: 'Test.Meter', alias: '', properties: { unit: 1, 'controllers.ids': ['a', 'b'] } }
    const broken = { ...meter, alias: null as unknown as string }
    expect(() =>
      site.save(
        new Map([
          ['meter0', meter],
          ['meter1', broken],
        ]),
        'admin',
      ),
    ).toThrow()
    expect(site.load()).toEqual(before)
    site.save(new Map([['meter0', meter]]), 'admin: Administrator')
    site.save(new Map([['meter0', null]]), 'admin: Administrator')
    expect(site.load()).toEqual(before)
    const changes = site.database.prepare<{ by_whom: string; old: string | null; new: string | null }>(
      "SELECT by_whom, old, new FROM change WHERE component_id = 'meter0' ORDER BY number",
    )
    expect(changes.all().map((row) => [row.by_whom, row.old, row.new])).toEqual([
      ['admin: Administrator', null, JSON.stringify(meter)],
      ['admin: Administrator', JSON.stringify(meter), null],
    ])
  })

  it('holds what was saved after a kill in the next moment', () => {
    using place = folder()
    const id = place.library.create(named('Musterweg'))
    // Another process saves and is killed before it closes anything.
    const script = `
      const { DatabaseSync } = require('node:sqlite')
      const file = new DatabaseSync(${JSON.stringify(join(place.dataDir, 'sites', id, 'site.db'))})
      file.exec("UPDATE fact SET value = '[\\"site\\",\\"laptop\\"]' WHERE name = 'stepsDone'")
      file.exec("BEGIN; DELETE FROM fact; DELETE FROM component")
      process.kill(process.pid, 'SIGKILL')`
    expect(spawnSync(process.execPath, ['--no-warnings', '-e', script]).signal).toBe('SIGKILL')
    using site = place.library.open(id)
    expect(site.facts()).toMatchObject({ stepsDone: ['site', 'laptop'], data: { name: 'Musterweg' } })
    expect(Object.keys(site.load().components)).toContain('scheduler0')
  })

  it('says what is missing when a fact is gone, instead of guessing it', () => {
    using place = folder()
    using site = place.library.open(place.library.create(named('Musterweg')))
    site.database.exec("DELETE FROM fact WHERE name = 'data'")
    expect(() => site.facts()).toThrow(/misses what makes a site/)
  })

  it('tells password hashes with the strongest role first, the last one set of each', () => {
    using place = folder()
    using site = SiteDatabase.open('x', place.dataDir)
    for (const [role, hash] of [
      ['guest', 'g'],
      ['admin', 'old'],
      ['admin', 'a'],
    ] as const)
      site.setPasswordHash(role, hash)
    expect(site.passwordHashes()).toEqual([
      { role: 'admin', hash: 'a' },
      { role: 'guest', hash: 'g' },
    ])
    expect(existsSync(site.path)).toBe(true)
  })
})

describe('found devices', () => {
  it('keep what the person decided when a later scan knows better, and tell who looks', () => {
    using place = folder()
    const id = place.library.create(named('Musterweg'))
    const told: string[] = []
    {
      using site = place.library.open(id)
      const found = new FoundDevices(site)
      using _listening = found.onChange((devices) => told.push(...devices.map(({ model }) => model ?? '')))
      const { id: deviceId } = found.report(foundDevice({ model: 'unknown', confidence: 10, profile: null }))
      found.decide(deviceId, { use: true })
      found.decide(deviceId, { ignored: true })
      expect(found.report(foundDevice({ model: 'EM3', firstSeenAt: 9_000, lastSeenAt: 9_000 }))).toMatchObject({
        model: 'EM3',
        use: true,
        ignored: true,
        firstSeenAt: 1_000,
        lastSeenAt: 9_000,
      })
      found.decide(deviceId, { use: null })
    }
    expect(told).toEqual(['unknown', 'unknown', 'unknown', 'EM3', 'EM3'])
    using site = place.library.open(id)
    expect(new FoundDevices(site).list()).toMatchObject([{ model: 'EM3', use: null, ignored: true }])
  })

  it('that nobody has seen cannot be decided on', () => {
    using place = folder()
    using site = place.library.open(place.library.create(named('Musterweg')))
    expect(() => new FoundDevices(site).decide('10.0.0.1:502/1', { use: true })).toThrow(/Nothing was found at/)
  })
})

it('names sites so that they sort by time and never repeat', () => {
  const chance = (value: number) => (size: number) => new Uint8Array(size).fill(value)
  expect(ulid(0, chance(0))).toBe('0'.repeat(26))
  expect(ulid(1_469_918_176_385, chance(255))).toBe('01ARYZ6S41ZZZZZZZZZZZZZZZZ')
  expect(ulid(1_000, chance(255)) < ulid(1_001, chance(0))).toBe(true)
  expect(new Set(Array.from({ length: 100 }, () => ulid(5))).size).toBe(100)
})
