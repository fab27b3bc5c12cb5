import { spawn, spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { connectScan } from '@main/discovery/connect-scan'
import { scanJob } from '@main/discovery/scan-job'
import { PACE } from '@main/discovery/speed'
import { parseTargets } from '@main/discovery/targets'
import { NATURES } from '@main/edge/nature'
import type { JobControl } from '@main/jobs/job-service'
import { readProfileLibrary } from '@main/profiles/profile-library'
import { TcpLinkPool } from '@main/protocols/links/tcp-link-pool'
import { systemClock } from '@shared/clock'
import type { FoundDevice } from '@shared/device'
import { type BenchReport, type BenchRow, median } from './report'
import { address, FARM, portOf, prepareNamespace, serveFarm, truth } from './scan-farm'

/**
 * S1: the connect phase of a scan against `nmap -sT -T4`, on 254 hosts × 3 ports of which most keep silent. S2: finding the
 * units behind the hosts that answer, judged by the true list and by the time the hosts themselves need, and against
 * nmap's modbus-discover. Both in a network namespace, because silent hosts need a packet filter.
 */
export default async function benchScan(report: BenchReport): Promise<void> {
  const missing = whyNot()
  if (missing) {
    report.notRun('S1', missing)
    report.notRun('S2', missing)
    return
  }
  const child = spawn('unshare', ['-rn', ...nodeRunning('measure')], { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as { row: BenchRow } | { progress: string }
    if ('row' in said) report.row(said.row)
    else report.progress(said.progress)
  }
}

function whyNot(): string | null {
  if (spawnSync('nmap', ['--version']).error) return 'nmap is not installed'
  if (spawnSync('iptables', ['--version']).error) return 'iptables is not installed'
  const own = spawnSync('unshare', ['-rn', 'sh', '-c', 'ip link set lo up && iptables -A INPUT -j ACCEPT'])
  if (own.error) return 'unshare is not installed'
  return own.status === 0 ? null : `this system refuses a network namespace: ${own.stderr.toString().trim()}`
}

/** This very module once more, in another process. */
function nodeRunning(what: 'measure' | 'farm'): string[] {
  const script = `import(${JSON.stringify(import.meta.url)}).then((bench) => bench.${what}())`
  return [process.execPath, '--input-type=module', '--eval', script]
}

/** Inside the namespace, the process that plays the hosts. */
export async function farm(): Promise<void> {
  await serveFarm()
  console.log('ready')
}

/** Inside the namespace, the process that measures; what it has to say goes to standard output, a line of JSON each. */
export async function measure(): Promise<void> {
  prepareNamespace()
  const [command = '', ...args] = nodeRunning('farm')
  const hosts = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    await new Promise((resolve) => hosts.stdout.once('data', resolve))
    await measureConnects()
    await measureUnits()
  } finally {
    hosts.kill()
  }
}

const say = (said: { row: BenchRow } | { progress: string }) => console.log(JSON.stringify(said))

async function measureConnects(): Promise<void> {
  const rounds: { ours: Connects; nmapS: number; nmapHits: string }[] = []
  for (let round = 0; round < CONNECT_ROUNDS; round++) {
    const ours = await connects()
    rounds.push({ ours, ...nmapConnects() })
    say({ progress: `connect phase, round ${round + 1} of ${CONNECT_ROUNDS}` })
  }
  const oursS = median(rounds.map(({ ours }) => ours.seconds))
  const ratio = median(rounds.map(({ ours, nmapS }) => ours.seconds / nmapS))
  const same = rounds.every(({ ours, nmapHits }) => ours.hits === nmapHits)
  const { maxOpen } = PACE.fast.connect
  say({
    row: {
      id: 'S1',
      what: `fast connect phase, 254 hosts × 3 ports, second look included, against nmap -sT -T4`,
      ours: oursS,
      peer: median(rounds.map(({ nmapS }) => nmapS)),
      ratio,
      unit: 's',
      target: { text: '≤ 0.5 ×, same hits', met: ratio <= 0.5 && same },
      note: `${same ? 'same hits' : 'other hits'}, at most ${Math.max(...rounds.map(({ ours }) => ours.peak))} open`,
    },
  })
  const silent = FARM.dropping.length
  // Three first looks at each silent host and a second one at its first door.
  const bound = (Math.ceil((4 * silent) / maxOpen) * 150) / 1000
  say({
    row: {
      id: 'S1',
      what: 'the same against its bound: rounds of silent doors × 150 ms',
      ours: oursS,
      peer: bound,
      ratio: oursS / bound,
      unit: 's',
      target: { text: '≤ 1.05 ×', met: oursS / bound <= 1.05 },
    },
  })
}

const CONNECT_ROUNDS = 7

interface Connects {
  readonly seconds: number
  readonly hits: string
  readonly peak: number
}

async function connects(): Promise<Connects> {
  const hits: string[] = []
  let open = 0
  let peak = 0
  const startedAt = performance.now()
  await connectScan(parseTargets(FARM.hosts).endpoints(FARM.ports), {
    pace: PACE.fast.connect,
    clock: systemClock(),
    signal: new AbortController().signal,
    connect(to) {
      peak = Math.max(peak, ++open)
      return connect(to).once('close', () => open--)
    },
    onResult({ endpoint, outcome }) {
      if (outcome === 'open') hits.push(`${endpoint.host}:${endpoint.port}`)
    },
  })
  return { seconds: (performance.now() - startedAt) / 1000, hits: hits.sort().join(' '), peak }
}

/** nmap's own count of its time: starting the program is not what is compared. */
function nmapConnects(): { nmapS: number; nmapHits: string } {
  const ports = FARM.ports.join(',')
  const { stdout } = spawnSync('nmap', ['-n', '-Pn', '-sT', '-T4', '-p', ports, '-oG', '-', FARM.hosts], {
    encoding: 'utf8',
  })
  const hits = [...stdout.matchAll(/^Host: (\S+) .*Ports: (.*)$/gm)].flatMap(([, host, list]) =>
    [...(list ?? '').matchAll(/(\d+)\/open\//g)].map(([, port]) => `${host}:${port}`),
  )
  const seconds = Number(/scanned in ([\d.]+) seconds/.exec(stdout)?.[1])
  return { nmapS: seconds, nmapHits: hits.sort().join(' ') }
}

async function measureUnits(): Promise<void> {
  const everyone = [...FARM.any, ...FARM.one, ...FARM.gateways]
  const all = await scan(everyone)
  const right = all.units.join(' ') === truth().join(' ')
  const [firstGateway = 0] = FARM.gateways
  say({
    row: {
      id: 'S2',
      what: 'all 247 units of 20 hosts swept and identified: units found of those there',
      ours: all.units.filter((unit) => truth().includes(unit)).length,
      peer: truth().length,
      unit: '',
      target: { text: 'all, none false', met: right },
      note: `${all.units.filter((unit) => !truth().includes(unit)).length} false, ${all.seconds.toFixed(1)} s in all`,
    },
  })
  const gateway: { ours: number; nmap: number; nmapFound: number }[] = []
  for (let round = 0; round < GATEWAY_ROUNDS; round++) {
    gateway.push({ ours: (await scan([firstGateway])).seconds, ...nmapUnits(firstGateway) })
    say({ progress: `gateway, round ${round + 1} of ${GATEWAY_ROUNDS}` })
  }
  const oursS = median(gateway.map(({ ours }) => ours))
  const boundS = ((247 - FARM.gatewayUnits.length) * FARM.absentMs + FARM.gatewayUnits.length * FARM.answerMs) / 1000
  say({
    row: {
      id: 'S2',
      what: 'one gateway, 4 of 247 units there, against the time the gateway itself needs',
      ours: oursS,
      peer: boundS,
      ratio: oursS / boundS,
      unit: 's',
      target: { text: '≤ 1.10 ×', met: oursS / boundS <= 1.1 },
    },
  })
  const ratio = median(gateway.map(({ ours, nmap }) => ours / nmap))
  say({
    row: {
      id: 'S2',
      what: 'the same gateway against nmap modbus-discover, aggressive',
      ours: oursS,
      peer: median(gateway.map(({ nmap }) => nmap)),
      ratio,
      unit: 's',
      target: { text: '≤ 0.6 ×', met: ratio <= 0.6 },
      note: `nmap names ${gateway[0]?.nmapFound} units, 4 are there`,
    },
  })
  const [silentHost = 0] = FARM.one
  const silent = await scan([silentHost])
  const silentBoundS = (246 * PACE.fast.ask.minTimeoutMs) / 1000
  say({
    row: {
      id: 'S2',
      what: 'one host that is silent for 246 units, against 246 time-outs of 150 ms',
      ours: silent.seconds,
      peer: silentBoundS,
      ratio: silent.seconds / silentBoundS,
      unit: 's',
      target: { text: '≤ 1.10 ×', met: silent.seconds / silentBoundS <= 1.1 },
    },
  })
}

const GATEWAY_ROUNDS = 3

async function scan(hosts: readonly number[]): Promise<{ seconds: number; units: string[] }> {
  const clock = systemClock()
  await using pool = new TcpLinkPool({ clock, connect })
  const { all, sunspecModels } = readProfileLibrary(resolve('resources'), NATURES)
  const rows = new Map<string, FoundDevice>()
  const run = scanJob({
    pool,
    knowledge: { profiles: all, sunspecModels },
    connect,
    clock,
    own: () => ({ listeners: [], addresses: new Set() }),
    onFound: (_site, row) => void rows.set(row.id, row),
  })
  const searches = hosts.map((host) => ({ hosts: address(host), ports: [portOf(host)], units: '' }))
  const startedAt = performance.now()
  await run({ searches, speed: 'fast', units: 'full' }, silentControl())
  const seconds = (performance.now() - startedAt) / 1000
  const units = [...rows.values()].flatMap(({ link }) => (link.unit === null ? [] : [`${link.host}/${link.unit}`]))
  return { seconds, units: units.sort() }
}

/** A job that nobody watches. */
function silentControl(): JobControl {
  return {
    jobId: 'bench',
    siteId: 'bench',
    signal: new AbortController().signal,
    checkpoint: null,
    gate: () => Promise.resolve(),
    phase() {},
    act() {},
    waiting() {},
    leftOut() {},
    save() {},
  }
}

function nmapUnits(host: number): { nmap: number; nmapFound: number } {
  const script = ['--script', 'modbus-discover', '--script-args', 'modbus-discover.aggressive=true']
  const { stdout } = spawnSync('nmap', ['-n', '-Pn', '-p', String(portOf(host)), ...script, address(host)], {
    encoding: 'utf8',
  })
  const found = new Set([...stdout.matchAll(/sid 0x([0-9a-f]+)/gi)].map(([, unit]) => unit))
  return { nmap: Number(/scanned in ([\d.]+) seconds/.exec(stdout)?.[1]), nmapFound: found.size }
}
