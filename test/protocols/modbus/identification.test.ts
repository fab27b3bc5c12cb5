import { identificationText } from '@shared/identification-text'
import { describe, expect, it } from 'vitest'
import {
  answerRightly,
  exceptionAnswer,
  frame,
  hostileModbus,
  rightAnswer,
  type Script,
  type SeenRequest,
} from '../../support/hostile-modbus'
import { watchLeaks } from '../../support/leaks'
import { settle } from '../../support/manual-clock'
import { linkTo, outcome } from './support'

/** One answer to FC 43/14, written from §6.21 of the specification and not from our codec. */
interface Part {
  readonly objects: readonly (readonly [id: number, text: string])[]
  readonly next?: number
}

/** Answers each request for identification with the part that stands for the object asked for. */
const device =
  (parts: Readonly<Record<number, Part>>, code = 1): Script =>
  (request, line) => {
    const part = parts[request.pdu[3] ?? 0]
    if (request.functionCode !== 43 || part === undefined) return line.send(exceptionAnswer(request, 1))
    const objects = part.objects.flatMap(([id, text]) => [id, text.length, ...Buffer.from(text)])
    const head = [43, 14, code, 0x83, part.next === undefined ? 0 : 0xff, part.next ?? 0, part.objects.length]
    line.send(frame(request.id, request.unit, Uint8Array.of(...head, ...objects)))
  }

describe('what a device says of itself', () => {
  it('is put together from as many answers as it takes', async () => {
    await using server = await hostileModbus(
      device({
        0: { objects: [[0, 'ACME']], next: 1 },
        1: { objects: [[1, 'UMG']], next: 2 },
        2: { objects: [[2, '1.0\0\0']] },
      }),
    )
    await using given = linkTo(server)
    const { conformity, objects } = await given.link.readDeviceIdentification(1, 1)
    expect(conformity).toBe(0x83)
    expect([...objects].map(([id, bytes]) => [id, identificationText(bytes)])).toEqual([
      [0, 'ACME'],
      [1, 'UMG'],
      [2, '1.0'],
    ])
    expect(server.requests.map(({ pdu }) => pdu.toString('hex'))).toEqual(['2b0e0100', '2b0e0101', '2b0e0102'])
  })

  it.each([2, 3] as const)('is asked for by category %i too', async (code) => {
    await using server = await hostileModbus(device({ 0: { objects: [[0x80, 'x']] } }, code))
    await using given = linkTo(server)
    const { objects } = await given.link.readDeviceIdentification(1, code)
    expect([...objects.keys()]).toEqual([0x80])
    expect(server.requests[0]?.pdu.toString('hex')).toBe(`2b0e0${code}00`)
  })

  it('is one object where one is asked for', async () => {
    await using server = await hostileModbus(device({ 135: { objects: [[135, '3']] } }, 4))
    await using given = linkTo(server)
    expect(identificationText(await given.link.readIdentificationObject(1, 135))).toBe('3')
  })

  const broken: readonly [string, Readonly<Record<number, Part>>, string, RegExp][] = [
    ['goes round in circles', { 0: { objects: [[0, 'A']], next: 0 } }, 'device.wrong-answer', /object 0 once more/],
    [
      'comes back to where it was',
      { 0: { objects: [[0, 'A']], next: 1 }, 1: { objects: [[1, 'B']], next: 0 } },
      'device.wrong-answer',
      /object 0 once more/,
    ],
    [
      'begins again instead of going on',
      { 0: { objects: [[0, 'A']], next: 1 }, 1: { objects: [[0, 'A']] } },
      'device.wrong-answer',
      /went on with object 0/,
    ],
    [
      'leaves one out',
      { 0: { objects: [[0, 'A']], next: 1 }, 1: { objects: [[2, 'C']] } },
      'device.wrong-answer',
      /went on with object 2/,
    ],
    [
      'goes on with nothing',
      { 0: { objects: [[0, 'A']], next: 1 }, 1: { objects: [] } },
      'device.wrong-answer',
      /went on with object none/,
    ],
    ['announces more and sends nothing', { 0: { objects: [], next: 1 } }, 'device.wrong-answer', /sent no object/],
    [
      'says something twice',
      {
        0: {
          objects: [
            [0, 'A'],
            [0, 'B'],
          ],
        },
      },
      'device.wrong-answer',
      /sent object 0 twice/,
    ],
    ['refuses the rest', { 0: { objects: [[0, 'A']], next: 1 } }, 'device.exception', /illegal function/],
  ]
  it.each(broken)('is nothing, rather than the half of it, when the device %s', async (_how, parts, key, message) => {
    await using server = await hostileModbus(device(parts))
    await using given = linkTo(server)
    await expect(given.link.readDeviceIdentification(1, 1)).rejects.toMatchObject({
      key,
      message: expect.stringMatching(message),
    })
  })

  it('is nothing when the rest never comes', async () => {
    const first = device({ 0: { objects: [[0, 'A']], next: 1 } })
    await using server = await hostileModbus((request, line) => {
      if (request.pdu[3] === 0) first(request, line)
    })
    await using given = linkTo(server)
    const read = outcome(given.link.readDeviceIdentification(1, 1))
    for (let step = 0; step < 12; step++) await given.clock.advance(100)
    expect(read.error).toMatchObject({ key: 'link.timeout' })
  })
})

it('reports its server id as the row of bytes it is', async () => {
  await using server = await hostileModbus(({ id, unit }, line) =>
    line.send(frame(id, unit, Uint8Array.of(17, 5, 180, 255, 76, 77, 66))),
  )
  await using given = linkTo(server)
  expect(await given.link.reportServerId(1)).toEqual(Uint8Array.of(180, 255, 76, 77, 66))
  expect(server.requests[0]?.pdu.toString('hex')).toBe('11')
})

it('masks a register and writes before it reads, in one request each', async () => {
  await using server = await hostileModbus((request, line) => {
    const { id, unit, pdu } = request
    line.send(frame(id, unit, request.functionCode === 22 ? pdu : Uint8Array.of(23, 4, 0, 7, 0, 8)))
  })
  await using given = linkTo(server)
  await given.link.maskWriteRegister(1, 4, { and: 0xf2, or: 0x25 })
  const read = await given.link.readWriteRegisters(1, { address: 3, count: 2 }, { address: 14, words: [255] })
  expect([...read]).toEqual([7, 8])
  expect(server.requests.map(({ pdu }) => pdu.toString('hex'))).toEqual(['16000400f20025', '1700030002000e00010200ff'])
})

describe('a request that many devices do not have', () => {
  const answerOf = (request: SeenRequest) =>
    request.functionCode === 43 ? exceptionAnswer(request, 1) : rightAnswer(request)

  /** Holds every answer back; `release` sends them. */
  async function holding() {
    const held: (() => void)[] = []
    const server = await hostileModbus((request, line) => void held.push(() => line.send(answerOf(request))))
    const given = linkTo(server, { maxInFlight: 4 })
    const release = async () => {
      for (const send of held.splice(0)) send()
      await settle()
    }
    return {
      ...given,
      server,
      release,
      asked: () => server.requests.map(({ functionCode }) => functionCode),
      async [Symbol.asyncDispose]() {
        await given[Symbol.asyncDispose]()
        await server[Symbol.asyncDispose]()
      },
    }
  }

  it('waits until the wire is empty, and nothing is sent until it has been answered', async () => {
    await using wire = await holding()
    const reads = [0, 1].map((at) => outcome(wire.link.readHolding(1, at, 1)))
    const lone = outcome(wire.link.readDeviceIdentification(1, 1))
    const later = [2, 3].map((at) => outcome(wire.link.readHolding(2, at, 1)))
    await settle()
    const before = wire.asked()
    await wire.release()
    const alone = wire.asked().slice(before.length)
    await wire.release()
    const after = wire.asked().slice(before.length + alone.length)
    await wire.release()
    // Unit 2 has its turn before the second question to unit 1.
    expect(before.every((functionCode) => functionCode === 3)).toBe(true)
    expect([...before, ...alone, ...after].toSorted()).toEqual([3, 3, 3, 3, 43])
    expect([alone, after].filter((burst) => burst.includes(43))).toEqual([[43]])
    expect(lone.error).toMatchObject({ key: 'device.exception', args: { code: 1 } })
    await wire.release()
    expect([...reads, ...later].every(({ value }) => value !== undefined)).toBe(true)
  })

  it('gets a second to be refused in, on a line that has learned to be quick and whoever wants it quicker', async () => {
    await using wire = await holding()
    wire.server.behave(answerRightly)
    for (let at = 0; at < 40; at++) await wire.link.readHolding(1, at, 1)
    wire.server.behave(() => {})
    const lone = outcome(wire.link.reportServerId(1, { timeoutMs: 100 }))
    await settle()
    for (let waited = 0; waited < 990; waited += 90) await wire.clock.advance(90)
    expect(lone.settled).toBe(false)
    for (let waited = 0; waited < 100; waited += 50) await wire.clock.advance(50)
    await settle()
    expect(lone.error).toMatchObject({ key: 'link.timeout' })
  })

  it('settles when it is aborted, hung up or closed while it waits for the wire', async () => {
    await using _leaks = watchLeaks()
    await using wire = await holding()
    const first = outcome(wire.link.readHolding(1, 0, 1))
    const stop = new AbortController()
    const aborted = outcome(wire.link.reportServerId(1, { signal: stop.signal }))
    await settle()
    stop.abort(new Error('enough'))
    await settle()
    const next = outcome(wire.link.readHolding(1, 1, 1))
    await wire.release()
    await wire.release()
    expect([first.value?.length, String(aborted.error), next.value?.length]).toEqual([1, 'Error: enough', 1])
    const busy = outcome(wire.link.readHolding(1, 2, 1))
    const waiting = outcome(wire.link.readDeviceIdentification(1, 1))
    await settle()
    await wire.link[Symbol.asyncDispose]()
    await settle()
    expect([busy.error, waiting.error]).toMatchObject([{ key: 'link.closed' }, { key: 'link.closed' }])
  })
})
