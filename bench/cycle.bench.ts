import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { allDrivers } from '@main/drivers'
import { MemoryConfigStore } from '@main/edge/config/config-store'
import { Edge } from '@main/edge/edge'
import { NATURES } from '@main/edge/nature'
import { profileLibrary, readProfileLibrary } from '@main/profiles/profile-library'
import { TcpLinkPool } from '@main/protocols/links/tcp-link-pool'
import { SqliteTimeSeries } from '@main/timeseries/sqlite-time-series'
import { systemClock } from '@shared/clock'
import type { StoredComponent } from '@shared/edge-config'
import { silentLogger } from '@shared/log'
import { type BenchReport, median } from './report'

const DEVICES = 100
const CHANNELS = 50
const CYCLES = 30

/**
 * How steadily the cycle beats while 100 devices with 50 channels each are polled every second over links of their own, with
 * history written. The bound is a bare timer of the same period in the same process: what is above it is ours.
 */
export default async function benchCycle(report: BenchReport): Promise<void> {
  using devices = await startDevices()
  const { port } = devices
  const folder = mkdtempSync(join(tmpdir(), 'sitewright-bench-'))
  const clock = systemClock()
  const models = readProfileLibrary(resolve('resources'), NATURES).sunspecModels
  const profiles = profileLibrary([{ name: 'other/bench.yaml', text: benchProfile() }], {
    natures: NATURES,
    sunspecModels: models,
  })
  if (profiles.problems[0]) throw profiles.problems[0].error
  const links = new TcpLinkPool({ clock })
  using history = SqliteTimeSeries.open(join(folder, 'history.db'))

  const bare = await bareTimer()
  const edge = await Edge.open({
    clock,
    log: silentLogger,
    version: '2026.5.0',
    store: new MemoryConfigStore({ components: components(port) }),
    history,
    drivers: allDrivers({ links, profiles }),
  })
  const starts: number[] = []
  const works: number[] = []
  edge.cycle.on('BEFORE_PROCESS_IMAGE', () => starts.push(performance.now()))
  edge.cycle.on('AFTER_WRITE', () => works.push(performance.now() - (starts.at(-1) ?? 0)))
  const cpu = process.cpuUsage()
  const began = performance.now()
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  edge.start()
  while (starts.length <= CYCLES) {
    await new Promise((done) => setTimeout(done, 1000))
    if (starts.length % 10 === 0) report.progress(`cycle ${starts.length} of ${CYCLES}`)
  }
  const used = process.cpuUsage(cpu)
  const share = ((used.user + used.system) / 1000 / (performance.now() - began)) * 100
  const known = [...edge.registry.channels()].filter(
    (channel) => /^c\d+$/i.test(channel.doc.id) && channel.value !== null,
  ).length
  await edge[Symbol.asyncDispose]()
  await links[Symbol.asyncDispose]()

  const jitter = lateness(starts.slice(2))
  report.row({
    id: 'E1',
    what: `cycle jitter p99, ${DEVICES} devices × ${CHANNELS} channels, all read each second`,
    ours: jitter.p99,
    peer: bare.p99,
    ratio: jitter.p99 / bare.p99,
    unit: 'ms',
    note: `median ${jitter.p50.toFixed(1)} ms; work of a cycle ${median(works).toFixed(1)} ms; ${known} of ${DEVICES * CHANNELS} channels known; loop delay p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms`,
  })
  report.row({ id: 'E2', what: 'CPU of one core for it, history included', ours: share, unit: '%' })
  rmSync(folder, { recursive: true, force: true })
}

/**
 * A hundred devices in a process of their own, each on an address of the loopback range: they answer FC 3 and 4 with the
 * register's own number, as fast as they can.
 */
const DEVICE_PROGRAM = `
const net = require('node:net')
const serve = (socket) => {
  let rest = Buffer.alloc(0)
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    rest = rest.length ? Buffer.concat([rest, chunk]) : chunk
    while (rest.length >= 12) {
      const first = rest.readUInt16BE(8), count = rest.readUInt16BE(10)
      const answer = Buffer.alloc(9 + 2 * count)
      rest.copy(answer, 0, 0, 4)
      answer.writeUInt16BE(3 + 2 * count, 4)
      answer[6] = rest[6]; answer[7] = rest[7]; answer[8] = 2 * count
      for (let i = 0; i < count; i++) answer.writeUInt16BE((first + i) & 0xff, 9 + 2 * i)
      socket.write(answer)
      rest = rest.subarray(12)
    }
  })
}
let port = 0
const next = (n) => {
  if (n > ${DEVICES}) return process.send(port)
  const server = net.createServer({ noDelay: true }, serve)
  server.listen(port, '127.0.6.' + n, () => { port ||= server.address().port; next(n + 1) })
}
next(1)
`

async function startDevices(): Promise<Disposable & { port: number }> {
  const child = spawn(process.execPath, ['-e', DEVICE_PROGRAM], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)))
    child.once('exit', () => reject(new Error('the simulated devices did not start')))
  })
  return { port, [Symbol.dispose]: () => void child.kill() }
}

/** How far the distances between ticks are from a second, ms. */
function lateness(starts: readonly number[]): { p50: number; p99: number } {
  const off = starts
    .slice(1)
    .map((start, index) => Math.abs(start - (starts[index] ?? 0) - 1000))
    .sort((a, b) => a - b)
  return { p50: off[Math.floor(off.length / 2)] ?? 0, p99: off[Math.floor(off.length * 0.99)] ?? off.at(-1) ?? 0 }
}

/** The limit: a timer that does nothing else. */
async function bareTimer(): Promise<{ p50: number; p99: number }> {
  const starts: number[] = []
  for (let tick = 0; tick <= 10; tick++) {
    const now = Date.now()
    await new Promise((done) => setTimeout(done, 1000 - (now % 1000) || 1000))
    starts.push(performance.now())
  }
  return lateness(starts.slice(1))
}

function components(port: number): Record<string, StoredComponent> {
  const all: Record<string, StoredComponent> = {
    scheduler0: { factoryId: 'Scheduler.AllAlphabetically', alias: '', properties: {} },
    rrd4j0: { factoryId: 'Timedata.Rrd4j', alias: '', properties: { persistencePriority: 'LOW' } },
  }
  for (let index = 0; index < DEVICES; index++) {
    // One loopback address each: a link, a bus and a connection of its own, as a hundred devices have.
    const ip = `127.0.6.${index + 1}`
    all[`modbus${index}`] = { factoryId: 'Bridge.Modbus.Tcp', alias: '', properties: { ip, port } }
    all[`device${index}`] = {
      factoryId: 'Sitewright.Modbus.Device',
      alias: '',
      properties: { profile: 'bench-device', 'modbus.id': `modbus${index}`, modbusUnitId: 1 },
    }
  }
  return all
}

function benchProfile(): string {
  const names = Array.from({ length: CHANNELS }, (_, index) => `C${index}`)
  return `id: bench-device
class: other
products: [{ brand: Bench, model: Device }]
source: { title: made for this benchmark, revision: "1" }
protocol: modbus
connect: { unitId: 1, maxGap: 8 }
identify: [{ fc: 3, at: 0, as: uint16, equals: 0, weight: 10, says: model-name }]
components:
  - id: device
    factory: Sitewright.Modbus.Device
    title: Device
    prefix: device
    natures: []
    roles: [other]
    properties: { readOnly: true }
    channels:
${names.map((name) => `      - { id: ${name}, type: INTEGER, unit: W, text: ${name} }`).join('\n')}
blocks:
  - fc: 3
    evidence: manual
    source: this benchmark
    poll: high
    registers:
${names.map((name, index) => `      - { at: ${index * 2}, as: uint32, unit: W, to: ${name} }`).join('\n')}
`
}
