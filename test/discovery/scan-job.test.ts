import { connect, type TcpNetConnectOpts } from 'node:net'
import type { OwnDoors } from '@main/discovery/own-listeners'
import { type ScanWorld, scanJob } from '@main/discovery/scan-job'
import type { ScanInput } from '@main/discovery/scan-plan'
import { sweepJob } from '@main/discovery/sweep-job'
import { deviceKey } from '@main/protocols/links/pool'
import { expect, it } from 'vitest'
import { watchLeaks } from '../support/leaks'
import { ascii, both, float, knowledge, Plant, registers, TestJob, words } from './plant'

const known = knowledge()
const sdm630 = (serial: number) =>
  both(
    words([0x0a, [...float(3), 0, 0]], [0xfc00, [0, serial]]),
    words([0, [...float(231.4), ...float(229.8), ...float(230.6)]], [0x46, float(50.01)]),
  )
const sunspec = registers(
  3,
  words(
    [40000, [0x5375, 0x6e53, 1, 66, ...ascii('Acme', 16), ...ascii('PV 10', 16), ...ascii('', 16)]],
    [40052, [...ascii('A-77', 16), 1, 0, 103, 50, ...Array.from({ length: 50 }, () => 1), 0xffff, 0]],
  ),
)
const nobody = registers(3, words([500, [1]]))

it('tells devices, gateways and closed doors apart, names what it knows and leaves no connection', async () => {
  await using _leaks = watchLeaks()
  await using plant = new Plant()
  await plant.host('127.0.5.1', { units: { 1: sdm630(7) } })
  await plant.host('127.0.5.2', { units: { 1: sdm630(8), 2: nobody }, others: 0x0b, absentMs: 20 })
  await plant.host('127.0.5.3', { units: { 1: sunspec }, others: 'same' })
  await plant.host('127.0.5.4', { units: { 1: nobody }, others: 'same' })
  await plant.host('127.0.5.5', { dropsAll: true })
  await plant.host('127.0.5.6', {})
  const job = await scanned(plant, { hosts: '127.0.5.1-8' })

  expect(job.summary()).toEqual([
    'device 127.0.5.1/1 Eastron SDM630',
    'gateway 127.0.5.2',
    'device 127.0.5.2/1 Eastron SDM630',
    'device 127.0.5.2/2',
    'device 127.0.5.3/1 Acme PV 10',
    'answers-every-unit 127.0.5.4/1',
    'one-client-only 127.0.5.5',
    'no-modbus 127.0.5.6',
  ])
  expect(job.rows.get(`127.0.5.3:${plant.port}/1`)?.unsure.map(({ key }) => key)).toEqual(['found.unsure.every-unit'])
  expect(job.rows.get(`127.0.5.2:${plant.port}`)).toMatchObject({
    unsure: [{ key: 'found.unsure.units-left' }],
    evidence: [{ verdict: 'passed', title: { key: 'evidence.gateway-refusal' }, answer: 'exception 11' }],
  })
  expect(job.rows.get(`127.0.5.1:${plant.port}/1`)).toMatchObject({
    natures: ['ElectricityMeter'],
    components: ['meter'],
    confidence: 90,
    proofs: 5,
    answered: expect.any(Number),
    problem: null,
  })
})

it('ends with true totals', async () => {
  await using plant = new Plant()
  await plant.host('127.0.5.1', { units: { 1: sdm630(7), 2: nobody } })
  const job = await scanned(plant, { hosts: '127.0.5.1-10', units: '1-4' })
  expect(Object.fromEntries(job.phases)).toEqual({
    connect: { done: 10, total: 10 },
    units: { done: 4, total: 4 },
    identify: { done: 2, total: 2, found: 2 },
  })
})

it('never has two connections to a host, and asks through the link that the edge has open', async () => {
  await using plant = new Plant()
  await plant.host('127.0.5.1', { units: { 1: sdm630(7) }, oneClient: true })
  using lease = plant.pool.modbusTcp('127.0.5.1', plant.port)
  await plant.run(lease.link.readInput(1, 0, 2))
  const job = await scanned(plant, { hosts: '127.0.5.1' })
  expect([job.summary(), plant.connections.get('127.0.5.1')]).toEqual([['device 127.0.5.1/1 Eastron SDM630'], 1])
})

it('lists nothing where the edge holds a link to a host that is gone', async () => {
  await using plant = new Plant()
  await plant.host('127.0.5.9', { units: { 1: nobody } })
  using _edge = plant.pool.modbusTcp('127.0.5.1', plant.port)
  const job = await scanned(plant, { hosts: '127.0.5.1' })
  expect(job.summary()).toEqual([])
})

it('waits for a device that somebody has taken, and says for whom', async () => {
  await using plant = new Plant()
  await plant.host('127.0.5.1', { units: { 1: nobody } })
  const lock = await plant.pool.lock(deviceKey('127.0.5.1', plant.port, 1), 'load step test')
  const job = new TestJob()
  const work = plant.run(runScan(plant, job, { hosts: '127.0.5.1', units: '1' }))
  while (job.waits.length === 0) await new Promise((resolve) => setImmediate(resolve))
  expect(job.waits[0]).toMatchObject({ key: 'scan.waiting.locked', args: { holder: 'load step test' } })
  lock[Symbol.dispose]()
  await work
  expect(job.summary()).toEqual(['device 127.0.5.1/1'])
})

it('says of a named host that its Modbus is closed, of one in a range nothing, and of a silent name that it was left out', async () => {
  await using plant = new Plant()
  await plant.host('127.0.5.9', { units: { 1: nobody } })
  const range = await scanned(plant, { hosts: '127.0.5.1-3' })
  expect([range.summary(), range.left]).toEqual([[], []])
  const named = await scanned(plant, { hosts: '127.0.5.1, no-such-name.invalid' })
  expect(named.summary()).toEqual(['modbus-closed 127.0.5.1'])
  expect(named.left).toEqual([{ key: 'scan.left-out.names', args: { hosts: 'no-such-name.invalid' } }])
})

it('names our own listener and does not knock at it', async () => {
  await using plant = new Plant()
  await plant.host('127.0.5.1', { units: { 1: sdm630(7) } })
  const own = { listeners: [{ host: '0.0.0.0', port: plant.port, name: 'Edge API' }], addresses: new Set<string>() }
  const job = new TestJob()
  await plant.run(runScan(plant, job, { hosts: '127.0.5.1' }, own))
  expect(job.summary()).toEqual(['own-listener 127.0.5.1 Edge API'])
  expect(plant.connections.size).toBe(0)
})

it('lists a device once that answers at two ids', async () => {
  await using plant = new Plant()
  await plant.host('127.0.5.1', { units: { 1: sdm630(7), 247: sdm630(7), 2: sdm630(9) } })
  const job = await scanned(plant, { hosts: '127.0.5.1' })
  expect(job.summary()).toEqual(['device 127.0.5.1/1 Eastron SDM630', 'device 127.0.5.1/2 Eastron SDM630'])
  expect(job.rows.get(`127.0.5.1:${plant.port}/1`)?.unsure).toContainEqual({
    key: 'found.unsure.also-at',
    args: { other: `127.0.5.1:${plant.port}/247` },
  })
})

it('lists two devices behind a gateway, whatever their serial numbers say', async () => {
  await using plant = new Plant()
  await plant.host('127.0.5.1', { units: { 1: sdm630(7), 2: sdm630(7) }, others: 0x0b })
  const job = await scanned(plant, { hosts: '127.0.5.1' })
  expect(job.summary().filter((row) => row.startsWith('device'))).toEqual([
    'device 127.0.5.1/1 Eastron SDM630',
    'device 127.0.5.1/2 Eastron SDM630',
  ])
})

it('does not say "no Modbus" of a host whose units it has not all asked', async () => {
  await using plant = new Plant()
  await plant.host('127.0.5.1', { units: { 99: nobody } })
  await plant.host('127.0.5.2', { says: 'HTTP/1.1 400 Bad Request\r\n\r\n' })
  const job = await scanned(plant, { hosts: '127.0.5.1-2' })
  const said = [...job.rows.values()].map(({ problem, unsure }) => [
    problem?.message.key,
    ...unsure.map(({ key }) => key),
  ])
  expect(said).toContainEqual(['found.problem.no-answer', 'found.unsure.units-left'])
  expect(said).toContainEqual(['found.problem.no-modbus'])
})

it('goes on after a kill where it was: no row is lost, none comes twice, no host is asked again', async () => {
  await using plant = new Plant()
  for (let host = 1; host <= 6; host++) await plant.host(`127.0.5.${host}`, { units: { 1: sdm630(host) }, answerMs: 3 })
  const first = new TestJob()
  first.onReport = () => {
    if (first.reports.length === 3) first.cancel()
  }
  const input = { hosts: '127.0.5.1-12', units: '1' }
  await expect(plant.run(runScan(plant, first, input))).rejects.toThrow('cancelled')
  const askedBefore = plant.asked.length

  const second = new TestJob(first.checkpoint)
  await plant.run(runScan(plant, second, input))
  const all = [...first.rows.keys(), ...second.rows.keys()]
  expect(new Set(all).size).toBe(6)
  // Hosts that were done are not asked again; one that was being asked is.
  const doneBefore = (first.checkpoint as { hostsDone: string[] }).hostsDone
  const askedAgain = plant.asked.slice(askedBefore).map((line) => line.split(' ')[0])
  expect(doneBefore.filter((host) => askedAgain.includes(host))).toEqual([])
  expect(second.phases.get('connect')).toEqual({ done: 12, total: 12 })
})

it('sends nothing after a cancel', async () => {
  await using plant = new Plant()
  await plant.host('127.0.5.1', { units: { 1: nobody }, answerMs: 40 })
  const job = new TestJob()
  const work = runScan(plant, job, { hosts: '127.0.5.1', units: '1' })
  const over = plant.run(work).catch((error: Error) => error.message)
  while (plant.asked.length < 3) await new Promise((resolve) => setImmediate(resolve))
  const at = plant.clock.monotonic()
  job.cancel()
  expect(await over).toBe('cancelled')
  expect(plant.clock.monotonic() - at).toBeLessThanOrEqual(5)
  const sent = plant.asked.length
  await plant.run(new Promise<void>((resolve) => plant.clock.after(500, resolve)))
  expect([plant.asked.length, plant.openConnections]).toEqual([sent, 0])
})

it('asks nothing while it is paused', async () => {
  await using plant = new Plant()
  await plant.host('127.0.5.1', { units: { 1: sdm630(1) } })
  const job = new TestJob()
  const work = plant.run(runScan(plant, job, { hosts: '127.0.5.1', units: '1' }))
  while (plant.asked.length < 2) await new Promise((resolve) => setImmediate(resolve))
  job.paused = true
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
  const asked = plant.asked.length
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(plant.asked.length).toBe(asked)
  job.paused = false
  await work
  expect(job.summary()).toEqual(['device 127.0.5.1/1 Eastron SDM630'])
})

it('refuses hosts nobody can mean before it knocks anywhere', async () => {
  await using plant = new Plant()
  const refused = (hosts: string) => runScan(plant, new TestJob(), { hosts }).catch((error) => error.key)
  expect([await refused('10.0.0.0/33'), await refused('10.0.0.0/8')]).toEqual(['scan.targets', 'scan.too-many'])
})

it('sweeps all units of one host, and goes on in the middle', async () => {
  await using plant = new Plant()
  const units = { 1: sdm630(1), 5: nobody, 200: nobody }
  await plant.host('127.0.5.1', { units, others: 0x0b, absentMs: 2 })
  const first = new TestJob()
  const sweep = (job: TestJob) =>
    plant.run(sweepJob(world(plant, job))({ host: '127.0.5.1', port: plant.port, speed: 'fast' }, job))
  first.onReport = ({ link }) => {
    if (link.unit === 200) first.cancel()
  }
  await expect(sweep(first)).rejects.toThrow('cancelled')
  const askedBefore = plant.asked.length
  const second = new TestJob(first.checkpoint)
  await sweep(second)
  expect(new Set([...first.summary(), ...second.summary()])).toEqual(
    new Set(['device 127.0.5.1/1 Eastron SDM630', 'gateway 127.0.5.1', 'device 127.0.5.1/5', 'device 127.0.5.1/200']),
  )
  expect(second.phases.get('units')).toMatchObject({ done: 247, total: 247 })
  expect(plant.asked.slice(askedBefore).some((line) => line.startsWith('127.0.5.1 3 '))).toBe(false)
})

async function scanned(plant: Plant, input: Partial<Search>): Promise<TestJob> {
  const job = new TestJob()
  await plant.run(runScan(plant, job, input))
  return job
}

interface Search {
  hosts: string
  units: string
}

function runScan(
  plant: Plant,
  job: TestJob,
  { hosts = '', units = '' }: Partial<Search>,
  own?: OwnDoors,
): Promise<void> {
  const input: Partial<ScanInput> = { searches: [{ hosts, units, ports: [plant.port || 502] }], speed: 'fast' }
  return scanJob(world(plant, job, own))(input, job)
}

function world(plant: Plant, job: TestJob, own: OwnDoors = { listeners: [], addresses: new Set() }): ScanWorld {
  return {
    pool: plant.pool,
    knowledge: known,
    connect: (to) => connect({ ...to, lookup: noNames }),
    clock: plant.clock,
    own: () => own,
    onFound: (_site, row) => job.found(row),
  }
}

/** A network without a name server, whatever the machine has. */
const noNames: NonNullable<TcpNetConnectOpts['lookup']> = (host, _options, done) => {
  done(Object.assign(new Error(`ENOTFOUND ${host}`), { code: 'ENOTFOUND' }), '', 4)
}
