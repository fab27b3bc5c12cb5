import { allDrivers } from '@main/drivers'
import { NATURES } from '@main/edge/nature'
import { GENERIC_FACTORY, readProfileLibrary } from '@main/profiles/profile-library'
import { TcpLinkPool } from '@main/protocols/links/tcp-link-pool'
import { simulateDevice } from '@main/simulator/simulated-device'
import type { Profile, RegisterField } from '@shared/profile'
import { expect, it } from 'vitest'
import { ManualClock } from '../support/manual-clock'
import { testEdge } from '../support/test-edge'

const profiles = readProfileLibrary('resources', NATURES)
const fixed = profiles.all.filter(({ kind }) => kind === 'registers')

/** A number of its own for every register, which it can say without rounding. */
const given = ({ fields }: Profile, { fc, at, factor }: RegisterField) =>
  (fields.findIndex((other) => other.fc === fc && other.at === at) + 11) * Math.max(1, Math.abs(factor))

const isNumber = ({ format, options, keep }: RegisterField) =>
  format !== 'string' && format !== 'bit' && options === undefined && keep === undefined

/** Lets time pass for devices that want a pause, or a second after connecting. */
async function passing(clock: ManualClock, work: Promise<void>): Promise<void> {
  let over = false
  void work.finally(() => {
    over = true
  })
  while (!over) await clock.advance(10)
  await work
}

async function edgeFor(device: { host: string; port: number; unit: number }, profile: Profile) {
  const clock = new ManualClock()
  const links = new TcpLinkPool({ clock })
  const parts = profile.components.map(({ id, factoryId }) => {
    const generic = factoryId === GENERIC_FACTORY ? { profile: profile.id, component: id } : {}
    return [`${id}0`, { factoryId, properties: { 'modbus.id': 'modbus0', modbusUnitId: device.unit, ...generic } }]
  })
  const bridge = { factoryId: 'Bridge.Modbus.Tcp', properties: { ip: device.host, port: device.port } }
  const components = { modbus0: bridge, ...Object.fromEntries(parts) }
  const test = await testEdge({ clock, drivers: allDrivers({ links, profiles }), components })
  return {
    ...test,
    async [Symbol.asyncDispose]() {
      await test[Symbol.asyncDispose]()
      await links[Symbol.asyncDispose]()
    },
  }
}

it.each(fixed.map((profile) => [profile.id, profile] as const))(
  '%s: every channel shows what the device was given for it',
  async (_id, profile) => {
    const lines = profile.fields.filter(isNumber).map((field) => ({ ...field, value: given(profile, field) }))
    const values = Object.fromEntries(lines.map(({ component, channel, value }) => [`${component}/${channel}`, value]))
    await using device = await simulateDevice({ profile, values })
    await using edge = await edgeFor(device, profile)
    const { pauseMs, connectDelayMs } = profile.connect
    const cycles = edge.cycle(20)
    await (pauseMs + connectDelayMs > 0 ? passing(edge.clock, cycles) : cycles)
    const shown = lines.map(({ component, channel }) => [
      `${component}/${channel}`,
      edge.snapshot(`${component}0`)[channel],
    ])
    expect(Object.fromEntries(shown)).toEqual(
      Object.fromEntries(Object.entries(values).map(([channel, value]) => [channel, expect.closeTo(value, 0)])),
    )
  },
)

it('a device that tells only the power of its phases shows their sum; a count the other way round is turned', async () => {
  const profile = profiles.get('victron-gx')
  const values = { ActivePowerL1: 1200, ActivePowerL2: -300, ActivePowerL3: 50, 'ess/ActivePower': -700, Soc: 61 }
  await using device = await simulateDevice({ profile, values })
  await using edge = await edgeFor(device, profile)
  await edge.cycle(3)
  expect(edge.snapshot('grid0')).toMatchObject({ ActivePower: 950, ActivePowerL2: -300 })
  // The register says that it charges with 700 W.
  expect(device.read(3, 842, 1)).toEqual([700])
  expect(edge.snapshot('ess0')).toMatchObject({ ActivePower: -700, Soc: 61 })
})
