import { connect } from 'node:net'
import { TcpLink } from '@main/protocols/modbus/tcp-link'
import { systemClock } from '@shared/clock'
import { identificationText } from '@shared/identification-text'
import { describe, expect, it } from 'vitest'
import { byteProxy, late, mute, torn, whole } from '../support/byte-proxy'
import { watchLeaks } from '../support/leaks'
import { testEngine } from '../support/test-engine'
import { libmodbus, pymodbus, startLibmodbus, startPython } from './support/peer-program'
import { scannedSite } from './support/scanned-site'

const linkTo = ({ port }: { port: number }, maxInFlight = 1) =>
  new TcpLink(
    '127.0.0.1',
    port,
    { timeoutMs: 2000, maxInFlight },
    { connect, clock: systemClock(), random: Math.random },
  )

const text = ({ objects }: { objects: ReadonlyMap<number, Uint8Array> }) =>
  [...objects].map(([id, bytes]) => [id, identificationText(bytes)])

describe.skipIf(!pymodbus.present)(`pymodbus${pymodbus.why}`, () => {
  const SHORT = { 0: 'ACME', 1: 'UMG', 2: '1.0' }
  /** More than one answer can hold. */
  const LONG = {
    0: 'A'.repeat(70),
    1: 'B'.repeat(60),
    2: 'C'.repeat(60),
    3: `https://acme.${'e'.repeat(90)}`,
    4: 'Meter',
    5: 'M5',
  }
  const device = (objects: Readonly<Record<number, string>>) => startPython('identified.py', { objects })

  it('masks a register and writes before it reads', async () => {
    await using server = await device(SHORT)
    await using link = linkTo(server)
    await link.writeRegister(1, 4, 0x12)
    // The example of the specification, §6.16: 0x12 masked with 0xF2 and 0x25 is 0x17.
    await link.maskWriteRegister(1, 4, { and: 0xf2, or: 0x25 })
    expect([...(await link.readHolding(1, 4, 1))]).toEqual([0x17])
    const read = await link.readWriteRegisters(1, { address: 20, count: 4 }, { address: 21, words: [0xbeef, 7] })
    expect([...read]).toEqual([20, 0xbeef, 7, 23])
    await expect(link.maskWriteRegister(1, 5000, { and: 0, or: 1 })).rejects.toMatchObject({ args: { code: 2 } })
    await expect(
      link.readWriteRegisters(1, { address: 199, count: 2 }, { address: 0, words: [1] }),
    ).rejects.toMatchObject({ key: 'device.exception' })
  })

  it('says what it is, by every code, in one answer and in several', async () => {
    await using short = await device(SHORT)
    await using one = linkTo(short)
    expect(text(await one.readDeviceIdentification(1, 1))).toEqual([
      [0, 'ACME'],
      [1, 'UMG'],
      [2, '1.0'],
    ])
    expect(identificationText(await one.readIdentificationObject(1, 1))).toBe('UMG')
    expect(Buffer.from(await one.reportServerId(1)).toString('latin1')).toBe('ACME-UMG-1.0\xff')

    await using long = await device(LONG)
    await using two = linkTo(long, 8)
    for (const [code, most] of [
      [1, 2],
      [2, 6],
    ] as const) {
      const [identification, ...blocks] = await Promise.all([
        two.readDeviceIdentification(1, code),
        ...[0, 50, 100].map((start) => two.readHolding(1, start, 3)),
      ])
      const expected = Object.entries(LONG).filter(([id]) => Number(id) <= most)
      expect(text(identification)).toEqual(expected.map(([id, value]) => [Number(id), value]))
      expect(blocks.map((block) => block[0])).toEqual([0, 50, 100])
    }
    expect(two.stats(1).discarded).toBe(0)
  })

  it('is named by a scan as it names itself', async () => {
    await using server = await device(SHORT)
    await using running = await testEngine()
    const { devices } = await scannedSite(running, { name: 'Own words', ports: [server.port] })
    expect(devices).toMatchObject([{ kind: 'device', brand: 'ACME', model: 'UMG', firmware: '1.0', profile: null }])
  })

  it('is understood over a wire that tears, delays and swallows', async () => {
    await using _leaks = watchLeaks()
    await using server = await device(LONG)
    await using wire = await byteProxy(server.port, torn())
    await using link = linkTo(wire, 4)
    const all = () =>
      Promise.all([
        link.readDeviceIdentification(1, 2).then(text),
        link.reportServerId(1),
        link.maskWriteRegister(1, 4, { and: 0xff00, or: 0x11 }),
        link.readWriteRegisters(1, { address: 20, count: 2 }, { address: 21, words: [9] }).then((words) => [...words]),
      ])
    const right = await all()
    expect([right[0].length, right[3]]).toEqual([6, [20, 9]])
    wire.behave(late(120))
    expect(await all()).toEqual(right)

    wire.behave(mute)
    await expect(link.readDeviceIdentification(1, 1)).rejects.toMatchObject({ key: 'link.timeout' })
    // The answer to a question that was given up comes just before the one to the next.
    wire.behave(late(1500))
    const given = await link.reportServerId(1, { timeoutMs: 1000 }).catch(({ key }) => key)
    wire.behave(whole)
    expect([given, await all()]).toEqual(['link.timeout', right])
  })
})

describe.skipIf(!libmodbus.present)(`libmodbus${libmodbus.why}`, () => {
  it('masks, writes before it reads and tells its server id', async () => {
    await using server = await startLibmodbus()
    await using link = linkTo(server)
    await link.writeRegister(1, 4, 0x12)
    await link.maskWriteRegister(1, 4, { and: 0xf2, or: 0x25 })
    const read = await link.readWriteRegisters(1, { address: 4, count: 3 }, { address: 5, words: [0xbeef] })
    expect([...read]).toEqual([0x17, 0xbeef, 6])
    // Server id 180, running, then its name and version.
    const id = await link.reportServerId(1)
    expect([...id.subarray(0, 2), identificationText(id.subarray(2))]).toEqual([
      180,
      255,
      expect.stringMatching(/^LMB/),
    ])
  })

  it('refuses device identification late, and no read beside it is lost', async () => {
    await using server = await startLibmodbus()
    await using link = linkTo(server, 16)
    for (let round = 0; round < 3; round++) {
      const reads = (from: number) => [0, 1, 2, 3].map((at) => link.readHolding(1, from + at, 2))
      const [refusal, ...blocks] = await Promise.all([
        link.readDeviceIdentification(1, 1).catch(({ args }) => args.code),
        ...reads(10),
        ...reads(20),
      ])
      expect(refusal).toBe(1)
      expect(blocks.map((block) => [...block])).toEqual(
        [10, 11, 12, 13, 20, 21, 22, 23].map((start) => [start, start + 1]),
      )
    }
    expect(link.stats(1)).toMatchObject({ timeouts: 0, discarded: 0 })
  })
})
