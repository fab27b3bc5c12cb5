import { expect, it } from 'vitest'
import { watchLeaks } from '../support/leaks'
import { masked, run } from './terminal'

it('demo walks from nothing to a running edge, tells why it believes what it found, and leaves nothing behind', {
  timeout: 90_000,
}, async () => {
  await using _leaks = watchLeaks()
  const { exitCode, out, lines } = await run('demo --json')
  expect(exitCode).toBe(0)

  const devices = lines().filter((line) => line.type === 'device')
  // Each host has a port of its own choice, so their order differs; the units of one do not.
  expect(devices.map(({ kind, profile }) => profile ?? kind).sort()).toEqual([
    'eastron-sdm120',
    'eastron-sdm630',
    'fronius-gen24',
    'gateway',
    'go-e-charger',
  ])
  expect(devices.every(({ evidence }) => evidence.length > 0)).toBe(true)

  const roles = lines().filter((line) => line.type === 'component')
  expect(roles.map(({ factoryId, role }) => `${factoryId}: ${role}`).sort()).toEqual([
    'Evcs.Goe.Modbus: evcs',
    'Meter.Eastron.SDM120: heat-pump',
    'Meter.Microcare.SDM630: grid',
    'Sitewright.SunSpec.DcCharger: production',
    'Sitewright.SunSpec.HybridEss: battery',
  ])
  expect(lines().filter((line) => line.type === 'cycle').length).toBe(10)

  // Both sides of the balance come to the same within what the inverter itself takes.
  const [balance] = lines().filter((line) => line.type === 'balance')
  const { productionW, gridW, batteryW, consumptionW, lossesW } = balance ?? {}
  expect([productionW, gridW, batteryW, consumptionW].every((value) => typeof value === 'number')).toBe(true)
  expect((productionW ?? 0) + (gridW ?? 0) + (batteryW ?? 0) - (consumptionW ?? 0)).toBe(lossesW)
  expect(Math.abs(lossesW ?? Number.NaN)).toBeLessThan(0.05 * (consumptionW ?? 0))

  const shape = [...new Set(lines().map((line) => `${line.type}: ${Object.keys(line).join(' ')}`))].join('\n')
  await expect(`${shape}\n`).toMatchFileSnapshot('golden/demo.json-shape.txt')
  expect(masked(out)).not.toMatch(/\b(undefined|NaN)\b/)
})
