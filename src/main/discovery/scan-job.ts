import type { Socket } from 'node:net'
import type { JobControl, JobRunner } from '@main/jobs/job-service'
import { deviceKey, type LinkPool } from '@main/protocols/links/pool'
import type { Clock } from '@shared/clock'
import type { FoundDevice } from '@shared/device'
import { message } from '@shared/message'
import { connectScan } from './connect-scan'
import { foundId, hostRow } from './found'
import { type HostScanOptions, type HostStep, scanHost } from './host-scan'
import type { Knowledge } from './identify/identify'
import { type OwnDoors, ownListenerAt } from './own-listeners'
import { type PlannedSearch, planScan, ScanInput } from './scan-plan'
import { type Door, ScanProgress } from './scan-progress'
import { PACE, type ScanSpeed } from './speed'
import type { Endpoint } from './targets'
import type { SweepPlan } from './unit-sweep'

export const SCAN_JOB = 'scan'

/** What a scan needs of the world around it. */
export interface ScanWorld {
  readonly pool: LinkPool
  readonly knowledge: Knowledge
  /** False: find out who answers, not what they are. */
  readonly identify?: boolean
  /** `net.connect` */
  readonly connect: (to: { host: string; port: number }) => Socket
  readonly clock: Clock
  /** Asked when a scan starts. */
  readonly own: () => OwnDoors
  /** A row of the found list: new, or better known than before. */
  readonly onFound: (siteId: string, row: FoundDevice) => void
}

/**
 * The job `scan`: knocks at all doors of its searches, asks the units behind the open ones and finds out what they are.
 * Reads only. A door whose link the edge holds open is not knocked at, it is asked through that link. Goes on from its
 * checkpoint; cancelled, it sends nothing more and what it has found stays.
 */
export function scanJob(world: ScanWorld): JobRunner {
  return async (rawInput, control) => {
    const input = ScanInput.parse(rawInput)
    const searches = planScan(input, world.knowledge.profiles)
    const totals = searches.map(({ targets, ports }) => targets.endpointCount(ports))
    const progress = new ScanProgress(control, totals)
    const own = world.own()
    for (const [index, search] of searches.entries()) {
      if (progress.isSearchDone(index)) continue
      await connectScan(search.targets.endpoints(search.ports), {
        pace: PACE[input.speed].connect,
        connect: world.connect,
        clock: world.clock,
        signal: control.signal,
        gate: () => control.gate(),
        from: progress.knockedOf(index),
        known: (endpoint) => knownWithoutKnocking(world, control, own, endpoint),
        onResult: (result) => {
          const { host, port } = result.endpoint
          control.act(message('scan.act.connect', { host, port }))
          progress.settled(index, result)
        },
      })
      progress.searchDone(index)
    }
    reportClosed(world, control, progress)
    await askHosts(world, control, { searches, speed: input.speed, progress })
    control.act(null)
  }
}

/** Our own listeners are named, and where the edge is connected already nobody knocks. */
function knownWithoutKnocking(world: ScanWorld, control: JobControl, own: OwnDoors, { host, port }: Endpoint) {
  const ours = ownListenerAt(own, { host, port })
  if (!ours) return world.pool.isOpen(host, port) ? 'open' : undefined
  world.onFound(control.siteId, hostRow('own-listener', { host, port }, world.clock.now(), { model: ours.name }))
  return 'own'
}

/** Of the hosts that the person named: the ones that live but refuse are rows, the others were left out. */
function reportClosed(world: ScanWorld, control: JobControl, { open, closed }: ScanProgress): void {
  const living = new Set(open.map(({ host }) => host))
  const silent: string[] = []
  const nameless: string[] = []
  for (const [host, doors] of Map.groupBy(closed, (door) => door.host)) {
    if (living.has(host)) continue
    const refused = doors.find(({ outcome }) => outcome === 'refused')
    if (refused) {
      const ports = doors.map(({ port }) => port).join(', ')
      const place = { host, port: refused.port }
      world.onFound(control.siteId, hostRow('modbus-closed', place, world.clock.now(), { args: { ports } }))
    } else if (doors.some(({ outcome }) => outcome === 'name-unknown')) nameless.push(host)
    else silent.push(host)
  }
  if (nameless.length > 0) control.leftOut(message('scan.left-out.names', { hosts: nameless.join(', ') }))
  else if (silent.length > 0) control.leftOut(message('scan.left-out.silent', { hosts: silent.join(', ') }))
}

const NOBODY_TO_ASK: SweepPlan = { units: [], lastResort: [], isFull: false }

interface Asking {
  readonly searches: readonly PlannedSearch[]
  readonly speed: ScanSpeed
  readonly progress: ScanProgress
}

/** Several hosts at once, but one host's doors one after the other. */
async function askHosts(world: ScanWorld, control: JobControl, { searches, speed, progress }: Asking): Promise<void> {
  const planOf = ({ search }: Door) => searches[search]?.sweep ?? NOBODY_TO_ASK
  const hosts = [...Map.groupBy(progress.open, machineOf)].filter(([machine]) => !progress.hostsDone.has(machine))
  for (const door of hosts.flatMap(([, doors]) => doors)) progress.expect(door, planOf(door).units.length)
  const next = hosts[Symbol.iterator]()
  const worker = async () => {
    for (const [machine, doors] of next) {
      const siblings = new Map<string, FoundDevice>()
      for (const door of doors) {
        const options = hostOptions(world, control, speed, (step) => progress.step(door, step))
        await scanHost({ host: door.host, port: door.port }, planOf(door), options, siblings)
      }
      progress.hostDone(machine)
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: PACE[speed].ask.hosts }, worker))
  for (const result of ended) if (result.status === 'rejected') throw result.reason
}

/** Who is asked one door at a time. On this laptop each port is a program of its own, so they need not wait for each other. */
function machineOf({ host, port }: Door): string {
  return host === 'localhost' || host.startsWith('127.') ? `${host}:${port}` : host
}

/** What every job that asks a host hands down. */
export function hostOptions(
  { pool, knowledge, identify = true, clock, onFound }: ScanWorld,
  control: JobControl,
  speed: ScanSpeed,
  onStep: (step: HostStep) => void,
): HostScanOptions {
  return {
    pool,
    knowledge: identify ? knowledge : null,
    clock,
    speed,
    signal: control.signal,
    gate: () => control.gate(),
    untilFree: async (place, unit, holder) => {
      control.waiting(message('scan.waiting.locked', { device: foundId(place, unit), holder }))
      using _mine = await pool.lock(deviceKey(place.host, place.port, unit), 'scan', control.signal)
      control.waiting(null)
    },
    onFound: (row) => onFound(control.siteId, row),
    onStep(place, step) {
      if (step.kind === 'ask' || step.kind === 'identify') {
        control.act(message(`scan.act.${step.kind}`, { host: place.host, port: place.port, unit: step.unit }))
      }
      onStep(step)
    },
  }
}
