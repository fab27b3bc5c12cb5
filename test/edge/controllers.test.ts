import { defineDriver } from '@main/edge/component/driver'
import type { Bus } from '@main/edge/cycle/bus'
import { Controller, ManagedSymmetricPvInverter } from '@main/edge/nature'
import type { ControllerService } from '@main/edge/scheduler/all-alphabetically'
import { SitewrightError } from '@shared/errors'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { FakeWire, fakeBridge } from '../support/fake-meter'
import { testEdge } from '../support/test-edge'

/** What controllers did, in order; the test may let one fail. */
function controllers() {
  const ran: string[] = []
  const failing = new Set<string>()
  const driver = defineDriver({
    factoryId: 'Test.Controller',
    name: 'Test controller',
    description: 'Writes down that it ran.',
    config: z.strictObject({}),
    natures: () => [Controller],
    start(_config, { id, provide }) {
      provide({
        run() {
          ran.push(id)
          if (failing.has(id)) throw new Error('no luck')
        },
      } satisfies ControllerService)
      return undefined
    },
  })
  return { ran, failing, driver }
}

const controller = { factoryId: 'Test.Controller' }
const scheduler = (...ids: string[]) => ({
  factoryId: 'Scheduler.AllAlphabetically',
  properties: { 'controllers.ids': ids },
})

it('runs the listed controllers first, in that order, then all others by name', async () => {
  const { ran, driver } = controllers()
  await using edge = await testEdge({
    drivers: [driver],
    components: {
      ctrlA0: controller,
      ctrlC0: controller,
      ctrlD0: controller,
      ctrlB0: controller,
      scheduler0: scheduler('ctrlD0', '', 'ctrlC0'),
    },
  })
  await edge.cycle()
  expect(ran).toEqual(['ctrlD0', 'ctrlC0', 'ctrlA0', 'ctrlB0'])
})

it('says so when a listed controller is missing, and leaves out one that is disabled', async () => {
  const { ran, driver } = controllers()
  await using edge = await testEdge({
    drivers: [driver],
    components: {
      ctrlA0: { ...controller, properties: { enabled: false } },
      ctrlB0: controller,
      scheduler0: scheduler('ctrlZ0'),
    },
  })
  await edge.cycle(2)
  expect(ran).toEqual(['ctrlB0', 'ctrlB0'])
  expect(edge.snapshot('scheduler0')).toMatchObject({ ControllerIsMissing: 1, State: 1 })
})

it('runs a controller once per cycle although two schedulers list it, and none without a scheduler', async () => {
  const { ran, driver } = controllers()
  const components = { ctrlA0: controller }
  await using none = await testEdge({ drivers: [driver], components })
  await none.cycle()
  expect(ran).toEqual([])
  const both = { ...components, scheduler0: scheduler('ctrlA0'), scheduler1: scheduler('ctrlA0') }
  await using twice = await testEdge({ drivers: [driver], components: both })
  await twice.cycle()
  expect(ran).toEqual(['ctrlA0'])
})

it('marks a controller that throws with RunFailed, runs the others, and forgets it when it runs again', async () => {
  const { ran, failing, driver } = controllers()
  await using edge = await testEdge({
    drivers: [driver],
    components: { ctrlA0: controller, ctrlB0: controller, scheduler0: scheduler() },
  })
  failing.add('ctrlA0')
  await edge.cycle(2)
  expect(ran).toEqual(['ctrlA0', 'ctrlB0', 'ctrlA0', 'ctrlB0'])
  expect(edge.snapshot('ctrlA0')).toMatchObject({ RunFailed: 1, State: 3 })
  expect(edge.snapshot('ctrlB0')).toMatchObject({ RunFailed: 0, State: 0 })
  expect(edge.edge.read('_sum/State')).toBe(3)
  expect(edge.log.some(({ message }) => message.includes('ctrlA0: no luck'))).toBe(true)
  failing.clear()
  await edge.cycle(2)
  expect(edge.snapshot('ctrlA0')).toMatchObject({ RunFailed: 0, State: 0 })
})

/** An inverter that writes what it is asked to, and a controller that asks. */
function limitedInverter() {
  const wire = new FakeWire()
  const written: number[] = []
  let wanted: number | null = null
  const inverter = defineDriver({
    factoryId: 'Test.Inverter',
    name: 'Test inverter',
    description: 'Takes a limit.',
    config: z.strictObject({}),
    natures: () => [ManagedSymmetricPvInverter],
    references: () => ['modbus0'],
    start(_config, { require, join, channels }) {
      const device = join(require<Bus>('modbus0'))
      device.read('high', ['MaxActivePower'], async () => channels.set('MaxActivePower', await wire.ask(1)))
      device.write(async () => {
        const limit = channels.takeWrite('ActivePowerLimit')
        if (typeof limit !== 'number') return
        if (wire.silent.has(1)) throw new SitewrightError('link.timeout', 'no answer')
        written.push(limit)
      })
      return undefined
    },
  })
  const open = async () => {
    const edge = await testEdge({
      drivers: [fakeBridge(wire), inverter, asking],
      components: {
        modbus0: { factoryId: 'Test.Bridge' },
        inverter0: { factoryId: 'Test.Inverter' },
        ctrlLimit0: { factoryId: 'Test.Asking' },
        scheduler0: scheduler(),
      },
    })
    set = (value) => edge.edge.channel('inverter0/ActivePowerLimit').setNextWrite(value)
    return edge
  }
  let set: (value: number) => void = () => {}
  const asking = defineDriver({
    factoryId: 'Test.Asking',
    name: 'Test asking',
    description: 'Asks for a limit.',
    config: z.strictObject({}),
    natures: () => [Controller],
    start(_config, { provide }) {
      const run = () => {
        if (wanted !== null) set(wanted)
      }
      provide({ run } satisfies ControllerService)
      return undefined
    },
  })
  const want = (value: number | null) => {
    wanted = value
  }
  return { wire, written, open, want }
}

it('brings a set-point to the device in the cycle in which it was asked for, and only once', async () => {
  const { written, open, want } = limitedInverter()
  await using edge = await open()
  want(3000)
  edge.edge.cycle.run()
  await edge.edge.buses()[0]?.settled()
  expect(written).toEqual([3000])
  want(null)
  await edge.cycle(2)
  expect(written).toEqual([3000])
})

it('does not write to a device that comes back what was asked for while it was away', async () => {
  const { wire, written, open, want } = limitedInverter()
  await using edge = await open()
  wire.silent.add(1)
  await edge.cycle()
  want(3000)
  await edge.cycle(2)
  want(null)
  wire.silent.clear()
  await edge.cycle(20)
  expect(edge.edge.read('inverter0/MaxActivePower')).toBe(0)
  expect(written).toEqual([])
})
