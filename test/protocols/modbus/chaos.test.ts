import { SitewrightError } from '@shared/errors'
import { expect, it } from 'vitest'
import { answerRightly, hostileModbus, objectOf, rightAnswer, valueAt } from '../../support/hostile-modbus'
import { watchLeaks } from '../../support/leaks'
import { ManualClock, settle } from '../../support/manual-clock'
import { modbusChaos } from '../../support/modbus-chaos'
import { repeatableRandom } from '../../support/random'
import { linkTo } from './support'

it('reads 20,000 times over a wire that does everything wrong: no wrong value, and every call settles in time', async () => {
  await using _leaks = watchLeaks()
  const random = repeatableRandom(20260_11)
  const clock = new ManualClock()
  await using server = await hostileModbus()
  server.behave(modbusChaos(random, clock))
  await using given = linkTo(server, { maxInFlight: 16, timeoutMs: 400 }, { clock })
  const { link } = given
  const tally: Record<string, number> = { right: 0, wrong: 0 }
  let open = 0
  let started = 0
  let longestMs = 0

  const caller = async (unit: number) => {
    while (started < 20_000) {
      started++
      open++
      const address = Math.floor(random() * 60_000)
      const count = 2 + Math.floor(random() * 20)
      const since = clock.monotonic()
      try {
        const words = await link.readHolding(unit, address, count)
        longestMs = Math.max(longestMs, clock.monotonic() - since)
        const right = words.length === count && words.every((word, index) => word === valueAt(unit, address + index))
        tally[right ? 'right' : 'wrong'] = (tally[right ? 'right' : 'wrong'] ?? 0) + 1
      } catch (error) {
        longestMs = Math.max(longestMs, clock.monotonic() - since)
        const key = error instanceof SitewrightError ? error.key : String(error)
        tally[key] = (tally[key] ?? 0) + 1
        // A caller that fails at once would otherwise spin through a back-off.
        await new Promise<void>((resolve) => clock.after(50, resolve))
      }
      open--
    }
  }
  const callers = Promise.all(Array.from({ length: 24 }, (_, index) => caller(1 + (index % 6))))
  let over = false
  void callers.then(() => {
    over = true
  })
  for (let guard = 0; !over && guard < 60_000; guard++) await clock.advance(5)

  expect({ open, wrong: tally.wrong, over }).toEqual({ open: 0, wrong: 0, over: true })
  expect(tally.right).toBeGreaterThan(15_000)
  // Twice the time-out, as there are more callers than places on the wire.
  expect(longestMs).toBeLessThanOrEqual(2 * 400)
  expect(FAILURES).toEqual(
    expect.arrayContaining(Object.keys(tally).filter((key) => key !== 'right' && key !== 'wrong')),
  )
  expect(Object.keys(tally)).toEqual(
    expect.arrayContaining(['link.timeout', 'link.closed', 'link.frame', 'device.gateway', 'device.wrong-answer']),
  )
})

it('reads identifications, masks and exchanges registers over that wire: whole and right, or an error', async () => {
  await using _leaks = watchLeaks()
  const random = repeatableRandom(43_14)
  const clock = new ManualClock()
  await using server = await hostileModbus()
  server.behave(modbusChaos(random, clock))
  await using given = linkTo(server, { maxInFlight: 8, timeoutMs: 400 }, { clock })
  const { link } = given
  const tally = { identified: 0, read: 0, masked: 0, failed: 0, wrong: 0 }
  let started = 0

  const act = async (unit: number, kind: number) => {
    if (kind === 0) {
      const { objects } = await link.readDeviceIdentification(unit, 1)
      const right =
        objects.size === 3 && [...objects].every(([id, text]) => Buffer.from(text).toString() === objectOf(unit, id))
      tally[right ? 'identified' : 'wrong']++
    } else if (kind === 1) {
      const address = Math.floor(random() * 60_000)
      const words = await link.readWriteRegisters(unit, { address, count: 3 }, { address: 7, words: [1, 2] })
      const right = words.length === 3 && words.every((word, index) => word === valueAt(unit, address + index))
      tally[right ? 'read' : 'wrong']++
    } else {
      await link.maskWriteRegister(unit, started, { and: 0xff, or: 0x100 })
      tally.masked++
    }
  }
  const caller = async (unit: number) => {
    while (started < 3000) {
      started++
      await act(unit, started % 3).catch(async (error) => {
        expect(FAILURES).toContain(error.key)
        tally.failed++
        await new Promise<void>((resolve) => clock.after(50, resolve))
      })
    }
  }
  const callers = Promise.all(Array.from({ length: 12 }, (_, index) => caller(1 + (index % 4))))
  let over = false
  void callers.then(() => {
    over = true
  })
  for (let guard = 0; !over && guard < 60_000; guard++) await clock.advance(5)

  expect({ over, wrong: tally.wrong, all: tally.identified + tally.read + tally.masked + tally.failed }).toEqual({
    over: true,
    wrong: 0,
    all: started,
  })
  expect(tally.identified).toBeGreaterThan(500)
  expect(tally.read).toBeGreaterThan(700)
})

/** All that this wire can end in. */
const FAILURES = [
  'link.timeout',
  'link.closed',
  'link.closed-at-once',
  'link.frame',
  'device.gateway',
  'device.wrong-answer',
]

it('goes through all 65,536 transaction ids and more, and never gives one out again whose answer is still owed', async () => {
  const held: (() => void)[] = []
  await using server = await hostileModbus((request, line) => {
    if (request.unit === 2) held.push(() => line.send(rightAnswer({ ...request, unit: 2 })))
    else answerRightly(request, line)
  })
  await using given = linkTo(server, { maxInFlight: 64 })
  const { link, clock } = given
  let wrong = 0
  const read = async (count: number) => {
    let left = count
    const worker = async () => {
      while (left-- > 0) {
        const address = left & 0x7fff
        if ((await link.readHolding(1, address, 1))[0] !== valueAt(1, address)) wrong++
      }
    }
    await Promise.all(Array.from({ length: 64 }, worker))
  }

  await read(500)
  const lost = expect(link.readHolding(2, 7, 1)).rejects.toMatchObject({ key: 'link.timeout' })
  await settle()
  const owed = server.requests.find(({ unit }) => unit === 2)?.id
  await clock.advance(1000)
  await lost

  await read(70_000)
  const ids = server.requests.filter(({ unit }) => unit === 1).map(({ id }) => id)
  expect(new Set(ids).size).toBe(65_535)
  expect(ids).not.toContain(owed)
  expect([ids[0], ids[65_535], wrong]).toEqual([0, 0, 0])

  held[0]?.()
  await settle()
  expect(link.stats(2)).toMatchObject({ timeouts: 1, discarded: 1 })
})

it('settles every call and throws nothing out of turn, whatever bytes come', async () => {
  await using _leaks = watchLeaks()
  const random = repeatableRandom(99)
  const uncaught: unknown[] = []
  const note = (error: unknown) => uncaught.push(error)
  process.on('uncaughtException', note)
  using _listener = { [Symbol.dispose]: () => void process.off('uncaughtException', note) }
  await using server = await hostileModbus((request, line) => {
    const bytes = rightAnswer(request)
    if (random() < 0.3) return line.send(Uint8Array.from({ length: Math.floor(random() * 400) }, () => random() * 256))
    // One to three bytes of a right answer are others; its ids and lengths are hit as often as its data.
    for (let hits = 1 + Math.floor(random() * 3); hits > 0; hits--)
      bytes[Math.floor(random() * bytes.length)] = random() * 256
    line.send(bytes)
  })
  await using given = linkTo(server, { maxInFlight: 4, timeoutMs: 200 })
  let settled = 0
  for (let round = 0; round < 300; round++) {
    for (let unit = 1; unit <= 4; unit++) {
      const asked =
        unit % 2 ? given.link.readHolding(unit, round, 5) : given.link.request(unit, Uint8Array.of(43, 14, 1, 0))
      asked.then(
        () => settled++,
        () => settled++,
      )
    }
    await given.clock.advance(500)
  }
  expect([settled, uncaught]).toEqual([1200, []])
})
