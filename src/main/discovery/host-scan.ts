import type { LinkPool } from '@main/protocols/links/pool'
import type { Clock } from '@shared/clock'
import type { FoundDevice } from '@shared/device'
import { type Message, message } from '@shared/message'
import { Asker } from './asker'
import { estimateSweep } from './estimate'
import { firstWords, hostRow, type Place, refusalWords, unitRow, withoutIdentity } from './found'
import { type Identity, identify, type Knowledge, NAMELESS } from './identify/identify'
import { ProbeMemory } from './identify/probe-memory'
import { writeNumberList } from './number-list'
import { PACE, type ScanSpeed } from './speed'
import { type SeenUnit, type SweepPlan, type SweepStep, UnitSweep } from './unit-sweep'

export interface HostScanOptions {
  readonly pool: LinkPool
  /** null: units are only told apart, nobody asks what they are. */
  readonly knowledge: Knowledge | null
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly speed: ScanSpeed
  readonly gate: () => Promise<void>
  readonly untilFree: (place: Place, unit: number, holder: string) => Promise<void>
  /** A row, new or better known than before. */
  readonly onFound: (row: FoundDevice) => void
  readonly onStep: (place: Place, step: HostStep) => void
}

/** What happens at a host just now. */
export type HostStep = SweepStep | { readonly kind: 'identify' | 'identified'; readonly unit: number }

/**
 * Finds the units behind one open door and says of each what it is, over the one link that everybody shares. Rows appear as
 * soon as they are known. A host that looks at no unit id stays one row, and a device met twice at one host (same maker,
 * model and serial number) too.
 */
export async function scanHost(
  place: Place,
  plan: SweepPlan,
  options: HostScanOptions,
  siblings: Map<string, FoundDevice> = new Map(),
): Promise<void> {
  using lease = options.pool.modbusTcp(place.host, place.port)
  const { clock, signal, speed, gate, onFound } = options
  const untilFree = (unit: number, holder: string) => options.untilFree(place, unit, holder)
  const asker = new Asker({ link: lease.link, pace: PACE[speed].ask, clock, signal, gate, untilFree })
  const onStep = (step: HostStep) => options.onStep(place, step)
  const sweep = new UnitSweep(asker, plan, onStep)
  let last: FoundDevice | null = null
  let gatewayTold = false
  for await (const seen of sweep.run()) {
    if (sweep.verdict === 'gateway' && !gatewayTold) {
      gatewayTold = true
      onFound(gatewayRow(place, plan, sweep, options))
    }
    onStep({ kind: 'identify', unit: seen.unit })
    const identity = options.knowledge ? await identifyUnit(seen, place, asker, options.knowledge) : NAMELESS
    const row = unitRow(place, seen, identity, asker.record(seen.unit), clock.now())
    // Behind a gateway each id is a device of its own on the line, whatever its serial number says.
    last = tell(row, sweep.verdict === 'gateway' ? new Map() : siblings, onFound)
    onStep({ kind: 'identified', unit: seen.unit })
  }
  switch (sweep.verdict) {
    case 'units':
    case 'gone':
      return
    case 'gateway':
      return onFound(gatewayRow(place, plan, sweep, options))
    case 'every-unit':
      if (last) onFound(everyUnitRow(last))
      return
    case 'one-client':
    case 'no-modbus':
      return onFound(lostRow(place, plan, sweep, options))
  }
}

function identifyUnit(seen: SeenUnit, place: Place, asker: Asker, knowledge: Knowledge): Promise<Identity> {
  const memory = new ProbeMemory(
    (question) => asker.ask(seen.unit, question),
    (code) => asker.askObjects(seen.unit, code),
  )
  memory.remember(seen.question, seen.answer)
  return identify(memory, { unit: seen.unit, port: place.port }, knowledge)
}

/** A second row for the same thing would make two components of one device: the first one says where else it answers. */
function tell(row: FoundDevice, siblings: Map<string, FoundDevice>, onFound: (row: FoundDevice) => void): FoundDevice {
  const hasName = row.serial !== null && /[1-9a-z]/i.test(row.serial)
  const who = hasName ? `${row.brand} ${row.model} ${row.serial}` : row.id
  const first = siblings.get(who)
  const told = first ? { ...first, unsure: [...first.unsure, message('found.unsure.also-at', { other: row.id })] } : row
  siblings.set(who, told)
  onFound(told)
  return told
}

/** Named: a device like any other, only its unit id proves nothing. Nameless: perhaps a gateway that echoes. */
function everyUnitRow(row: FoundDevice): FoundDevice {
  if (row.brand === null) return withoutIdentity(row)
  return { ...row, unsure: [...row.unsure, message('found.unsure.every-unit')] }
}

function gatewayRow(place: Place, plan: SweepPlan, sweep: UnitSweep, options: HostScanOptions): FoundDevice {
  const { absentMs, seenCount, losses, refusal } = sweep
  const medianMs = absentMs === null ? null : Math.round(absentMs * 10) / 10
  return hostRow('gateway', place, options.clock.now(), {
    asked: seenCount + losses.length,
    answered: seenCount,
    medianMs,
    evidence: refusal ? [refusalWords(refusal)] : [],
    unsure: unitsLeft(plan, estimateSweep({ kind: 'gateway', medianMs }, options.speed).seconds),
  })
}

/** Nobody has spoken: the door was closed on us, somebody speaks another language, or no unit asked is there. */
function lostRow(place: Place, plan: SweepPlan, { verdict, losses }: UnitSweep, options: HostScanOptions): FoundDevice {
  const details = { asked: losses.length, evidence: losses.slice(0, 1).map(firstWords) }
  const at = options.clock.now()
  if (verdict === 'one-client') return hostRow('one-client-only', place, at, details)
  const isSilent = losses.every(({ answer }) => answer.kind === 'silent')
  if (!isSilent) return hostRow('no-modbus', place, at, details)
  const { seconds } = estimateSweep({ kind: 'no-modbus', medianMs: null }, options.speed)
  const problem = { verdict: 'warn', message: message('found.problem.no-answer') } as const
  return { ...hostRow('no-modbus', place, at, { ...details, unsure: unitsLeft(plan, seconds) }), problem }
}

function unitsLeft({ units, isFull }: SweepPlan, seconds: number): Message[] {
  return isFull ? [] : [message('found.unsure.units-left', { asked: writeNumberList(units), seconds })]
}
