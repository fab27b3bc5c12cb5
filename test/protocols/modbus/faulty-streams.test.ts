import { describe, expect, it } from 'vitest'
import { fixture } from '../../support/fixtures'
import { hostileModbus } from '../../support/hostile-modbus'
import { settle } from '../../support/manual-clock'
import { linkTo, outcome } from './support'

interface FaultyStream {
  readonly name: string
  /** Hex; `|` marks the limits of TCP segments. The request it answers has transaction id 1501. */
  readonly frame: string
  readonly framing: 'tcp' | 'rtu'
}

const recorded = fixture('modbus/frames-protocol.json')
const streams = recorded.present ? (recorded.json() as { negative: readonly FaultyStream[] }).negative : []

/** What must become of a read of one register from unit 17 when the stream comes as its answer. */
const OUTCOMES: Readonly<Record<string, { result: unknown; discarded: number; connected: boolean }>> = {
  'MBAP protocol id not 0': { result: 'link.frame', discarded: 1, connected: false },
  'MBAP length 0': { result: 'link.frame', discarded: 1, connected: false },
  'MBAP length 300': { result: 'link.frame', discarded: 1, connected: false },
  'old transaction id (late answer)': { result: 'waits', discarded: 1, connected: true },
  // Only the first of the two was asked for.
  'two answers in one segment': { result: [10], discarded: 1, connected: true },
  'answer split inside the header': { result: [10], discarded: 0, connected: true },
  'exception 5 acknowledge': { result: 'device.exception 5', discarded: 0, connected: true },
  'exception 6 busy': { result: 'device.exception 6', discarded: 0, connected: true },
  'exception 0x0A gateway path unavailable': { result: 'device.gateway 10', discarded: 0, connected: true },
  'exception 0x0B gateway target failed': { result: 'device.gateway 11', discarded: 0, connected: true },
  'HTTP answer on port 502': { result: 'link.frame', discarded: 1, connected: false },
}

describe.skipIf(!recorded.present)(`faulty streams${recorded.why}`, () => {
  for (const { name, frame, framing } of streams) {
    it.skipIf(framing === 'rtu')(
      `${name}${framing === 'rtu' ? ' (skipped: serial framing, there is no serial link yet)' : ''}`,
      async () => {
        await using server = await hostileModbus(async (request, line) => {
          for (const segment of frame.split('|')) {
            line.send(
              Buffer.from(segment, 'hex').map((byte, at) =>
                at < 2 ? renumbered(segment, request.id, byte, at) : byte,
              ),
            )
            await settle()
          }
        })
        await using given = linkTo(server)
        const answer = outcome(given.link.readHolding(17, 107, 1))
        await given.clock.advance(100)
        await settle(40)
        expect({
          result: describeOutcome(answer),
          discarded: given.link.stats(17).discarded,
          connected: given.link.connected,
        }).toEqual(OUTCOMES[name])

        // Whatever came, the call settles, and nothing of it is a value.
        await given.clock.advance(1000)
        expect(answer.settled).toBe(true)
      },
    )
  }

  it('two answers in one segment are both taken when both were asked for', async () => {
    await using server = await hostileModbus((request, line) => {
      if (server.requests.length < 2) return
      const both = '1501 0000 0005 11 0302000a 1502 0000 0005 11 0302000b'.replaceAll(' ', '')
      const bytes = Buffer.from(both, 'hex')
      bytes.writeUInt16BE(request.id - 1, 0)
      bytes.writeUInt16BE(request.id, 11)
      line.send(bytes)
    })
    await using given = linkTo(server, { maxInFlight: 2 })
    const values = await Promise.all([given.link.readHolding(17, 1, 1), given.link.readHolding(17, 2, 1)])
    expect(values.map((words) => [...words])).toEqual([[10], [11]])
  })
})

/** The stream was made for request 1501; here it answers the one that was really asked. */
function renumbered(segment: string, id: number, byte: number, at: number): number {
  if (!segment.startsWith('1501')) return byte
  return at === 0 ? id >> 8 : id & 255
}

function describeOutcome({
  settled,
  value,
  error,
}: {
  settled: boolean
  value?: Uint16Array
  error?: unknown
}): unknown {
  if (!settled) return 'waits'
  if (value) return [...value]
  const { key, args } = error as { key: string; args: { code?: number } }
  return args.code === undefined ? key : `${key} ${args.code}`
}
