import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { hashOf } from '@main/apis/modbus-tcp/register-map'
import { defineDriver } from '@main/edge/component/driver'
import { AsymmetricEss, ElectricityMeter, ManagedEvcs, ManagedSymmetricEss, SymmetricEss } from '@main/edge/nature'
import { MbapFramer } from '@main/protocols/modbus/mbap'
import { TcpLink } from '@main/protocols/modbus/tcp-link'
import { type Clock, systemClock } from '@shared/clock'
import { decode, encode } from '@shared/modbus-numbers'
import ModbusRTU from 'modbus-serial'
import { beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type ApiEdge, apiEdge } from '../support/api-edge'
import { watchLeaks } from '../support/leaks'
import { repeatableRandom } from '../support/random'

type Commands = Record<string, unknown>[]

/** A storage, symmetric or not, that notes what it is asked for, cycle by cycle. */
const ess = (asked: Commands) =>
  defineDriver({
    factoryId: 'Test.Ess',
    name: 'Storage',
    description: '',
    config: z.strictObject({ asymmetric: z.boolean().default(false) }),
    natures: ({ asymmetric }) => [ManagedSymmetricEss, ...(asymmetric ? [AsymmetricEss] : []), SymmetricEss],
    start(_config, { channels, cycle }) {
      for (const [id, value] of Object.entries({ Soc: 57, GridMode: 1, ActivePower: -1500, AllowedChargePower: -5000 }))
        channels.set(id, value)
      return cycle.on('EXECUTE_WRITE', () => {
        const entries = ['SetActivePowerEquals', 'SetReactivePowerEquals'].map((id) => [id, channels.takeWrite(id)])
        const wanted = entries.filter(([, value]) => value !== null)
        if (wanted.length > 0) asked.push(Object.fromEntries(wanted))
      })
    },
  })

const station = defineDriver({
  factoryId: 'Test.Evcs',
  name: 'Charging station',
  description: '',
  config: z.strictObject({}),
  natures: () => [ElectricityMeter, ManagedEvcs],
  start(_config, { channels }) {
    for (const [id, value] of Object.entries({ Frequency: 50_000, ActivePowerL3: 3700, VoltageL1: 231_500 }))
      channels.set(id, value)
    return undefined
  },
})

const readWrite = (more = {}) => ({
  factoryId: 'Controller.Api.ModbusTcp.ReadWrite',
  properties: { port: 0, 'component.ids': ['_sum', 'ess0'], ...more },
})
const linkTo = (port: number, clock: Clock = systemClock()) =>
  new TcpLink('127.0.0.1', port, { timeoutMs: 2000 }, { connect, clock, random: Math.random })

let edge: ApiEdge
let link: TcpLink
let asked: Commands
beforeEach(async () => {
  asked = []
  edge = await apiEdge({
    drivers: [ess(asked), station],
    components: {
      ctrlApiModbusTcp0: readWrite(),
      ctrlApiModbusTcp1: {
        factoryId: 'Controller.Api.ModbusTcp.ReadOnly',
        properties: { port: 0, maxConcurrentConnections: 2 },
      },
      ctrlApiModbusTcp2: readWrite({ 'component.ids': ['_sum', 'ess1'] }),
      ctrlApiModbusTcp3: readWrite({ 'component.ids': ['evcs0', '_sum'] }),
      ess0: { factoryId: 'Test.Ess' },
      ess1: { factoryId: 'Test.Ess', properties: { asymmetric: true } },
      evcs0: { factoryId: 'Test.Evcs' },
    },
  })
  await edge.cycle(2)
  asked.length = 0
  link = linkTo(edge.port('ctrlApiModbusTcp0'))
  return async () => {
    await link[Symbol.asyncDispose]()
    await edge[Symbol.asyncDispose]()
  }
})

const words = async (at: number, count: number, from = link) => Array.from(await from.readHolding(1, at, count))
const float = async (at: number, from = link) => decode('float32', await words(at, 2, from))
const text = async (at: number, from = link) => decode('string', await words(at, 16, from))
const refused = (code: number) =>
  expect.objectContaining({ key: 'device.exception', args: expect.objectContaining({ code }) })

describe('the register map', () => {
  it('begins with the hash of OpenEMS and the block of _meta', async () => {
    expect(hashOf('OpenEMS')).toBe(0x6201)
    expect(await words(0, 5)).toEqual([0x6201, 199, 2026, 5, 0])
    expect([await text(5), await text(53)]).toEqual(['Sitewright', '2026.5.0'])
    expect(decode('uint64', await words(101, 4))).toBe(edge.edge.read('_meta/SystemTimeUtc'))
    expect(Array.from(await link.readInput(1, 0, 2))).toEqual([0x6201, 199])
  })

  it('is that of the worked example: _sum at 200, ess0 at 500, its Soc at 602', async () => {
    expect([await text(200), await words(216, 1)]).toEqual(['_sum', [300]])
    expect(await words(220, 3)).toEqual([hashOf('OpenemsComponent'), 80, 0])
    expect(await words(300, 3)).toEqual([hashOf('Sum'), 220, 57])
    expect([await text(500), await words(516, 1)]).toEqual(['ess0', [280]])
    expect(await words(600, 4)).toEqual([hashOf('SymmetricEss'), 100, 57, 1])
    expect(await float(604)).toBe(-1500)
    expect(await words(700, 2)).toEqual([hashOf('ManagedSymmetricEss'), 100])
    expect(await float(702)).toBe(-5000)
    // Two storages with −1,500 W each.
    expect(await float(302 + 1)).toBe(-3000)
    expect(await words(302 + 115, 1)).toEqual([1])
  })

  it('an asymmetric storage shifts its set-points by the length of that nature', async () => {
    await using other = linkTo(edge.port('ctrlApiModbusTcp2'))
    expect(await words(700, 2, other)).toEqual([hashOf('AsymmetricEss'), 100])
    expect(await words(800, 2, other)).toEqual([hashOf('ManagedSymmetricEss'), 100])
    await other.writeRegisters(1, 806, encode('float32', 250))
    await edge.cycle()
    expect(asked).toContainEqual({ SetActivePowerEquals: 250 })
  })

  it('holds a meter and a charging station, in the order they are configured', async () => {
    await using other = linkTo(edge.port('ctrlApiModbusTcp3'))
    expect([await text(200, other), await words(216, 1, other)]).toEqual(['evcs0', [380]])
    expect(await words(300, 2, other)).toEqual([hashOf('ElectricityMeter'), 200])
    expect([await float(302, other), await float(302 + 104, other), await float(302 + 112, other)]).toEqual([
      ...[50_000, 3700, 231_500],
    ])
    expect(await words(500, 2, other)).toEqual([hashOf('ManagedEvcs'), 100])
    expect(await text(580, other)).toBe('_sum')
  })

  it('what is not known is NaN, all ones, or an empty text; never 0', async () => {
    expect(await words(302 + 13, 2)).toEqual([0x7fc0, 0])
    expect(await words(302 + 57, 4)).toEqual([0x7ff8, 0, 0, 0])
    expect(await words(602 + 10, 2)).toEqual([0x7fc0, 0])
    await using other = linkTo(edge.port('ctrlApiModbusTcp3'))
    expect(await words(502, 1, other)).toEqual([0xffff])
    expect(await words(503, 16, other)).toEqual(Array(16).fill(0))
    // Between two records, and up to the end of the last nature.
    expect(await words(240, 2)).toEqual([0xffff, 0xffff])
    expect(await words(700, 100)).toHaveLength(100)
  })

  it('ends where the last component ends; a read within a record gives its part', async () => {
    await expect(link.readHolding(1, 800, 1)).rejects.toEqual(refused(2))
    await expect(link.readHolding(1, 700, 101)).rejects.toEqual(refused(2))
    await expect(link.readHolding(1, 65_535, 1)).rejects.toEqual(refused(2))
    const [, second = 0, third = 0] = await words(603, 3)
    expect(await words(604, 1)).toEqual([second])
    expect(decode('float32', [second, third])).toBe(-1500)
  })

  it('keeps its places when a component is switched off, and ends before one that is gone', async () => {
    const admin = { id: 'admin', name: 'Administrator' }
    await edge.edge.updateComponent('ess0', [{ name: 'enabled', value: false }], admin)
    expect([await text(500), await words(602, 1)]).toEqual(['ess0', [0xffff]])
    await edge.edge.updateComponent(
      'ctrlApiModbusTcp0',
      [{ name: 'component.ids', value: ['_sum', 'ess9', 'ess0'] }],
      admin,
    )
    await edge.cycle(2)
    await using moved = linkTo(edge.port('ctrlApiModbusTcp0'))
    expect(await text(200, moved)).toBe('_sum')
    await expect(moved.readHolding(1, 602, 1)).rejects.toEqual(refused(2))
    expect(edge.edge.read('ctrlApiModbusTcp0/ComponentMissingFault')).toBe(1)
    await edge.edge.createComponent('Test.Ess', [{ name: 'id', value: 'ess9' }], admin)
    await edge.cycle(2)
    expect(await text(500, moved)).toBe('ess9')
    expect(edge.edge.read('ctrlApiModbusTcp0/ComponentMissingFault')).toBe(0)
  })
})

describe('writing', () => {
  it('is setChannelValue with its time-out: in every cycle for 60 s, then no more; the log says who', async () => {
    await link.writeRegisters(1, 706, encode('float32', -2000))
    expect(await float(706)).toBe(-2000)
    await edge.cycle(60)
    expect(asked).toEqual(Array(60).fill({ SetActivePowerEquals: -2000 }))
    asked.length = 0
    await edge.cycle(2)
    expect(asked).toEqual([])
    expect(await words(706, 2)).toEqual([0x7fc0, 0])
    expect(edge.log.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^modbus: 127\.0\.0\.1:\d+ set ess0\/SetActivePowerEquals from null to -2000\.$/),
    )
  })

  it('takes several records at once, all or none, and NaN takes a value back', async () => {
    await link.writeRegisters(1, 706, [...encode('float32', 100), ...encode('float32', 50)])
    await edge.cycle()
    expect(asked.at(-1)).toEqual({ SetActivePowerEquals: 100, SetReactivePowerEquals: 50 })
    const half = [...encode('float32', 1), ...encode('float32', 3e9)]
    await expect(link.writeRegisters(1, 706, half)).rejects.toEqual(refused(3))
    await link.writeRegisters(1, 708, [0x7fc0, 0])
    await edge.cycle()
    expect(asked.at(-1)).toEqual({ SetActivePowerEquals: 100 })
  })

  it('writes a single register where the record is one, and a text', async () => {
    await using other = linkTo(edge.port('ctrlApiModbusTcp3'))
    await other.writeRegister(1, 502, 4200)
    await other.writeRegisters(1, 503, encode('string', 'Hello', { words: 16 }))
    await edge.cycle()
    expect(edge.edge.channel('evcs0/SetChargePowerLimit').takeNextWrite()).toBe(4200)
    expect(edge.edge.channel('evcs0/SetDisplayText').takeNextWrite()).toBe('Hello')
  })

  it.each([
    ['half a float', 706, [0x4000], 2],
    ['a float from its middle', 707, encode('float32', 1), 2],
    ['a channel that can only be read', 604, encode('float32', 1), 2],
    ['the block of _meta', 0, [1], 2],
    ['where nothing is', 720, [1], 2],
    ['infinity', 706, encode('float32', Number.POSITIVE_INFINITY), 3],
  ])('%s is refused, and nothing is set', async (_what, at, values, code) => {
    await expect(link.writeRegisters(1, at, values)).rejects.toEqual(refused(code))
    await edge.cycle()
    expect(asked).toEqual([])
  })

  it('is a function the read-only kind does not have', async () => {
    await using other = linkTo(edge.port('ctrlApiModbusTcp1'))
    expect(await words(0, 1, other)).toEqual([0x6201])
    await expect(other.writeRegister(1, 706, 1)).rejects.toEqual(refused(1))
    await expect(other.writeRegisters(1, 706, [0, 0])).rejects.toEqual(refused(1))
  })
})

describe('clients', () => {
  const line = async (api = 'ctrlApiModbusTcp0') => {
    const socket = connect(edge.port(api), '127.0.0.1')
    await once(socket, 'connect')
    return socket
  }
  const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')
  const ask = async (socket: Socket, hex: string) => {
    socket.write(bytes(hex))
    const [answer] = (await once(socket, 'data')) as [Buffer]
    return answer.toString('hex')
  }

  it.each([
    ['another unit', '0001 0000 0006 02 03 0000 0001', '000100000003', '02830b'],
    ['unit 255', '0001 0000 0006 ff 03 0000 0001', '000100000005', 'ff03026201'],
    ['a function we do not have', '0001 0000 0006 01 01 0000 0001', '000100000003', '018101'],
    ['no register', '0001 0000 0006 01 03 0000 0000', '000100000003', '018303'],
    ['126 registers', '0001 0000 0006 01 03 0000 007e', '000100000003', '018303'],
    ['beyond the last address', '0001 0000 0006 01 03 ffff 0002', '000100000003', '018302'],
    ['a read with too much in it', '0001 0000 0008 01 03 0000 0001 0000', '000100000003', '018303'],
    ['a torn write', '0001 0000 0009 01 10 02c2 0002 04 0000', '000100000003', '019003'],
    ['a write that counts wrongly', '0001 0000 000b 01 10 02c2 0002 06 0000 0000', '000100000003', '019003'],
    ['a bare function code', '0001 0000 0002 01 03', '000100000003', '018303'],
  ])('%s is answered by the book', async (_what, request, header, rest) => {
    const socket = await line()
    expect(await ask(socket, request)).toBe(header + rest)
    socket.destroy()
  })

  it('requests may come byte by byte or all at once', async () => {
    const socket = await line()
    const answers: Buffer[] = []
    socket.on('data', (chunk) => answers.push(chunk))
    for (const byte of bytes('0007 0000 0006 01 03 0000 0002')) {
      socket.write(Uint8Array.of(byte))
      await new Promise((resolve) => setImmediate(resolve))
    }
    socket.write(bytes('0008 0000 0006 01 03 0001 0001 0009 0000 0006 01 03 0000 0001'))
    await expect
      .poll(() => Buffer.concat(answers).toString('hex'))
      .toBe('000700000007010304620100c7000800000005010302' + '00c7' + '0009000000050103026201')
    socket.destroy()
  })

  it.each([
    ['another protocol', '0001 0001 0006 01 03 0000 0001'],
    ['an impossible length', '0001 0000 ffff 01 03 0000 0001'],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n').toString('hex')],
  ])('%s closes the connection, and only that one', async (_what, request) => {
    const socket = await line()
    const closed = once(socket, 'close')
    socket.on('error', () => {})
    socket.write(bytes(request))
    await closed
    expect(await words(0, 1)).toEqual([0x6201])
  })

  it('a client that does not read is not read either; when it does, every answer is there, in order', async () => {
    const count = 20_000
    const socket = await line()
    socket.pause()
    for (let id = 0; id < count; id++) {
      const request = bytes('0000 0000 0006 01 03 0000 007d')
      request.writeUInt16BE(id, 0)
      socket.write(request)
    }
    await edge.clock.advance(1)
    const ids: number[] = []
    const framer = new MbapFramer((id) => ids.push(id))
    socket.on('data', (chunk) => framer.push(chunk))
    socket.resume()
    await expect.poll(() => ids.length).toBe(count)
    expect(ids).toEqual(Array.from({ length: count }, (_, id) => id))
    socket.destroy()
  })

  it('whatever is thrown at it, it answers the next one', async () => {
    const random = repeatableRandom(8)
    for (let round = 0; round < 40; round++) {
      const socket = await line()
      socket.on('error', () => {})
      for (let frame = 0; frame < 20; frame++) {
        const length = 2 + Math.floor(random() * 20)
        const junk = Buffer.from(Array.from({ length: 6 + length }, () => Math.floor(random() * 256)))
        // Mostly rightly framed, so that it gets past the header.
        if (random() < 0.9) junk.set([0, frame, 0, 0, 0, length, 1, [3, 4, 6, 16][frame % 4] ?? 3])
        socket.write(junk)
      }
      await edge.clock.advance(1)
      socket.destroy()
      await edge.clock.advance(1)
    }
    expect(await words(0, 1)).toEqual([0x6201])
    expect(edge.log.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([])
  })

  it('a frame that does not end, or a client that asks nothing, makes room', async () => {
    const unfinished = await line()
    unfinished.write(bytes('0001 0000 0006 01'))
    await edge.clock.advance(1)
    const idle = await line()
    await edge.clock.advance(1)
    const closed = [unfinished, idle].map((socket) => once(socket, 'close'))
    await edge.clock.advance(20_000)
    await closed[0]
    expect(idle.destroyed).toBe(false)
    await edge.clock.advance(300_000)
    await closed[1]
  })

  it('one more than maxConcurrentConnections is closed; when one has gone, the next comes in', async () => {
    const [first, second] = [await line('ctrlApiModbusTcp1'), await line('ctrlApiModbusTcp1')]
    const third = await line('ctrlApiModbusTcp1')
    await once(third, 'close')
    const gone = once(first, 'close')
    first.destroy()
    await gone
    await edge.clock.advance(1)
    const fourth = await line('ctrlApiModbusTcp1')
    expect(await ask(fourth, '0001 0000 0006 01 03 0000 0001')).toBe('0001000000050103026201')
    for (const socket of [second, fourth]) socket.destroy()
  })

  it('modbus-serial’s client reads and writes the same', async () => {
    const client = new ModbusRTU()
    await client.connectTCP('127.0.0.1', { port: edge.port('ctrlApiModbusTcp0') })
    client.setID(1)
    expect((await client.readHoldingRegisters(602, 1)).data).toEqual([57])
    expect((await client.readInputRegisters(604, 2)).buffer.readFloatBE(0)).toBe(-1500)
    await client.writeRegisters(706, encode('float32', 750))
    await edge.cycle()
    expect(asked.at(-1)).toEqual({ SetActivePowerEquals: 750 })
    await expect(client.readHoldingRegisters(60_000, 1)).rejects.toMatchObject({ modbusCode: 2 })
    await new Promise<void>((resolve) => client.close(() => resolve()))
  })
})

it('stops with its component and leaves nothing open, also with clients on the line', async () => {
  await using _leaks = watchLeaks()
  const one = await apiEdge({ components: { ctrlApiModbusTcp0: readWrite({ 'component.ids': ['_sum'] }) } })
  const socket = connect(one.port('ctrlApiModbusTcp0'), '127.0.0.1')
  await once(socket, 'connect')
  const closed = once(socket, 'close')
  await one[Symbol.asyncDispose]()
  await closed
})
