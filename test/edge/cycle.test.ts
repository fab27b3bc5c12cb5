import { Cycle } from '@main/edge/cycle/cycle'
import { PHASES, type WakeInfo } from '@main/edge/cycle/phases'
import { createLogger, type LogEntry } from '@shared/log'
import { expect, it } from 'vitest'
import { ManualClock } from '../support/manual-clock'

/** A cycle that only writes down what it does. */
function aCycle(cycleTimeMs = 1000) {
  const clock = new ManualClock()
  const log: LogEntry[] = []
  const told: string[] = []
  const cycle = new Cycle({
    clock,
    log: createLogger('', (entry) => log.push(entry), clock.now.bind(clock)),
    cycleTimeMs,
    work: {
      switchImage: () => void told.push('switch'),
      runControllers: () => void told.push('controllers'),
      startRounds: () => void told.push('rounds'),
      woke: () => void told.push('woke'),
    },
  })
  const stamps: number[] = []
  cycle.on('AFTER_PROCESS_IMAGE', ({ timestamp }) => stamps.push(timestamp))
  return { cycle, clock, log, told, stamps, [Symbol.dispose]: () => cycle[Symbol.dispose]() }
}

it('runs the phases in the order of OpenEMS', () => {
  using one = aCycle()
  for (const phase of PHASES) one.cycle.on(phase, () => one.told.push(phase))
  one.cycle.run()
  expect(one.told).toEqual([
    'BEFORE_PROCESS_IMAGE',
    'switch',
    'AFTER_PROCESS_IMAGE',
    'BEFORE_CONTROLLERS',
    'controllers',
    'AFTER_CONTROLLERS',
    'BEFORE_WRITE',
    'EXECUTE_WRITE',
    'rounds',
    'AFTER_WRITE',
  ])
})

it('logs what a listener throws, and goes on', () => {
  using one = aCycle()
  one.cycle.on('BEFORE_PROCESS_IMAGE', () => {
    throw new Error('no luck')
  })
  one.cycle.run()
  expect(one.told).toEqual(['switch', 'controllers', 'rounds'])
  expect(one.log[0]?.message).toContain('no luck')
})

it('keeps to full seconds of the wall clock, once each, wherever it was started', async () => {
  using one = aCycle()
  await one.clock.advance(337)
  one.cycle.start()
  one.cycle.start()
  await one.clock.advance(5_000)
  const [first = 0] = one.stamps
  expect(one.stamps).toEqual([0, 1, 2, 3, 4].slice(0, one.stamps.length).map((count) => first + count * 1000))
  expect(first % 1000).toBe(0)
  expect(one.stamps.length).toBeGreaterThanOrEqual(4)
})

it('leaves out what it missed while it was held up, instead of running after it', async () => {
  using one = aCycle()
  one.cycle.start()
  await one.clock.advance(2_000)
  const before = one.stamps.length
  one.clock.stall(3_700)
  expect(one.stamps).toHaveLength(before + 1)
  await one.clock.advance(1_300)
  expect(new Set(one.stamps).size).toBe(one.stamps.length)
})

it('takes a clock that was set back for what it is, tells it, and goes on at its pace', async () => {
  using one = aCycle()
  const wakes: WakeInfo[] = []
  one.cycle.onWake((wake) => wakes.push(wake))
  one.cycle.start()
  await one.clock.advance(3_000)
  one.clock.jump(-3_600_000)
  const before = one.stamps.length
  await one.clock.advance(5_000)
  expect(wakes).toEqual([{ reason: 'clock-jumped', byMs: -3_600_000 }])
  expect(one.stamps.length - before).toBeGreaterThanOrEqual(4)
})

it('calls it sleep when nothing ran for long, whether the monotonic clock went on or not', async () => {
  using one = aCycle()
  const wakes: WakeInfo[] = []
  one.cycle.onWake((wake) => wakes.push(wake))
  one.cycle.run()
  one.clock.jump(60_000)
  one.cycle.run()
  one.clock.stall(60_000)
  one.cycle.run()
  expect(wakes).toEqual([
    { reason: 'slept', byMs: 60_000 },
    { reason: 'slept', byMs: 60_000 },
  ])
})

it('follows a new cycle time at once, and does not take the long cycle before it for a sleep', async () => {
  using one = aCycle(600_000)
  one.cycle.start()
  await one.clock.advance(700_000)
  const before = one.stamps.length
  one.cycle.cycleTimeMs = 1000
  await one.clock.advance(3_000)
  expect(one.stamps.length - before).toBeGreaterThanOrEqual(2)
  expect(one.told).not.toContain('woke')
})

it('can be given another cycle time by what happens within a cycle, and still beats once', async () => {
  using one = aCycle()
  const off = one.cycle.on('BEFORE_WRITE', () => {
    one.cycle.cycleTimeMs = 500
    off[Symbol.dispose]()
  })
  one.cycle.start()
  await one.clock.advance(1_000)
  expect(one.clock.pending).toBe(1)
})

it('leaves no timer behind', async () => {
  const one = aCycle()
  one.cycle.start()
  await one.clock.advance(2_500)
  one.cycle[Symbol.dispose]()
  expect(one.clock.pending).toBe(0)
})
