import { connect } from 'node:net'
import { TcpLink } from '@main/protocols/modbus/tcp-link'
import { systemClock } from '@shared/clock'
import ModbusSerial from 'modbus-serial'
import { type ClientFigures, CPeers } from './c-peers'
import { type BenchReport, median } from './report'

/**
 * M1 and M2: reading 125 registers over Modbus/TCP on loopback, against modbus-serial, libmodbus and a raw C client, on a
 * libmodbus server (one request per turn, as many devices) and on a raw server that answers all at once. Everybody's
 * rounds are interleaved; a ratio is the median of the rounds' ratios, so that other load on the machine falls out.
 */
export default async function benchModbus(report: BenchReport): Promise<void> {
  const missing = CPeers.missing()
  if (missing) {
    report.notRun('M1', missing)
    report.notRun('M2', missing)
    return
  }
  using peers = new CPeers()
  for (const name of ['libmodbus-server', 'libmodbus-client', 'raw-server', 'raw-client']) peers.compile(name)
  const libmodbus = await peers.serve('libmodbus-server')
  const raw = await peers.serve('raw-server')

  const contestants: Readonly<Record<string, () => Promise<ClientFigures>>> = {
    oursOne: () => ours(libmodbus, 1),
    serialOne: () => modbusSerial(libmodbus, 1),
    cOne: () => peers.run('libmodbus-client', libmodbus, SECONDS),
    oursMany: () => ours(libmodbus, DEPTH),
    serialMany: () => modbusSerial(libmodbus, DEPTH),
    cMany: () => peers.run('raw-client', libmodbus, SECONDS, DEPTH),
    oursRaw: () => ours(raw, DEPTH),
    serialRaw: () => modbusSerial(raw, DEPTH),
  }
  const rounds: Record<string, ClientFigures>[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const figures: Record<string, ClientFigures> = {}
    for (const [name, run] of Object.entries(contestants)) figures[name] = await run()
    // The first round warms up.
    if (round > 0) rounds.push(figures)
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

const ROUNDS = 11
const SECONDS = 0.4
const DEPTH = 16
/** The same for both, as a loaded machine may stop the server for a while. */
const PATIENT = { timeoutMs: 1000 }

async function ours(port: number, depth: number): Promise<ClientFigures> {
  const world = { clock: systemClock(), connect, random: Math.random }
  await using link = new TcpLink('127.0.0.1', port, { maxInFlight: depth }, world)
  return await measure(depth, () => link.readHolding(1, 0, 125, PATIENT))
}

async function modbusSerial(port: number, depth: number): Promise<ClientFigures> {
  const client = new ModbusSerial()
  await client.connectTCP('127.0.0.1', { port })
  client.setID(1)
  client.setTimeout(PATIENT.timeoutMs)
  const figures = await measure(depth, async () => (await client.readHoldingRegisters(0, 125)).data)
  await new Promise<void>((resolve) => client.close(() => resolve()))
  return figures
}

/** `depth` callers, each with one read after the other. */
async function measure(depth: number, read: () => Promise<ArrayLike<number>>): Promise<ClientFigures> {
  let requests = 0
  const cpu = process.cpuUsage()
  const start = performance.now()
  const end = start + SECONDS * 1000
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
