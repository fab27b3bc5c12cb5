import { connect } from 'node:net'
import { TcpLink } from '@main/protocols/modbus/tcp-link'
import { systemClock } from '@shared/clock'
import { SitewrightError } from '@shared/errors'
import { hostileModbus, valueAt } from '../test/support/hostile-modbus'
import { modbusChaos } from '../test/support/modbus-chaos'
import { repeatableRandom } from '../test/support/random'
import { inMegabytes, memoryInUse } from './memory'
import type { SoakReport } from './report'

/**
 * Reads over wires that lose, delay, double, mix up and tear, in real time and on real sockets: no value is ever wrong, and
 * every call settles. Each wire lives for a round of reads and then makes place for a new one.
 */
export default async function soakWire(report: SoakReport): Promise<void> {
  const wanted = report.isShort ? 50_000 : 1_000_000
  const tally = new Map<string, number>()
  const rounds = { begun: 0, ended: 0, unsettled: 0 }
  const baseline = await warmUp()

  const line = async () => {
    while (rounds.begun * READS_PER_ROUND < wanted) {
      const round = ++rounds.begun
      rounds.unsettled += await readRound(round, tally)
      rounds.ended++
      if ((rounds.ended * READS_PER_ROUND) % (wanted / 10) === 0) {
        report.progress(`${rounds.ended * READS_PER_ROUND} of ${wanted} reads`)
      }
    }
  }
  await Promise.all(Array.from({ length: WIRES }, line))

  const right = tally.get('right') ?? 0
  const failures = [...tally].filter(([key]) => key !== 'right' && key !== 'wrong')
  report.check(`${wanted} reads, none with a wrong value`, !tally.has('wrong'), `${right} right`)
  report.check('every call settled', rounds.unsettled === 0 && sum(tally) === wanted, `${sum(tally)} settled`)
  report.check(
    'what failed says why',
    failures.every(([key]) => MAY_END_IN.includes(key)),
    failures.map(([key, count]) => `${key} ${count}`).join(', '),
  )
  const more = memoryInUse() - baseline
  report.check('memory is given back', more < MOST_MEMORY, `${inMegabytes(more)} more than at the beginning`)
}

const WIRES = 8
const READS_PER_ROUND = 2_500
const CALLERS = 24
const MOST_MEMORY = 20e6

/** All that such a wire can end in. */
const MAY_END_IN = [
  'link.timeout',
  'link.closed',
  'link.closed-at-once',
  'link.frame',
  'device.gateway',
  'device.wrong-answer',
]

/** What is made once (code, pools) is not counted. */
async function warmUp(): Promise<number> {
  await readRound(0, new Map())
  return memoryInUse()
}

/** Resolves with how many calls are still open when the link has closed: none. */
async function readRound(round: number, tally: Map<string, number>): Promise<number> {
  const random = repeatableRandom(round)
  const clock = systemClock()
  await using server = await hostileModbus()
  server.behave(modbusChaos(random, clock))
  const world = { clock, connect, random }
  let left = READS_PER_ROUND
  let open = 0
  {
    await using link = new TcpLink(server.host, server.port, { maxInFlight: 16, timeoutMs: 400 }, world)
    const caller = async (unit: number) => {
      while (left-- > 0) {
        open++
        const end = await readOnce(link, unit, random)
        open--
        tally.set(end, (tally.get(end) ?? 0) + 1)
        // A caller that fails at once would otherwise spin through a back-off.
        if (end !== 'right') await new Promise<void>((resolve) => clock.after(200, resolve))
      }
    }
    await Promise.all(Array.from({ length: CALLERS }, (_, index) => caller(1 + (index % 6))))
  }
  return open
}

async function readOnce(link: TcpLink, unit: number, random: () => number): Promise<string> {
  const address = Math.floor(random() * 60_000)
  const count = 2 + Math.floor(random() * 20)
  try {
    const words = await link.readHolding(unit, address, count)
    const isRight = words.length === count && words.every((word, index) => word === valueAt(unit, address + index))
    return isRight ? 'right' : 'wrong'
  } catch (error) {
    return error instanceof SitewrightError ? error.key : String(error)
  }
}

const sum = (tally: ReadonlyMap<string, number>): number =>
  [...tally.values()].reduce((total, count) => total + count, 0)
