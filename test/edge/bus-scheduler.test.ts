import type { BusDevice } from '@main/edge/cycle/bus'
import { BusScheduler } from '@main/edge/cycle/bus-scheduler'
import { sleep } from '@shared/clock'
import { SitewrightError } from '@shared/errors'
import { createLogger, type LogEntry } from '@shared/log'
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../support/manual-clock'

const silence = () => new SitewrightError('link.timeout', 'no answer in 500 ms')
const refusal = () => new SitewrightError('device.exception', 'exception 2')

/** A bus whose rounds the test starts. `asked` tells what was done on the wire, in order. */
function aBus() {
  const clock = new ManualClock()
  const log: LogEntry[] = []
  const asked: string[] = []
  const stats = () => ({ asked: 0, answered: 0, medianMs: null })
  const bus = new BusScheduler(
    'modbus0',
    { target: 'nowhere', isConnected: () => true, stats },
    clock,
    createLogger('', (entry) => log.push(entry), clock.now.bind(clock)),
  )
  const defective: boolean[] = []
  return {
    bus,
    clock,
    log,
    asked,
    defective,
    join: (componentId: string, onFailed: (channels: readonly string[]) => void = () => {}): BusDevice =>
      bus.join({
        componentId,
        unit: 1,
        onFailed: (_error, channels) => onFailed(channels),
        onDefective: (is) => defective.push(is),
      }),
    /** Says on the wire what is asked; each question takes `ms`. */
    ask:
      (what: string, ms = 0) =>
      async () => {
        asked.push(what)
        if (ms > 0) await sleep(clock, ms)
      },
    async round(): Promise<string[]> {
      asked.length = 0
      bus.startRound(1000)
      await clock.advance(1000)
      await bus.settled()
      return [...asked]
    },
    [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose](),
  }
}

describe('LOW reads', () => {
  it('all get their turn within a few rounds, although only one fits beside the HIGH reads', async () => {
    await using wire = aBus()
    const meter = wire.join('meter0')
    meter.read('high', [], wire.ask('power', 600))
    for (const block of ['a', 'b', 'c']) meter.read('low', [], wire.ask(block, 100))
    expect([await wire.round(), await wire.round(), await wire.round(), await wire.round()]).toEqual([
      ['power', 'a'],
      ['power', 'b'],
      ['power', 'c'],
      ['power', 'a'],
    ])
  })

  it('of a device with many do not keep those of its neighbour waiting', async () => {
    await using wire = aBus()
    const talkative = wire.join('meter0')
    for (const block of ['a', 'b', 'c', 'd']) talkative.read('low', [], wire.ask(block, 300))
    wire.join('meter1').read('low', [], wire.ask('other', 300))
    const asked = [...(await wire.round()), ...(await wire.round()), ...(await wire.round())]
    expect(new Set(asked)).toEqual(new Set(['a', 'b', 'c', 'd', 'other']))
  })

  it('that use up the cycle do not keep a lost device from being tried again', async () => {
    await using wire = aBus()
    let isThere = false
    wire.join('meter0').read('high', [], async () => {
      if (!isThere) throw silence()
    })
    const other = wire.join('meter1')
    for (const block of ['a', 'b', 'c']) other.read('low', [], wire.ask(block, 600))
    await wire.round()
    isThere = true
    for (let count = 0; count < 4; count++) await wire.round()
    expect(wire.defective).toEqual([true, false])
  })
})

describe('a write', () => {
  it('to a device that does not answer is not followed by further writes: one time-out is enough', async () => {
    await using wire = aBus()
    const inverter = wire.join('inverter0')
    let tries = 0
    const write = async () => {
      tries++
      throw silence()
    }
    inverter.write(write)
    inverter.write(write)
    await wire.round()
    expect(tries).toBe(1)
    expect(wire.bus.health()).toMatchObject([{ failures: 1 }])
  })

  it('waits until the device was looked at: after a loss another one may stand in its place', async () => {
    await using wire = aBus()
    const inverter = wire.join('inverter0')
    inverter.prepare(wire.ask('who are you'))
    inverter.write(wire.ask('write'))
    inverter.read('high', [], wire.ask('read'))
    expect(await wire.round()).toEqual(['who are you', 'write', 'read'])
    wire.bus.wake()
    expect(await wire.round()).toEqual(['who are you', 'write', 'read'])
  })

  it('that is refused in every cycle is told once', async () => {
    await using wire = aBus()
    wire.join('inverter0').write(async () => {
      throw refusal()
    })
    for (let count = 0; count < 3; count++) await wire.round()
    expect(wire.log.filter(({ message }) => message.includes('a write was refused'))).toHaveLength(1)
    expect(wire.defective).toEqual([])
  })
})

describe('a device that refuses', () => {
  it('to be walked through is not taken for one that answers again: it would stay without values for good', async () => {
    await using wire = aBus()
    const inverter = wire.join('inverter0')
    let isReady = false
    inverter.prepare(async () => {
      if (!isReady) throw refusal()
      inverter.read('high', ['ActivePower'], wire.ask('read'))
    })
    for (let count = 0; count < 5; count++) await wire.round()
    expect(wire.defective).toEqual([true])
    isReady = true
    for (let count = 0; count < 10; count++) await wire.round()
    expect(wire.defective).toEqual([true, false])
    expect(await wire.round()).toEqual(['read'])
  })

  it('is asked for the block again after five minutes, and has no blemish once it gives it', async () => {
    await using wire = aBus()
    let isOpen = false
    wire.join('meter0').read('high', [], async () => {
      if (!isOpen) throw refusal()
    })
    await wire.round()
    expect(wire.bus.health()).toMatchObject([{ failures: 0, error: { key: 'device.exception' } }])
    isOpen = true
    await wire.round()
    expect(wire.bus.health()).toMatchObject([{ error: { key: 'device.exception' } }])
    await wire.clock.advance(300_000)
    await wire.round()
    expect(wire.bus.health()).toMatchObject([{ error: null }])
  })
})

it('reads everything of a device in the round in which it answers again', async () => {
  await using wire = aBus()
  const meter = wire.join('meter0')
  let isThere = false
  meter.prepare(async () => {
    if (!isThere) throw silence()
  })
  meter.read('high', [], wire.ask('power'))
  meter.read('high', [], wire.ask('energy'))
  await wire.round()
  isThere = true
  await wire.round()
  expect(await wire.round()).toEqual(['power', 'energy'])
})

it('lets the lost device that waited longest try first', async () => {
  await using wire = aBus()
  const tried: string[] = []
  for (const id of ['meter0', 'meter1', 'meter2']) {
    wire.join(id).read('high', [], async () => {
      tried.push(id)
      throw new SitewrightError('device.gateway', 'exception 11')
    })
  }
  await wire.round()
  await wire.clock.advance(10_000)
  tried.length = 0
  for (let count = 0; count < 3; count++) await wire.round()
  expect([...tried].sort()).toEqual(['meter0', 'meter1', 'meter2'])
})

it('outlives a driver that names a channel it does not have: the fault is logged and the next round comes', async () => {
  await using wire = aBus()
  const broken = wire.join('meter0', () => {
    throw new Error('meter0 has no channel ActivPower.')
  })
  broken.read('high', ['ActivPower'], async () => {
    throw silence()
  })
  await wire.round()
  expect(wire.log.map(({ message }) => message)).toContainEqual(expect.stringContaining('no channel ActivPower'))
  wire.join('meter1').read('high', [], wire.ask('power'))
  expect(await wire.round()).toContain('power')
})

it('skips a round while the last one still runs, and says that the cycle is too short', async () => {
  await using wire = aBus()
  wire.join('meter0').read('high', [], wire.ask('power', 1500))
  wire.bus.startRound(1000)
  await wire.clock.advance(1000)
  wire.bus.startRound(1000)
  expect(wire.bus.tooShort).toBe(true)
  await wire.clock.advance(500)
  expect(wire.asked).toEqual(['power'])
  expect(wire.bus.busy).toBe(1.5)
})
