import { connect } from 'node:net'
import { TcpLink } from '@main/protocols/modbus/tcp-link'
import { systemClock } from '@shared/clock'
import { describe, expect, it } from 'vitest'
import { watchLeaks } from '../support/leaks'
import { testEngine } from '../support/test-engine'
import { libmodbus, type RunningPeer, startLibmodbus } from './support/peer-program'
import { scannedSite } from './support/scanned-site'

const linkTo = ({ port }: RunningPeer, timeoutMs = 2000) =>
  new TcpLink('127.0.0.1', port, { timeoutMs }, { connect, clock: systemClock(), random: Math.random })

const numbers = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index)

/** A function libmodbus has never heard of, with nothing else in its request. */
const UNKNOWN_FUNCTION = Uint8Array.of(0x41)

describe.skipIf(!libmodbus.present)(`a libmodbus server${libmodbus.why}`, () => {
  it('is read rightly: whole requests, several at once, and what it does not have', async () => {
    await using _leaks = watchLeaks()
    await using server = await startLibmodbus()
    await using link = linkTo(server)
    expect(Array.from(await link.readHolding(1, 0, 125))).toEqual(numbers(0, 125))
    expect(Array.from(await link.readInput(1, 1999, 1))).toEqual([1999])
    const starts = numbers(0, 50).map((index) => index * 37)
    const blocks = await Promise.all(starts.map((start) => link.readHolding(1, start, 10)))
    expect(blocks.map((block) => Array.from(block))).toEqual(starts.map((start) => numbers(start, 10)))
    await link.writeRegisters(1, 1000, [7, 8])
    expect(Array.from(await link.readHolding(1, 999, 4))).toEqual([999, 7, 8, 1002])
    await expect(link.readHolding(1, 1990, 20)).rejects.toMatchObject({ key: 'device.exception', args: { code: 2 } })
  })

  // It sleeps for half a second before it refuses a function, and throws away what came meanwhile (modbus.c,
  // response_exception with to_flush).
  it('refuses an unknown function late: waited for, it is a refusal; given up, its answer spoils no later one', async () => {
    await using server = await startLibmodbus()
    await using link = linkTo(server)
    await expect(link.request(1, UNKNOWN_FUNCTION)).rejects.toMatchObject({
      key: 'device.exception',
      args: { code: 1 },
    })
    await expect(link.request(1, UNKNOWN_FUNCTION, { timeoutMs: 100 })).rejects.toMatchObject({ key: 'link.timeout' })
    for (const start of [5, 500, 1500]) {
      const words = await untilAnswered(() => link.readHolding(1, start, 3))
      expect(Array.from(words)).toEqual(numbers(start, 3))
    }
    expect(link.stats(1)).toMatchObject({ discarded: 1 })
  })

  it('is one nameless host that answers for every unit, and its scan comes to an end', async () => {
    await using _leaks = watchLeaks()
    await using server = await startLibmodbus()
    await using running = await testEngine()
    const { devices } = await scannedSite(running, { name: 'libmodbus', ports: [server.port] })
    expect(devices).toMatchObject([
      { kind: 'answers-every-unit', link: { port: server.port }, brand: null, profile: null },
    ])
  })
})

/** Asks again where the question itself fell into the half second in which libmodbus throws everything away. */
async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (attempt === 3) throw error
    }
  }
}
