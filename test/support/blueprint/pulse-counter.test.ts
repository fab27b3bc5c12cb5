import { bridgeModbusTcp } from '@main/drivers/modbus/bridge-modbus-tcp'
import { TcpLinkPool } from '@main/protocols/links/tcp-link-pool'
import { Disposables } from '@shared/disposables'
import { expect, it } from 'vitest'
import { watchLeaks } from '../leaks'
import { ManualClock } from '../manual-clock'
import { type TestEdge, testEdge } from '../test-edge'
import { pulseCounter } from './pulse-counter'
import { type SimulatedPulseCounter, simulatePulseCounter } from './simulated-pulse-counter'

it('tells the energy at once, and the power from the second pulse on', async () => {
  await using _leaks = watchLeaks()
  await using box = await simulatePulseCounter()
  await using edge = await edgeWith(box, { pulsesPerKwh: 500 })
  box.count(70_000)
  await edge.cycle()
  expect(edge.snapshot('meter0')).toMatchObject({ ActiveProductionEnergy: 140_000, ActivePower: null })

  box.count(70_001)
  await edge.cycle()
  // 2 Wh in one second.
  expect(edge.snapshot('meter0')).toMatchObject({ ActiveProductionEnergy: 140_002, ActivePower: 7_200 })
})

it('keeps the power between two pulses, and shares out over the time they took', async () => {
  await using box = await simulatePulseCounter()
  await using edge = await edgeWith(box, { pulsesPerKwh: 1000 })
  await edge.cycle()
  box.count(1)
  await edge.cycle()
  await edge.cycle(3)
  expect(edge.snapshot('meter0')).toMatchObject({ ActivePower: 3_600 })
  box.count(2)
  await edge.cycle()
  expect(edge.snapshot('meter0')).toMatchObject({ ActivePower: 900 })
})

it('shows "not known", never zero, once the box stops answering, and makes no power of the pulses it missed', async () => {
  await using box = await simulatePulseCounter()
  await using edge = await edgeWith(box, {})
  await edge.cycle()
  box.count(5)
  await edge.cycle()
  await box.hangUp()
  await edge.cycle()
  // A counter keeps its reading, as in OpenEMS: the energy was counted all the same.
  expect(edge.snapshot('meter0')).toMatchObject({
    ActivePower: null,
    ActiveProductionEnergy: 5,
    ModbusCommunicationFailed: 1,
  })

  box.count(9_000)
  await box.comeBack()
  await edge.cycle(10)
  expect(edge.snapshot('meter0')).toMatchObject({
    ActivePower: null,
    ActiveProductionEnergy: 9_000,
    ModbusCommunicationFailed: 0,
  })
})

it('makes no negative power of a box that begins at 0 again', async () => {
  await using box = await simulatePulseCounter()
  await using edge = await edgeWith(box, {})
  box.count(300)
  await edge.cycle()
  box.count(1)
  await edge.cycle()
  expect(edge.snapshot('meter0')).toMatchObject({ ActivePower: null, ActiveProductionEnergy: 1 })
})

it('is production or consumption in the sums, as it was configured', async () => {
  await using box = await simulatePulseCounter()
  await using edge = await edgeWith(box, { type: 'CONSUMPTION_METERED' })
  expect(edge.edge.registry.need('meter0').traits).toEqual({ meterType: 'CONSUMPTION_METERED' })
})

/** An edge with a bridge to the box and one pulse counter on it; its clock belongs to the test. */
async function edgeWith(box: SimulatedPulseCounter, properties: Record<string, string | number>): Promise<TestEdge> {
  await using starting = new Disposables()
  const clock = new ManualClock()
  const links = starting.use(new TcpLinkPool({ clock }))
  const test = starting.use(
    await testEdge({
      clock,
      drivers: [bridgeModbusTcp(links), pulseCounter],
      components: {
        modbus0: { factoryId: 'Bridge.Modbus.Tcp', properties: { ...box.link } },
        meter0: { factoryId: 'Acme.PulseCounter', properties: { 'modbus.id': 'modbus0', ...properties } },
      },
    }),
  )
  const running = starting.move()
  return { ...test, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() }
}
