import { describe, expect, it } from 'vitest'
import {
  answerRightly,
  exceptionAnswer,
  frame,
  hostileModbus,
  registersPdu,
  rightAnswer,
  type Script,
  staySilent,
  valueAt,
} from '../../support/hostile-modbus'
import { watchLeaks } from '../../support/leaks'
import { settle } from '../../support/manual-clock'
import { linkTo, outcome } from './support'

const keyOf = (state: { error?: unknown }) => (state.error as { key?: string } | undefined)?.key
const textOf = (state: { error?: unknown }) => (state.error as Error | undefined)?.message

describe('asking', () => {
  it('connects when somebody asks, reads, writes, and gives everything back', async () => {
    await using _leaks = watchLeaks()
    await using server = await hostileModbus()
    await using given = linkTo(server)
    const { link, clock } = given
    expect(link.connected).toBe(false)

    const bits = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => valueAt(3, n) % 2)
    const words = [0, 1, 2].map((n) => valueAt(3, 40000 + n))
    expect([...(await link.readHolding(3, 40000, 3))]).toEqual(words)
    expect([...(await link.readInput(3, 40000, 3))]).toEqual(words)
    expect([...(await link.readCoils(3, 0, 9))]).toEqual(bits)
    expect([...(await link.readDiscreteInputs(3, 0, 9))]).toEqual(bits)
    await link.writeCoil(3, 1, true)
    await link.writeRegister(3, 2, 500)
    await link.writeCoils(3, 3, [true, false, true])
    await link.writeRegisters(3, 4, Uint16Array.of(1, 2))
    expect(Buffer.from(await link.request(3, Uint8Array.of(3, 0, 9, 0, 1))).toString('hex')).toBe(
      registersPdu(3, [valueAt(3, 9)]).toString('hex'),
    )

    expect(server.requests.slice(4).map(({ pdu }) => pdu.toString('hex'))).toEqual([
      '050001ff00',
      '06000201f4',
      '0f000300030105',
      '10000400020400010002',
      '0300090001',
    ])
    expect(server.accepted).toBe(1)
    expect(link.stats(3)).toEqual({
      asked: 9,
      answered: 9,
      exceptions: 0,
      timeouts: 0,
      discarded: 0,
      medianMs: 0,
      lastError: null,
    })
    await clock.advance(10_000)
    expect(clock.pending).toBe(0)
  })

  it('has one request on the wire at a time unless told otherwise, and gives all of one tick in one piece', async () => {
    await using server = await hostileModbus(staySilent)
    await using one = linkTo(server)
    await using four = linkTo(server, { maxInFlight: 4 })
    for (const { link } of [one, four]) {
      for (let address = 0; address < 10; address++) void link.readHolding(1, address, 1).catch(() => {})
      await settle()
    }
    expect(server.requests.map(({ address }) => address)).toEqual([0, 0, 1, 2, 3])
  })

  it('shows each frame to whoever watches the traffic', async () => {
    await using server = await hostileModbus((request, line) => line.send(exceptionAnswer(request, 2)))
    const seen: string[] = []
    await using given = linkTo(
      server,
      {},
      { onFrame: (way, bytes) => seen.push(`${way} ${Buffer.from(bytes).toString('hex')}`) },
    )
    await expect(given.link.readHolding(1, 3, 1)).rejects.toMatchObject({ key: 'device.exception' })
    expect(seen).toEqual(['sent 000000000006010300030001', 'received 000000000003018302'])
  })

  it('refuses what Modbus cannot ask, without connecting', async () => {
    await using server = await hostileModbus()
    await using given = linkTo(server)
    await expect(given.link.readHolding(1, 0, 126)).rejects.toMatchObject({ key: 'link.request' })
    await expect(given.link.readHolding(256, 0, 1)).rejects.toThrow(
      'A unit id lies between 0 and 255; 256 was asked for.',
    )
    expect(server.accepted).toBe(0)
  })

  it('asks the urgent first', async () => {
    const waiting: (() => void)[] = []
    await using server = await hostileModbus((request, line) => {
      waiting.push(() => line.send(rightAnswer(request)))
    })
    await using given = linkTo(server)
    const { link } = given
    const all = [
      link.readHolding(1, 100, 1),
      link.readHolding(1, 101, 1, { priority: 'scan' }),
      link.readHolding(1, 102, 1),
      link.readHolding(1, 103, 1, { priority: 'check' }),
      link.readHolding(1, 104, 1, { priority: 'person' }),
    ]
    for (let round = 0; round < all.length; round++) {
      await settle()
      waiting[round]?.()
    }
    await Promise.all(all)
    expect(server.requests.map(({ address }) => address)).toEqual([104, 103, 100, 102, 101])
  })
})

describe('time-outs', () => {
  it('waits the full bound for the first answer, then four times what the unit needs, at least 250 ms', async () => {
    await using server = await hostileModbus(staySilent)
    await using given = linkTo(server, { timeoutMs: 800 })
    const { link, clock } = given
    const first = outcome(link.readHolding(1, 40000, 2))
    await clock.advance(799)
    expect(first.settled).toBe(false)
    await clock.advance(1)
    expect(textOf(first)).toBe(
      `${link.target} unit 1 did not answer within 800 ms; it was asked for 2 holding registers from 40000. Is the unit id right, and is the device behind it powered?`,
    )

    server.behave(answerRightly)
    await link.readHolding(1, 0, 1)
    server.behave(staySilent)
    const learned = outcome(link.readHolding(1, 0, 1))
    await clock.advance(250)
    expect(learned.error).toMatchObject({ key: 'link.timeout', args: { waitedMs: 250, unit: 1 } })
    expect(link.stats(1)).toMatchObject({ asked: 3, answered: 1, timeouts: 2, lastError: { key: 'link.timeout' } })
  })

  it('keeps to the time-out a caller states', async () => {
    await using server = await hostileModbus(staySilent)
    await using given = linkTo(server)
    const asked = outcome(given.link.readHolding(1, 0, 1, { timeoutMs: 40 }))
    await given.clock.advance(39)
    expect(asked.settled).toBe(false)
    await given.clock.advance(1)
    expect(keyOf(asked)).toBe('link.timeout')
  })

  it('throws a late answer away and asks the next with another id', async () => {
    const late: (() => void)[] = []
    await using server = await hostileModbus((request, line) => {
      late.push(() => line.send(rightAnswer(request)))
    })
    await using given = linkTo(server)
    const { link, clock } = given
    const first = outcome(link.readHolding(1, 111, 1))
    await clock.advance(1000)
    expect(keyOf(first)).toBe('link.timeout')

    const second = outcome(link.readHolding(1, 222, 1))
    await settle()
    late[0]?.()
    await settle()
    expect(second.settled).toBe(false)
    late[1]?.()
    await settle()
    expect(second.value && [...second.value]).toEqual([valueAt(1, 222)])
    expect(link.stats(1).discarded).toBe(1)
  })

  it('throws a second answer away', async () => {
    await using server = await hostileModbus((request, line) => {
      line.send(Buffer.concat([rightAnswer(request), rightAnswer(request)]))
    })
    await using given = linkTo(server)
    expect([...(await given.link.readHolding(1, 5, 1))]).toEqual([valueAt(1, 5)])
    expect([...(await given.link.readHolding(1, 6, 1))]).toEqual([valueAt(1, 6)])
    await settle()
    expect(given.link.stats(1)).toMatchObject({ answered: 2, discarded: 2 })
  })

  it('waits on when another unit answers, and says which', async () => {
    await using server = await hostileModbus((request, line) => line.send(rightAnswer({ ...request, unit: 9 })))
    await using given = linkTo(server)
    const asked = outcome(given.link.readHolding(1, 0, 1))
    await given.clock.advance(999)
    expect(asked.settled).toBe(false)
    await given.clock.advance(1)
    expect(textOf(asked)).toContain('did not answer within 1000 ms (an answer came from unit 9)')
    expect(given.link.stats(1).discarded).toBe(1)
  })

  it('does not blame the device when this process itself was held up', async () => {
    let answer = () => {}
    await using server = await hostileModbus((request, line) => {
      answer = () => line.send(rightAnswer(request))
    })
    await using given = linkTo(server)
    const { link, clock } = given
    const asked = outcome(link.readHolding(1, 7, 1))
    await settle()
    answer()
    clock.stall(2000)
    await clock.advance(5)
    expect(asked.value && [...asked.value]).toEqual([valueAt(1, 7)])
  })

  it('opens the connection anew when nothing is heard any more', async () => {
    await using server = await hostileModbus()
    await using given = linkTo(server, { timeoutMs: 500 })
    const { link, clock } = given
    await link.readHolding(1, 0, 1)
    server.behave(staySilent)
    const lost = [1, 2, 3, 4].map((address) => outcome(link.readHolding(1, address, 1)))
    await clock.advance(250 + 500)
    expect([lost.map(keyOf), server.accepted]).toEqual([['link.timeout', 'link.timeout', undefined, undefined], 1])
    server.behave(answerRightly)
    await clock.advance(500)
    await settle()
    expect([keyOf(lost[2] ?? {}), lost[3]?.value?.[0], server.accepted]).toEqual(['link.timeout', valueAt(1, 4), 2])
  })

  it('does not take a scan of silent units for a dead line', async () => {
    await using server = await hostileModbus(staySilent)
    await using given = linkTo(server)
    for (let unit = 1; unit <= 20; unit++) {
      const asked = outcome(given.link.readHolding(unit, 0, 1, { priority: 'scan', timeoutMs: 500 }))
      await given.clock.advance(500)
      expect(keyOf(asked)).toBe('link.timeout')
    }
    expect(server.accepted).toBe(1)
  })
})

describe('several units behind one gateway', () => {
  const deadUnit =
    (dead: number): Script =>
    (request, line) => {
      if (request.unit !== dead) line.send(rightAnswer(request))
    }

  it('lets a dead unit cost its neighbours no more than its own time-outs', async () => {
    await using server = await hostileModbus(deadUnit(2))
    await using given = linkTo(server, { timeoutMs: 1000 })
    const { link, clock } = given
    const dead = [0, 1, 2].map((address) => outcome(link.readHolding(2, address, 1)))
    const alive = Array.from({ length: 30 }, (_, address) =>
      outcome(link.readHolding(1 + 2 * (address % 3), address, 1)),
    )
    // Units 1, 3 and 5 have ten questions each; unit 2 takes a turn of 1 s now and then, and nothing more.
    await clock.advance(1000)
    expect(alive.filter(({ settled }) => settled).length).toBe(3)
    await clock.advance(2000)
    await settle(120)
    expect(alive.every(({ value }) => value !== undefined)).toBe(true)
    expect(dead.map(keyOf)).toEqual(['link.timeout', 'link.timeout', 'link.timeout'])
  })

  it('never lets a silent unit fill the wire', async () => {
    await using server = await hostileModbus(deadUnit(2))
    await using given = linkTo(server, { maxInFlight: 4 })
    const { link, clock } = given
    const gone = outcome(link.readHolding(2, 0, 1))
    await clock.advance(1000)
    expect(keyOf(gone)).toBe('link.timeout')

    for (let address = 0; address < 8; address++) void link.readHolding(2, address, 1).catch(() => {})
    const alive = Array.from({ length: 100 }, (_, address) => outcome(link.readHolding(1, address, 1)))
    await settle(300)
    expect(alive.every(({ value }) => value !== undefined)).toBe(true)
    expect(server.requests.filter(({ unit }) => unit === 2).length).toBe(2)
  })

  it('tells the gateway’s exceptions from the unit’s own', async () => {
    await using server = await hostileModbus((request, line) =>
      line.send(exceptionAnswer(request, request.unit === 1 ? 2 : 0x0b)),
    )
    await using given = linkTo(server)
    await expect(given.link.readHolding(1, 0, 1)).rejects.toMatchObject({ key: 'device.exception', args: { code: 2 } })
    await expect(given.link.readHolding(2, 0, 1)).rejects.toMatchObject({
      key: 'device.gateway',
      args: { code: 11, unit: 2 },
    })
    expect(given.link.stats(1)).toMatchObject({ answered: 1, exceptions: 1 })
    expect(given.link.stats(2)).toMatchObject({ answered: 0, exceptions: 1, timeouts: 0 })
    expect(given.link.connected).toBe(true)
  })
})

describe('manners', () => {
  it('rests between an answer and the next request, and after connecting', async () => {
    await using server = await hostileModbus()
    await using given = linkTo(server, { pauseMs: 50, connectDelayMs: 200, maxInFlight: 3 })
    const { link, clock } = given
    void Promise.all([1, 2, 3, 4].map((address) => link.readHolding(1, address, 1)))
    await clock.advance(199)
    expect(server.requests.length).toBe(0)
    await clock.advance(1)
    expect(server.requests.length).toBe(3)
    await clock.advance(49)
    expect(server.requests.length).toBe(3)
    await clock.advance(1)
    expect(server.requests.length).toBe(4)
    expect(link.stats(1).answered).toBe(4)
  })

  it('disconnects between polls where that is wanted, but not within a burst', async () => {
    await using server = await hostileModbus()
    await using given = linkTo(server, { disconnectAfterMs: 0 })
    const { link, clock } = given
    for (let round = 1; round <= 2; round++) {
      for (let address = 0; address < 3; address++) await link.readHolding(1, address, 1)
      expect([link.connected, server.accepted]).toEqual([true, round])
      await clock.advance(0)
      expect([link.connected, server.open]).toEqual([false, 0])
    }
  })

  it('disconnects after a while of disuse where that is wanted', async () => {
    await using server = await hostileModbus()
    await using given = linkTo(server, { disconnectAfterMs: 5000 })
    const { link, clock } = given
    await link.readHolding(1, 0, 1)
    await clock.advance(4000)
    await link.readHolding(1, 0, 1)
    await clock.advance(4999)
    expect(link.connected).toBe(true)
    await clock.advance(1)
    expect([link.connected, clock.pending]).toEqual([false, 0])
  })

  it('leaves a request alone that is given up while it waits, and its turn with the device while it is on the wire', async () => {
    await using server = await hostileModbus(staySilent)
    await using given = linkTo(server)
    const { link, clock } = given
    const stop = new AbortController()
    const onWire = outcome(link.readHolding(1, 1, 1, { signal: stop.signal }))
    const waiting = outcome(link.readHolding(1, 2, 1, { signal: stop.signal }))
    const later = outcome(link.readHolding(1, 3, 1))
    await settle()
    stop.abort(new Error('the page was left'))
    await settle()
    expect([onWire, waiting].map(textOf)).toEqual(['the page was left', 'the page was left'])
    // The device still works on the first one.
    expect(server.requests.map(({ address }) => address)).toEqual([1])
    server.behave(answerRightly)
    await clock.advance(1000)
    expect(server.requests.map(({ address }) => address)).toEqual([1, 3])
    expect(later.settled).toBe(true)
    const before = outcome(link.readHolding(1, 4, 1, { signal: stop.signal }))
    await settle()
    expect(textOf(before)).toBe('the page was left')
  })
})

describe('a line that breaks', () => {
  it('fails what was on the wire, and asks what had waited on a new connection', async () => {
    await using server = await hostileModbus()
    await using given = linkTo(server)
    const { link } = given
    await link.readHolding(1, 0, 1)
    server.behave((_request, line) => {
      server.behave(answerRightly)
      line.reset()
    })
    const lost = outcome(link.readHolding(1, 1, 1))
    const waited = outcome(link.readHolding(1, 2, 1))
    await settle(40)
    expect(keyOf(lost)).toBe('link.closed')
    expect(waited.value && [...waited.value]).toEqual([valueAt(1, 2)])
    expect(server.accepted).toBe(2)
  })

  it('counts an answer that was cut off and never takes it', async () => {
    await using server = await hostileModbus()
    await using given = linkTo(server)
    await given.link.readHolding(1, 0, 1)
    server.behave((request, line) => {
      line.send(rightAnswer(request).subarray(0, 9))
      line.end()
    })
    await expect(given.link.readHolding(1, 1, 1)).rejects.toMatchObject({ key: 'link.closed' })
    expect(given.link.stats(1).discarded).toBe(1)
  })

  it('hangs up when told to, and connects again when asked', async () => {
    await using server = await hostileModbus()
    await using given = linkTo(server)
    const { link } = given
    await link.readHolding(1, 0, 1)
    server.behave(staySilent)
    const lost = outcome(link.readHolding(1, 1, 1))
    await settle()
    link.hangUp()
    server.behave(answerRightly)
    await settle()
    expect(keyOf(lost)).toBe('link.closed')
    expect([...(await link.readHolding(1, 2, 1))]).toEqual([valueAt(1, 2)])
  })

  it('hangs up on what is no Modbus, and shows what it reads', async () => {
    await using server = await hostileModbus((_request, line) => line.send(Buffer.from('HTTP/1.1 400 Bad Request\r\n')))
    await using given = linkTo(server)
    const asked = outcome(given.link.readHolding(1, 0, 1))
    await settle(20)
    expect(asked.error).toMatchObject({ key: 'link.frame', args: { seen: 'HTTP/1.1 400 Bad', why: 'protocol-id' } })
    expect(given.link.connected).toBe(false)
  })

  it('settles everything with the link itself', async () => {
    await using _leaks = watchLeaks()
    await using server = await hostileModbus(staySilent)
    const given = linkTo(server)
    const all = [0, 1, 2].map((address) => outcome(given.link.readHolding(1, address, 1)))
    await settle()
    await given[Symbol.asyncDispose]()
    all.push(outcome(given.link.readHolding(1, 3, 1)))
    await settle()
    expect(all.map(keyOf)).toEqual(new Array(4).fill('link.closed'))
    expect(given.clock.pending).toBe(0)
  })
})

describe('a host that cannot be had', () => {
  it('says that nothing listens there', async () => {
    const server = await hostileModbus()
    await server[Symbol.asyncDispose]()
    await using given = linkTo(server)
    await expect(given.link.readHolding(1, 0, 1)).rejects.toMatchObject({
      key: 'link.refused',
      message: `127.0.0.1 is there, but nothing listens on its port ${server.port}. Is Modbus TCP switched on in its menu, and is this the port?`,
    })
  })

  it('says that it closes at once', async () => {
    await using server = await hostileModbus()
    server.onAccept((socket) => socket.destroy())
    await using given = linkTo(server)
    await expect(given.link.readHolding(1, 0, 1)).rejects.toMatchObject({
      key: 'link.closed-at-once',
      message: `127.0.0.1:${server.port} accepted the connection and closed it without an answer. Many devices serve only one client: is another program connected to it?`,
    })
  })

  it('says that the name is unknown', async () => {
    await using given = linkTo({ host: 'no-such-host.invalid', port: 502 })
    await expect(given.link.readHolding(1, 0, 1)).rejects.toMatchObject({ key: 'link.name-unknown' })
  })

  it('gives up connecting after a while', async () => {
    await using server = await hostileModbus()
    // A port that takes our SYN and never answers cannot be had on loopback; a socket that never connects can.
    const { Socket } = await import('node:net')
    await using given = linkTo(server, { connectTimeoutMs: 700 }, { connect: () => new Socket() })
    const all = [1, 2].map((address) => outcome(given.link.readHolding(1, address, 1)))
    await given.clock.advance(700)
    expect(all.map(keyOf)).toEqual(['link.unreachable', 'link.unreachable'])
    expect(textOf(all[0] ?? {})).toContain('within 700 ms')
  })

  it.each(['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EHOSTDOWN'])('takes %s as unreachable', async (code) => {
    const { Socket } = await import('node:net')
    const connect = () => {
      const socket = new Socket()
      process.nextTick(() => socket.destroy(Object.assign(new Error(code), { code })))
      return socket
    }
    await using given = linkTo({ host: '192.0.2.1', port: 502 }, {}, { connect })
    await expect(given.link.readHolding(1, 0, 1)).rejects.toMatchObject({
      key: 'link.unreachable',
      args: { seen: code },
    })
  })

  it('is not hammered: each failure doubles the wait, and what is asked meanwhile fails with the last error', async () => {
    await using server = await hostileModbus()
    server.onAccept((socket) => socket.destroy())
    await using given = linkTo(server)
    const { link, clock } = given
    const attempts: number[] = []
    for (let second = 0; second < 60; second++) {
      const before = server.accepted
      const asked = outcome(link.readHolding(1, 0, 1))
      await settle()
      expect(keyOf(asked)).toBe('link.closed-at-once')
      if (server.accepted > before) attempts.push(second)
      await clock.advance(1000)
    }
    // Waits of 0.5, 1, 2, 4, 8, 10, 10 … s, asked for once a second.
    expect(attempts).toEqual([0, 1, 2, 4, 8, 16, 26, 36, 46, 56])
    const refused = outcome(link.readHolding(1, 0, 1))
    await settle()
    expect(refused.error).toMatchObject({ key: 'link.closed-at-once', args: { retryInMs: 6000 } })
  })

  it('is tried at once when a person asks, and then serves polls again', async () => {
    await using server = await hostileModbus()
    server.onAccept((socket) => socket.destroy())
    await using given = linkTo(server)
    const { link } = given
    await expect(link.readHolding(1, 0, 1)).rejects.toMatchObject({ key: 'link.closed-at-once' })
    server.onAccept(() => {})
    await expect(link.readHolding(1, 0, 1)).rejects.toMatchObject({ args: { retryInMs: 500 } })
    expect([...(await link.readHolding(1, 1, 1, { priority: 'person' }))]).toEqual([valueAt(1, 1)])
    link.hangUp()
    expect([...(await link.readHolding(1, 2, 1))]).toEqual([valueAt(1, 2)])
  })
})

it('does not take the wrong kind of answer, and never reuses its id', async () => {
  await using server = await hostileModbus((request, line) => {
    line.send(frame(request.id, request.unit, registersPdu(4, [1])))
    setImmediate(() => line.send(rightAnswer(request)))
  })
  await using given = linkTo(server)
  const asked = outcome(given.link.readHolding(1, 0, 1))
  await settle(20)
  expect(keyOf(asked)).toBe('device.wrong-answer')
  expect(given.link.stats(1)).toMatchObject({ asked: 1, answered: 0, discarded: 2 })
})
