import { resolve } from 'node:path'
import { readDevice } from '@main/commissioning/site/read-device'
import { NATURES } from '@main/edge/nature'
import { readProfileLibrary } from '@main/profiles/profile-library'
import { TcpLinkPool } from '@main/protocols/links/tcp-link-pool'
import { simulateDevice } from '@main/simulator/simulated-device'
import { systemClock } from '@shared/clock'
import { expect, it } from 'vitest'
import { foundDevice } from '../support/found-device'
import { watchLeaks } from '../support/leaks'

const clock = systemClock()
const profiles = readProfileLibrary(resolve('resources'), NATURES)

it('reads each channel of what a found device offers once, in the units of its channels', async () => {
  await using _leaks = watchLeaks()
  await using device = await simulateDevice({
    profile: profiles.get('eastron-sdm630'),
    port: 0,
    values: { VoltageL1: 231_400 },
    clock,
  })
  await using pool = new TcpLinkPool({ clock })
  const found = foundDevice({ host: device.host, port: device.port, unit: device.unit, profile: 'eastron-sdm630' })
  const readings = await readDevice(found, { pool, profiles })
  expect(readings.find(({ channel }) => channel === 'VoltageL1')).toMatchObject({
    component: 'meter',
    value: 231_400,
    unit: 'mV',
  })
  expect(await readDevice({ ...found, components: [] }, { pool, profiles })).toEqual([])
})

it('reads nothing of a device that nobody knows, and opens no connection to it', async () => {
  await using pool = new TcpLinkPool({ clock })
  for (const unknown of [
    foundDevice({ profile: null }),
    foundDevice({ profile: 'no-such-profile' }),
    foundDevice({ unit: null }),
  ])
    expect(await readDevice(unknown, { pool, profiles })).toEqual([])
})

it('fails with the cause of the line when the device is gone', async () => {
  await using _leaks = watchLeaks()
  await using pool = new TcpLinkPool({ clock })
  const device = await simulateDevice({ profile: profiles.get('eastron-sdm630'), port: 0, values: {}, clock })
  const found = foundDevice({ host: device.host, port: device.port, unit: device.unit })
  await device[Symbol.asyncDispose]()
  await expect(readDevice(found, { pool, profiles })).rejects.toMatchObject({ key: 'link.refused' })
})
