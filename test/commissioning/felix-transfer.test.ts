import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { knownFactories } from '@main/app/known-factories'
import { readConfigFile } from '@main/commissioning/export/felix/config-file'
import { type ConfigFile, readDirectory, textOf } from '@main/commissioning/export/felix/directory'
import { exportFelix } from '@main/commissioning/export/felix/export-felix'
import { felix } from '@main/commissioning/export/felix/felix-value'
import { importFelix } from '@main/commissioning/export/felix/import-felix'
import { MINIMAL_SET } from '@main/commissioning/export/felix/minimal-set'
import { checkComponent } from '@main/edge/config/checked-config'
import { NATURES } from '@main/edge/nature'
import { readProfileLibrary } from '@main/profiles/profile-library'
import { TcpLinkPool } from '@main/protocols/links/tcp-link-pool'
import { systemClock } from '@shared/clock'
import type { StoredEdgeConfig } from '@shared/edge-config'
import { afterAll, describe, expect, it } from 'vitest'
import { fixture } from '../support/fixtures'

const links = new TcpLinkPool({ clock: systemClock() })
afterAll(() => links[Symbol.asyncDispose]())
const profiles = readProfileLibrary(resolve('resources'), NATURES)
const factories = new Map(knownFactories({ links, profiles }).map((driver) => [driver.factoryId, driver]))
const find = (factoryId: string) => factories.get(factoryId)
const siteId = '01JTEST'

const sample = fixture('openems/felix-sample/expected.json')
const faulty = fixture('openems/felix-faulty/expected.json')

const site: StoredEdgeConfig = {
  components: {
    _meta: { factoryId: 'Core.Meta', alias: '', properties: { latitude: 48, currency: 'CHF' } },
    ctrlApiWebsocket0: { factoryId: 'Controller.Api.Websocket', alias: '', properties: { port: 8085 } },
    modbus0: { factoryId: 'Bridge.Modbus.Tcp', alias: 'Line', properties: { ip: '10.0.0.9' } },
    meter0: {
      factoryId: 'Meter.Microcare.SDM630',
      alias: 'Grid meter',
      properties: { 'modbus.id': 'modbus0', type: 'GRID', enabled: false, _lastChangeBy: 'admin: Administrator' },
    },
    meter1: {
      factoryId: 'Sitewright.Modbus.Device',
      alias: '',
      properties: { profile: 'bemcom-demo', 'modbus.id': 'modbus0' },
    },
  },
}

describe('a site of ours, exported', () => {
  const { files, leftOut, added } = exportFelix(site, { siteId, originals: [], find })
  const meter = files.find(({ path }) => path.startsWith('Meter/Microcare/SDM630/'))

  it('is whole and typed: ids, defaults, and the filter by which a reference is bound', () => {
    const read = readConfigFile(meter?.text ?? '')
    expect(Object.fromEntries(read)).toMatchObject({
      ':org.apache.felix.configadmin.revision:': felix('L', 1n),
      id: felix('T', 'meter0'),
      alias: felix('T', 'Grid meter'),
      enabled: felix('B', false),
      'modbus.id': felix('T', 'modbus0'),
      'Modbus.target': felix('T', '(enabled=true)'),
      modbusUnitId: { type: 'I' },
      invert: felix('B', false),
      _lastChangeBy: felix('T', 'admin: Administrator'),
      'service.factoryPid': felix('T', 'Meter.Microcare.SDM630'),
    })
    const meta = readConfigFile(files.find(({ path }) => path === 'Core/Meta.config')?.text ?? '')
    expect(Object.fromEntries(meta)).toEqual({
      ':org.apache.felix.configadmin.revision:': felix('L', 1n),
      'service.pid': felix('T', 'Core.Meta'),
      currency: felix('T', 'CHF'),
      latitude: felix('D', 48),
    })
  })

  it('lies where a runtime finds it, under the same names each time', () => {
    expect(readDirectory(files).ignored).toEqual([])
    expect(exportFelix(site, { siteId, originals: [], find }).files).toEqual(files)
    const other = exportFelix(site, { siteId: '01JOTHER', originals: [], find }).files
    expect(other.map(({ path }) => path)).not.toContain(meter?.path)
  })

  it('names what OpenEMS has no factory for, and adds what an edge needs', () => {
    const why = { key: 'felix.no-openems-factory', args: { factoryId: 'Sitewright.Modbus.Device' } }
    expect(leftOut).toEqual([{ componentId: 'meter1', why }])
    expect(added).toEqual(['scheduler0', 'ctrlDebugLog0', 'ctrlApiRest0', 'ctrlBackend0', 'rrd4j0'])
    expect(Object.keys(MINIMAL_SET)).toEqual(expect.arrayContaining([...added]))
    const backend = files.find(({ componentId }) => componentId === 'ctrlBackend0')
    expect(readConfigFile(backend?.text ?? '').get('enabled')).toEqual(felix('B', false))
  })

  it('comes back as the same configuration, and is exported again byte by byte', () => {
    const back = importFelix(files, find)
    const effective = ({ components }: StoredEdgeConfig, id: string) => {
      const driver = find(components[id]?.factoryId ?? '')
      const stored = components[id]
      return stored && driver && { ...checkComponent(id, stored, driver), stored: null }
    }
    for (const id of ['modbus0', 'meter0', 'ctrlApiWebsocket0', '_meta'])
      expect([id, effective(back.config, id)]).toEqual([id, effective(site, id)])
    expect(back.ignored).toEqual([])
    const again = exportFelix(back.config, { siteId, originals: back.originals, find })
    expect(again.files.map(({ path, text }) => [path, text])).toEqual(files.map(({ path, text }) => [path, text]))
  })

  it('writes a component that is not right as it is', () => {
    const meter9 = { factoryId: 'Meter.Microcare.SDM630', alias: '', properties: { modbusUnitId: 'seven' } }
    const { files } = exportFelix({ components: { meter9 } }, { siteId, originals: [], find })
    const written = files.find(({ componentId }) => componentId === 'meter9')
    expect(readConfigFile(written?.text ?? '').get('modbusUnitId')).toEqual(felix('T', 'seven'))
  })
})

describe.skipIf(!sample.present)(`the directory of a real edge${sample.why}`, () => {
  const files = sample.present ? filesOf(dirname(sample.file)) : []
  const imported = importFelix(files, find)
  const exported = (config: StoredEdgeConfig) => exportFelix(config, { siteId, originals: imported.originals, find })
  const change = (id: string, properties: Record<string, string | number>, alias?: string): StoredEdgeConfig => {
    const stored = imported.config.components[id]
    if (!stored) throw new Error(`${id} was not imported`)
    const changed = { ...stored, alias: alias ?? stored.alias, properties: { ...stored.properties, ...properties } }
    return { components: { ...imported.config.components, [id]: changed } }
  }
  const fileOf = (config: StoredEdgeConfig, id: string) =>
    readConfigFile(exported(config).files.find(({ componentId }) => componentId === id)?.text ?? '')

  it('runs here as far as this edge has its factories; the rest is carried along, each with its reason', () => {
    const ids = Object.keys(imported.config.components)
    expect(ids).toEqual(expect.arrayContaining(['_cycle', '_host', '_meta', '_sum', 'ctrlApiWebsocket0', 'modbus0']))
    expect(imported.config.components._meta?.properties).toMatchObject({ latitude: 48.8353, currency: 'EUR' })
    const all = imported.originals.map(({ path }) => path)
    expect(all).toEqual(
      files
        .map(({ path }) => path)
        .filter((path) => path.endsWith('.config'))
        .sort(),
    )
    const why = Object.fromEntries(imported.carried.map(({ path, why: { key } }) => [path, key]))
    expect(why['Core/User.config']).toBe('felix.no-factory')
    expect(why['Test/Types/all%007etypes.config']).toBe('felix.no-factory')
    expect(imported.carried.length + ids.length).toBe(all.length)
  })

  it('is exported byte by byte as it came', () => {
    const { files: back, added, leftOut } = exported(imported.config)
    const came = files.filter(({ path }) => path.endsWith('.config'))
    expect(back.map(({ path, text }) => [path, text])).toEqual(
      came.map(({ path, text }) => [path, text]).sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    )
    expect([added, leftOut]).toEqual([[], []])
  })

  it('keeps types and PIDs where something was changed since', () => {
    const config = change('_meta', { latitude: 47 }, 'Site')
    const meta = fileOf(config, '_meta')
    expect(meta.get('latitude')).toEqual(felix('D', 47))
    expect(meta.get('alias')).toEqual(felix('T', 'Site'))
    expect(textOf(meta, 'service.pid')).toBe('Core.Meta')
    const untouched = exported(config).files.filter(({ componentId }) => componentId !== '_meta')
    for (const { path, text } of untouched) expect(text).toBe(files.find((file) => file.path === path)?.text)
  })

  it('gives way where the id of a carried file was taken since, and says so', () => {
    const ess0 = { factoryId: 'Bridge.Modbus.Tcp', alias: '', properties: { ip: '10.0.0.9' } }
    const { files: back, leftOut } = exported({ components: { ...imported.config.components, ess0 } })
    expect(leftOut).toMatchObject([{ componentId: 'ess0', why: { key: 'felix.replaced' } }])
    const ids = back.map(({ text }) => textOf(readConfigFile(text), 'id')).filter((id) => id !== null)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('leaves out what was deleted since', () => {
    const { modbus0: _gone, ...components } = imported.config.components
    expect(exported({ components }).files.map(({ componentId }) => componentId)).not.toContain('modbus0')
  })
})

it('binds a reference anew when it was changed after an import', () => {
  const pid = 'Meter.Microcare.SDM630.a'
  const text = [
    'Modbus.target="(service.pid\\=old)"',
    'id="meter0"',
    'modbus.id="modbus0"',
    'service.factoryPid="Meter.Microcare.SDM630"',
    `service.pid="${pid}"`,
    '',
  ].join('\r\n')
  const path = 'Meter/Microcare/SDM630/a.config'
  const meter0 = { factoryId: 'Meter.Microcare.SDM630', alias: '', properties: { 'modbus.id': 'modbus7' } }
  const originals = [{ path, text, componentId: 'meter0' }]
  const { files } = exportFelix({ components: { meter0 } }, { siteId, originals, find })
  const read = readConfigFile(files.find((file) => file.path === path)?.text ?? '')
  expect(read.get('Modbus.target')).toEqual(felix('T', '(enabled=true)'))
  expect(read.get('modbus.id')).toEqual(felix('T', 'modbus7'))
})

it('what hangs on something that does not run here is carried along with it', () => {
  const file = (path: string, ...lines: string[]) => ({ path: `${path}.config`, text: lines.join('\n') })
  const bridge = 'Bridge.Unheard.Of'
  const files = [
    file('Bridge/Unheard/Of/a', 'id="modbus0"', `service.factoryPid="${bridge}"`, `service.pid="${bridge}.a"`),
    file(
      'Meter/Microcare/SDM630/a',
      'id="meter0"',
      'type="GRID"',
      'service.factoryPid="Meter.Microcare.SDM630"',
      'service.pid="Meter.Microcare.SDM630.a"',
    ),
  ]
  const { config, carried } = importFelix(files, find)
  expect(config.components).toEqual({})
  expect(carried.map(({ componentId, why }) => [componentId, why.key])).toEqual([
    ['modbus0', 'felix.no-factory'],
    ['meter0', 'felix.needs'],
  ])
})

it.skipIf(!faulty.present)(`an id that is used twice counts once${faulty.why}`, () => {
  const socomec = find('Meter.Microcare.SDM630')
  const any = (factoryId: string) => (factoryId === 'Meter.Socomec.Threephase' ? socomec : find(factoryId))
  const files = filesOf(dirname(faulty.file)).map(({ path, text }) => ({
    path,
    text: text.replace('enabled=', 'modbus.id="_sum"\nenabled='),
  }))
  const { config, carried } = importFelix(files, any)
  expect(Object.keys(config.components)).toEqual(['meter1'])
  expect(carried.map(({ path, why }) => [path, why.key])).toContainEqual([
    'Meter/Socomec/Threephase/lf-comment.config',
    'felix.id-twice',
  ])
})

function filesOf(folder: string): ConfigFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => ({ path: name.replaceAll('\\', '/'), text: readFileSync(join(folder, name), 'utf8') }))
}
