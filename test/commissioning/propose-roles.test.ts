import { resolve } from 'node:path'
import { proposeRoles } from '@main/commissioning/roles/propose-roles'
import { NATURES } from '@main/edge/nature'
import { readProfileLibrary } from '@main/profiles/profile-library'
import type { StoredEdgeConfig } from '@shared/edge-config'
import { expect, it } from 'vitest'
import { foundDevice } from '../support/found-device'

const profiles = readProfileLibrary(resolve('resources'), NATURES)
const profile = (id: string) => profiles.find(id)
const gateway = { host: '10.0.0.5', port: 502 }

const gridMeter = foundDevice({ ...gateway, unit: 1, profile: 'eastron-sdm630' })
const heatPump = foundDevice({ ...gateway, unit: 2, profile: 'eastron-sdm120' })
const hybrid = foundDevice({
  host: '10.0.0.6',
  unit: 1,
  profile: 'fronius-gen24',
  components: ['ess', 'charger'],
})

const components = (config: StoredEdgeConfig['components'] = {}): StoredEdgeConfig => ({ components: config })

it('gives each component an id of its own, a role of its own and the bridge it shares', () => {
  const proposals = proposeRoles({ devices: [heatPump, gridMeter], config: components(), profile })
  expect(
    proposals.map(({ id, role, bridge, properties }) => [id, role, bridge.id, bridge.exists, properties.type]),
  ).toEqual([
    ['meter0', 'grid', 'modbus0', false, 'GRID'],
    ['meter1', 'heat-pump', 'modbus0', false, 'CONSUMPTION_METERED'],
  ])
  expect(proposals[0]).toMatchObject({
    factoryId: 'Meter.Microcare.SDM630',
    componentId: null,
    bridge: { factoryId: 'Bridge.Modbus.Tcp', properties: { ip: '10.0.0.5', port: 502 } },
    properties: { 'modbus.id': 'modbus0', modbusUnitId: 1 },
    byRole: { grid: { type: 'GRID' }, production: { type: 'PRODUCTION' } },
  })
})

it('proposes only one grid meter: a second three-phase meter measures something else', () => {
  const second = foundDevice({ host: '10.0.0.9', unit: 1, profile: 'eastron-sdm630', confidence: 99 })
  const proposals = proposeRoles({ devices: [gridMeter, second], config: components(), profile })
  expect(proposals.map(({ deviceId, role }) => [deviceId, role])).toEqual([
    [second.id, 'grid'],
    [gridMeter.id, 'consumption'],
  ])
})

it('leaves the grid to the meter that has that role already', () => {
  const config = components({
    meter5: { factoryId: 'Meter.Socomec.Threephase', alias: '', properties: { type: 'GRID', 'modbus.id': 'modbus9' } },
  })
  expect(proposeRoles({ devices: [gridMeter], config, profile }).map(({ role, id }) => [role, id])).toEqual([
    ['consumption', 'meter0'],
  ])
})

it('makes of a hybrid inverter a storage and its strings behind one bridge, and of one without battery a PV inverter', () => {
  const proposals = proposeRoles({ devices: [hybrid], config: components(), profile })
  expect(proposals.map(({ id, factoryId, role }) => [id, factoryId, role])).toEqual([
    ['ess0', 'Sitewright.SunSpec.HybridEss', 'battery'],
    ['charger0', 'Sitewright.SunSpec.DcCharger', 'production'],
  ])
  expect(new Set(proposals.map(({ bridge }) => bridge.id))).toEqual(new Set(['modbus0']))
  const withoutBattery = proposeRoles({ devices: [{ ...hybrid, components: ['pv'] }], config: components(), profile })
  expect(withoutBattery.map(({ id }) => id)).toEqual(['pvInverter0'])
})

it('recognises what exists, by bridge and unit, defaults included, and keeps its id, name and role', () => {
  const config = components({
    modbus3: { factoryId: 'Bridge.Modbus.Tcp', alias: 'Cabinet', properties: { ip: '10.0.0.5' } },
    meter7: {
      factoryId: 'Meter.Microcare.SDM630',
      alias: 'Cellar',
      properties: { 'modbus.id': 'modbus3', type: 'PRODUCTION' },
    },
  })
  const [existing, fresh] = proposeRoles({ devices: [gridMeter, heatPump], config, profile })
  expect(existing).toMatchObject({
    componentId: 'meter7',
    id: 'meter7',
    alias: 'Cellar',
    role: 'production',
    bridge: { id: 'modbus3', exists: true },
  })
  expect(fresh).toMatchObject({ componentId: null, id: 'meter0', bridge: { id: 'modbus3', exists: true } })
})

it('never gives an id that is taken, nor reuses the bridge of another port', () => {
  const config = components({
    modbus0: { factoryId: 'Bridge.Modbus.Tcp', alias: '', properties: { ip: '10.0.0.5', port: 1502 } },
    meter0: { factoryId: 'Meter.Socomec.Threephase', alias: '', properties: {} },
  })
  expect(proposeRoles({ devices: [gridMeter], config, profile })).toMatchObject([
    { id: 'meter1', bridge: { id: 'modbus1', exists: false } },
  ])
})

it('tells two devices of our generic factory apart by their profile, although they share a unit', () => {
  const room = foundDevice({ host: '10.0.0.8', unit: 1, profile: 'bemcom-demo-room', components: ['room'] })
  const stored = (profileId: string) =>
    components({
      modbus0: { factoryId: 'Bridge.Modbus.Tcp', alias: '', properties: { ip: '10.0.0.8', port: 502 } },
      room0: {
        factoryId: 'Sitewright.Modbus.Device',
        alias: '',
        properties: { 'modbus.id': 'modbus0', modbusUnitId: 1, profile: profileId },
      },
    })
  const [same] = proposeRoles({ devices: [room], config: stored('bemcom-demo-room'), profile })
  expect(same).toMatchObject({ componentId: 'room0', properties: { profile: 'bemcom-demo-room', component: 'room' } })
  const [other] = proposeRoles({ devices: [room], config: stored('something-else'), profile })
  expect(other).toMatchObject({ componentId: null, id: 'room1' })
})

it('proposes nothing for what is not known, has no unit, or offers no component', () => {
  const devices = [
    foundDevice({ host: '10.0.0.1', unit: 1, profile: null }),
    foundDevice({ host: '10.0.0.2', unit: null, profile: 'eastron-sdm630' }),
    foundDevice({ host: '10.0.0.3', unit: 1, profile: 'eastron-sdm630', components: [] }),
    foundDevice({ host: '10.0.0.4', unit: 1, profile: 'no-such-profile' }),
  ]
  expect(proposeRoles({ devices, config: components(), profile })).toEqual([])
})
