import { type DriverDefinition, defineDriver } from '@main/edge/component/driver'
import { EnergyCounter } from '@main/edge/energy/energy-counter'
import { keepEnergy } from '@main/edge/energy/keep-energy'
import { EssDcCharger, HybridEss, SymmetricEss } from '@main/edge/nature'
import { SqliteTimeSeries } from '@main/timeseries/sqlite-time-series'
import type { ChannelValue } from '@shared/channel'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { temporaryFolder } from '../storage/temporary-folder'
import { edgeWire } from '../support/edge-wire'
import { ManualClock } from '../support/manual-clock'
import { testEdge } from '../support/test-edge'

/** A storage and a charger that tell what the test says, and count only what it says. */
class FakeDevice {
  readonly values = new Map<string, ChannelValue>()
  readonly counts = new Set<string>()

  driver(factoryId: string, natures: DriverDefinition['natures'], names: readonly string[]): DriverDefinition {
    return defineDriver({
      factoryId,
      name: factoryId,
      description: 'Tells powers.',
      config: z.strictObject({}),
      natures,
      start: (_config, context) => {
        context.cycle.on('BEFORE_PROCESS_IMAGE', () => {
          for (const [channel, value] of this.values) context.channels.set(channel, value)
        })
        keepEnergy(context, names, (channel) => this.counts.has(channel))
        return undefined
      },
    })
  }
}

async function site(more: { clock?: ManualClock; path?: string } = {}) {
  const folder = temporaryFolder()
  const path = more.path ?? folder.file('history.db')
  const ess = new FakeDevice()
  const charger = new FakeDevice()
  const history = SqliteTimeSeries.open(path)
  const edge = await testEdge({
    ...(more.clock ? { clock: more.clock } : {}),
    history,
    drivers: [
      ess.driver('Test.Ess', () => [SymmetricEss, HybridEss], ['SymmetricEss', 'HybridEss']),
      charger.driver('Test.Charger', () => [EssDcCharger], ['EssDcCharger']),
    ],
    components: {
      ess0: { factoryId: 'Test.Ess' },
      charger0: { factoryId: 'Test.Charger' },
      rrd4j0: { factoryId: 'Timedata.Rrd4j' },
    },
  })
  return {
    ess,
    charger,
    edge,
    path,
    read: (address: string) => edge.edge.read(address),
    text: (address: string) => edge.edge.channel(address).doc.text,
    async [Symbol.asyncDispose]() {
      await edge[Symbol.asyncDispose]()
      history[Symbol.dispose]()
      folder[Symbol.dispose]()
    },
  }
}

it('counts charged and discharged energy apart, cycle by cycle', async () => {
  await using house = await site()
  const { ess, edge, read } = house
  ess.values.set('ActivePower', 3600).set('DcDischargePower', -7200)
  await edge.cycle(101)
  expect(read('ess0/ActiveDischargeEnergy')).toBe(100)
  expect(read('ess0/ActiveChargeEnergy')).toBe(0)
  expect(read('ess0/DcChargeEnergy')).toBe(200)
  ess.values.set('ActivePower', -3600)
  await edge.cycle(101)
  // On the way from one to the other half a second each.
  expect(read('ess0/ActiveDischargeEnergy')).toBe(101)
  expect(read('ess0/ActiveChargeEnergy')).toBe(101)
})

it('says of a channel that it is calculated, and from what', async () => {
  await using house = await site()
  house.ess.values.set('ActivePower', 1000)
  house.charger.values.set('ActualPower', 1000)
  house.charger.values.set('ActualEnergy', 5000)
  house.charger.counts.add('ActualEnergy')
  expect(house.text('ess0/ActiveChargeEnergy')).toBe('')
  await house.edge.cycle(2)
  expect(house.text('ess0/ActiveChargeEnergy')).toBe('Calculated: integral of negative ActivePower')
  expect(house.text('_sum/EssToConsumptionEnergy')).toBe('Calculated: integral of positive EssToConsumptionPower')
  expect([house.read('charger0/ActualEnergy'), house.text('charger0/ActualEnergy')]).toEqual([5000, ''])
  // No power, nothing calculated: whether the device counts itself is not known yet.
  expect([house.read('ess0/DcChargeEnergy'), house.text('ess0/DcChargeEnergy')]).toEqual([null, ''])
})

it('leaves a channel to the device as soon as it counts itself', async () => {
  await using house = await site()
  const { charger, edge, read, text } = house
  charger.values.set('ActualPower', 3600)
  await edge.cycle(11)
  expect(read('charger0/ActualEnergy')).toBe(10)
  charger.counts.add('ActualEnergy')
  charger.values.set('ActualEnergy', 777_000)
  await edge.cycle(5)
  expect([read('charger0/ActualEnergy'), text('charger0/ActualEnergy')]).toEqual([777_000, ''])
})

it('does not bridge what it did not see: an unknown power, a sleep', async () => {
  await using house = await site()
  const { ess, edge, read } = house
  ess.values.set('ActivePower', 3600)
  await edge.cycle(11)
  ess.values.set('ActivePower', null)
  await edge.cycle(1000)
  expect(read('ess0/ActiveDischargeEnergy')).toBe(10)
  ess.values.set('ActivePower', 3600)
  await edge.cycle(11)
  expect(read('ess0/ActiveDischargeEnergy')).toBe(20)
  await edge.clock.advance(3_600_000)
  await edge.cycle(11)
  expect(read('ess0/ActiveDischargeEnergy')).toBe(30)
})

it('goes on from where it was after a restart, and never back', async () => {
  using folder = temporaryFolder()
  const path = folder.file('history.db')
  const clock = new ManualClock()
  {
    await using house = await site({ clock, path })
    house.ess.values.set('ActivePower', 3_600_000)
    await house.edge.cycle(101)
    expect(house.read('ess0/ActiveDischargeEnergy')).toBe(100_000)
  }
  await clock.advance(600_000)
  await using house = await site({ clock, path })
  house.ess.values.set('ActivePower', 3600)
  await house.edge.cycle(11)
  expect(house.read('ess0/ActiveDischargeEnergy')).toBe(100_010)
})

it('is asked for over the wire, also when the component is gone', async () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1, 12))
  await using house = await site({ clock })
  house.ess.values.set('ActivePower', 3600)
  await house.edge.cycle(601)
  using wire = edgeWire(house.edge)
  const line = wire.connect()
  await line.login('user')
  const ask = async () => {
    const params = {
      timezone: 'UTC',
      fromDate: '2026-01-01',
      toDate: '2026-01-01',
      channels: ['ess0/ActiveDischargeEnergy', 'ess0/ActivePower'],
    }
    const method = 'queryHistoricTimeseriesEnergy'
    return (await line.ask({ jsonrpc: '2.0', id: '1', method, params })).result
  }
  const expected = { data: { 'ess0/ActiveDischargeEnergy': 600, 'ess0/ActivePower': null } }
  expect(await ask()).toEqual(expected)
  await house.edge.edge.deleteComponent('ess0', { id: 'admin', name: 'Admin' })
  await house.edge.cycle(2)
  expect(await ask()).toEqual(expected)
})

it('adds up who feeds whom; EssToGrid is what GridToEss goes back', async () => {
  await using house = await site()
  const { ess, edge, read } = house
  ess.values.set('ActivePower', 3600)
  ess.values.set('DcDischargePower', 3600)
  await edge.cycle(61)
  // The counters of _sum are shown from the first minute on; counted is from the start.
  await edge.cycle(40)
  const power = Number(read('_sum/EssToConsumptionPower'))
  expect(power).toBeGreaterThan(0)
  expect(read('_sum/EssToConsumptionEnergy')).toBe((power * 100) / 3600)
  expect(read('_sum/EssToGridEnergy')).toBe(0)
})

it('is the trapezoid under the samples', () => {
  const counter = new EnergyCounter(1000)
  expect(counter.add(0, 0, 10_000)).toBe(1000)
  expect(counter.add(7200, 1000, 10_000)).toBe(1001)
  expect(counter.add(7200, 2000, 10_000)).toBe(1003)
  expect(counter.add(7200, 2000, 10_000)).toBe(1003)
  expect(counter.add(7200, 13_000, 10_000)).toBe(1003)
  expect(counter.add(null, 14_000, 10_000)).toBe(1003)
  expect(counter.add(7200, 15_000, 10_000)).toBe(1003)
  expect(counter.add(7200, 16_000, 10_000)).toBe(1005)
})
