import { connect } from 'node:net'
import { TcpLink } from '@main/protocols/modbus/tcp-link'
import { systemClock } from '@shared/clock'
import ModbusSerial from 'modbus-serial'
import { type ClientFigures, PinnedProcesses } from './pinned'
import { type BenchReport, median } from './report'

/**
 * M1 and M2: reading 125 registers over Modbus/TCP on loopback, against modbus-serial, libmodbus and a raw C client, on a
 * libmodbus server (one request per turn, as many devices) and on a raw server that answers all at once. Everybody has a
 * process of its own and the rounds are interleaved; a ratio is the median of the rounds' ratios, so that most of what
 * else the machine does falls out.
 */
export default async function benchModbus(report: BenchReport): Promise<void> {
  const missing = PinnedProcesses.missing()
  if (missing) {
    report.notRun('M1', missing)
    report.notRun('M2', missing)
    return
  }
  using processes = new PinnedProcesses()
  const libmodbus = await processes.serve(processes.compile('libmodbus-server'))
  const raw = await processes.serve(processes.compile('raw-server'))
  const libmodbusClient = processes.compile('libmodbus-client')
  const rawClient = processes.compile('raw-client')
  const node = (client: 'ours' | 'modbusSerial', port: number, depth: number) => () =>
    processes.runNode(import.meta.url, client, port, depth)

  const contestants: Readonly<Record<string, () => Promise<ClientFigures>>> = {
    oursOne: node('ours', libmodbus, 1),
    serialOne: node('modbusSerial', libmodbus, 1),
    cOne: () => processes.run(libmodbusClient, libmodbus, SECONDS),
    oursMany: node('ours', libmodbus, DEPTH),
    serialMany: node('modbusSerial', libmodbus, DEPTH),
    cMany: () => processes.run(rawClient, libmodbus, SECONDS, DEPTH),
    oursRaw: node('ours', raw, DEPTH),
    serialRaw: node('modbusSerial', raw, DEPTH),
  }
  const rounds: Record<string, ClientFigures>[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    const figures: Record<string, ClientFigures> = {}
    for (const [name, run] of Object.entries(contestants)) figures[name] = await run()
    rounds.push(figures)
    report.progress(`Modbus/TCP, round ${round} of ${ROUNDS}`)
  }

  const values = (name: string, figure: keyof ClientFigures) =>
    rounds.map((round) => round[name]?.[figure] ?? Number.NaN)
  const compare = (id: string, what: string, our: string, their: string, atLeast: number) => {
    const theirs = values(their, 'rate')
    const ratio = median(values(our, 'rate').map((rate, index) => rate / (theirs[index] ?? Number.NaN)))
    report.row({
      id,
      what,
      ours: median(values(our, 'rate')),
      peer: median(theirs),
      ratio,
      unit: 'req/s',
      target: { text: `≥ ${atLeast} ×`, met: ratio >= atLeast },
      note: `CPU ${median(values(our, 'cpuUs')).toFixed(1)} against ${median(values(their, 'cpuUs')).toFixed(1)} µs/req`,
    })
  }
  compare('M1', 'sequential, against modbus-serial 8.0.25', 'oursOne', 'serialOne', 1.3)
  compare('M1', 'sequential, against libmodbus (C)', 'oursOne', 'cOne', 0.8)
  const cpuUs = median(values('oursOne', 'cpuUs'))
  report.row({
    id: 'M1',
    what: 'processor time, sequential',
    ours: cpuUs,
    unit: 'µs/req',
    target: { text: '≤ 45 µs', met: cpuUs <= 45 },
  })
  compare('M2', `${DEPTH} in flight, against modbus-serial, libmodbus server`, 'oursMany', 'serialMany', 1.6)
  compare('M2', `${DEPTH} in flight, against raw C, libmodbus server`, 'oursMany', 'cMany', 0.85)
  compare('M2', `${DEPTH} in flight, against modbus-serial, raw server`, 'oursRaw', 'serialRaw', 2.3)
}

const ROUNDS = 9
const SECONDS = 0.5
const WARM_UP_SECONDS = 0.4
const DEPTH = 16
/** The same for both, as a loaded machine may stop the server for a while. */
const PATIENT = { timeoutMs: 1000 }

/** Run in a process of its own. */
export async function ours(port: number, depth: number): Promise<ClientFigures> {
  const world = { clock: systemClock(), connect, random: Math.random }
  await using link = new TcpLink('127.0.0.1', port, { maxInFlight: depth }, world)
  const read = () => link.readHolding(1, 0, 125, PATIENT)
  await measure(WARM_UP_SECONDS, depth, read)
  return await measure(SECONDS, depth, read)
}

/** Run in a process of its own. */
export async function modbusSerial(port: number, depth: number): Promise<ClientFigures> {
  const client = new ModbusSerial()
  await client.connectTCP('127.0.0.1', { port })
  client.setID(1)
  client.setTimeout(PATIENT.timeoutMs)
  const read = async () => (await client.readHoldingRegisters(0, 125)).data
  await measure(WARM_UP_SECONDS, depth, read)
  const figures = await measure(SECONDS, depth, read)
  await new Promise<void>((resolve) => client.close(() => resolve()))
  return figures
}

/** `depth` callers, each with one read after the other. */
async function measure(seconds: number, depth: number, read: () => Promise<ArrayLike<number>>): Promise<ClientFigures> {
  let requests = 0
  const cpu = process.cpuUsage()
  const start = performance.now()
  const end = start + seconds * 1000
  const caller = async () => {
    do {
      for (let burst = 0; burst < 16; burst++) {
        if ((await read())[124] !== 124) throw new Error('A read came back with a wrong value.')
        requests++
      }
    } while (performance.now() < end)
  }
  await Promise.all(Array.from({ length: depth }, caller))
  const { user, system } = process.cpuUsage(cpu)
  return { rate: (requests * 1000) / (performance.now() - start), cpuUs: (user + system) / requests }
}
