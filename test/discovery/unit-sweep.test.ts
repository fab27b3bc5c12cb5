import { Asker } from '@main/discovery/asker'
import { PACE } from '@main/discovery/speed'
import { type SweepPlan, UnitSweep } from '@main/discovery/unit-sweep'
import { expect, it } from 'vitest'
import { type HostOptions, Plant, registers, words } from './plant'

const meter = registers(3, words([0, [7]]))
const refusing = registers(3, words([500, [1]]))
const quick: SweepPlan = { units: [1, 2, 3, 247], lastResort: [71, 255], isFull: false }
const full: SweepPlan = { units: Array.from({ length: 247 }, (_, index) => index + 1), lastResort: [], isFull: true }

it('finds exactly the units of a gateway, and takes 0x0B for absence', async () => {
  const units = { 1: meter, 2: refusing, 5: meter, 17: meter }
  const { found, verdict, sweep } = await swept({ units, others: 0x0b, answerMs: 2, absentMs: 50 }, full)
  expect([found, verdict]).toEqual([[1, 2, 5, 17], 'gateway'])
  expect(sweep.absentMs).toBeCloseTo(50, -1)
})

it('takes one that answers for every id as one, after four questions', async () => {
  const { found, verdict, asked } = await swept({ units: { 1: meter }, others: 'same' }, full)
  expect([found, verdict, asked]).toEqual([[1], 'every-unit', [1, 247, 203, 255]])
})

it('is not taken in by a gateway that says "device failure" for absent units', async () => {
  const { found, verdict } = await swept({ units: { 1: meter, 3: meter }, others: 4 }, quick)
  expect([found, verdict]).toEqual([[1, 3], 'gateway'])
})

it('takes any refusal for life where only some ids answer', async () => {
  const { found, verdict } = await swept({ units: { 2: refusing, 3: meter } }, quick)
  expect([found, verdict]).toEqual([[2, 3], 'units'])
})

it('hears a device that is mute for a second after connecting', async () => {
  const { found, verdict } = await swept({ units: { 1: meter }, muteMs: 1000 }, quick)
  expect([found, verdict]).toEqual([[1], 'units'])
})

it('puts torn answers together', async () => {
  const { found } = await swept({ units: { 1: meter, 2: meter }, torn: true }, quick)
  expect(found).toEqual([1, 2])
})

it('finds input-only devices, which do not refuse holding registers but ignore them', async () => {
  const shy = registers(4, words([0, [1]]))
  const { found } = await swept({ units: { 2: (fc, at, count) => (fc === 3 ? null : shy(fc, at, count)) } }, quick)
  expect(found).toEqual([2])
})

it('waits long enough behind a gateway that lies still for a second for each absent unit', async () => {
  const units = { 1: meter, 3: meter, 9: meter }
  const { found, verdict } = await swept(
    { units, answerMs: 20, absentMs: 900 },
    { units: span(1, 12), lastResort: [], isFull: true },
  )
  expect([found, verdict]).toEqual([[1, 3, 9], 'units'])
})

it('gives a unit that is slower than its neighbours a second chance', async () => {
  const answerMs = (unit: number) => (unit === 3 ? 400 : 5)
  const { found } = await swept({ units: { 1: meter, 2: meter, 3: meter }, answerMs }, quick)
  expect(found).toEqual([1, 2, 3])
})

it('asks the ids of makers we have no profile of only when nobody else has answered', async () => {
  const one = await swept({ units: { 255: meter } }, quick)
  expect([one.found, one.asked.includes(71)]).toEqual([[255], true])
  const other = await swept({ units: { 1: meter } }, quick)
  expect([other.found, other.asked.includes(71)]).toEqual([[1], false])
})

it('tells a host that closes every connection from one that never speaks and one that speaks something else', async () => {
  const closes = await swept({ dropsAll: true }, quick)
  const silent = await swept({}, quick)
  const web = await swept({ says: 'HTTP/1.1 400 Bad Request\r\n\r\n' }, quick)
  expect([closes.verdict, silent.verdict, web.verdict]).toEqual(['one-client', 'no-modbus', 'no-modbus'])
  expect(web.sweep.losses[0]?.answer).toMatchObject({ kind: 'foreign', seen: expect.stringContaining('HTTP/1.1') })
})

it('asks each silent unit of a long sweep once, as soon as it knows how fast the host answers', async () => {
  const { found, asked, tookMs } = await swept({ units: { 1: meter }, answerMs: 2 }, full)
  expect(found).toEqual([1])
  expect(asked.filter((unit) => unit !== 1).length).toBe(246)
  // 246 silences of 150 ms, the one long look at the line, and a few turns of the loop each.
  expect(tookMs).toBeLessThan(246 * 160)
})

it('sends nothing but reads of one register', async () => {
  await using plant = new Plant()
  await plant.host('127.0.5.1', { units: { 1: meter, 2: meter } })
  await plant.run(sweepOf(plant, quick).all())
  expect(plant.asked.filter((line) => !/^127\.0\.5\.1 \d+ [34] 0×1$/.test(line))).toEqual([])
})

async function swept(options: HostOptions, plan: SweepPlan) {
  await using plant = new Plant()
  await plant.host('127.0.5.1', options)
  const { sweep, all } = sweepOf(plant, plan)
  const startedAt = plant.clock.monotonic()
  const found = await plant.run(all())
  const asked = plant.asked.map((line) => Number(line.split(' ')[1]))
  return {
    found,
    verdict: sweep.verdict,
    sweep,
    asked: [...new Set(asked)],
    tookMs: plant.clock.monotonic() - startedAt,
  }
}

function sweepOf(plant: Plant, plan: SweepPlan) {
  const asker = new Asker({
    link: plant.pool.modbusTcp('127.0.5.1', plant.port).link,
    pace: PACE.fast.ask,
    clock: plant.clock,
    signal: new AbortController().signal,
    gate: () => Promise.resolve(),
    untilFree: () => Promise.resolve(),
  })
  const sweep = new UnitSweep(asker, plan)
  const all = async () => {
    const units: number[] = []
    for await (const { unit } of sweep.run()) units.push(unit)
    return units.sort((a, b) => a - b)
  }
  return { sweep, all }
}

function span(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
