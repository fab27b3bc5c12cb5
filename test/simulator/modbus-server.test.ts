import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { BEHAVIOURS, type Behaviour, late } from '@main/simulator/behaviour'
import { ModbusServer, type ModbusServerOptions } from '@main/simulator/modbus-server'
import { chance } from '@main/simulator/plant/sun'
import { RegisterImage } from '@main/simulator/register-image'
import ModbusClient from 'modbus-serial'
import { describe, expect, it } from 'vitest'
import { watchLeaks } from '../support/leaks'
import { ManualClock } from '../support/manual-clock'

/** Holding 100…102, input 0…1, coils 0…9, discrete inputs 0…9; the registers 100 and 101 and all coils can be written. */
function image(first = 0x1111): RegisterImage {
  const unit = new RegisterImage()
  unit.put(3, 100, [first, 0x2222, 0x3333])
  unit.put(4, 0, [0x4366, 0x8000])
  unit.put(1, 0, [1, 0, 1, 1, 0, 0, 0, 0, 1, 0])
  unit.put(2, 0, [0, 1, 0, 0, 0, 0, 0, 0, 0, 1])
  unit.allowWrite(5, 0, 10)
  unit.allowWrite(15, 0, 10)
  unit.allowWrite(6, 100, 2)
  unit.allowWrite(16, 100, 2)
  return unit
}

const start = (options: Partial<ModbusServerOptions> = {}) =>
  ModbusServer.start({ units: new Map([[1, image()]]), ...options })

/** The library's own client: an independent view of what the device says. */
async function clientOf(server: ModbusServer, timeoutMs = 2000) {
  const client = new ModbusClient()
  await client.connectTCP(server.host, { port: server.port })
  client.setTimeout(timeoutMs)
  client.setID(1)
  return Object.assign(client, {
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => client.close(() => resolve())),
  })
}

/** A bare socket that collects what comes. */
async function rawTo(server: ModbusServer) {
  const socket = connect(server.port, server.host)
  await once(socket, 'connect')
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk.toString('hex')
  })
  return {
    socket,
    /** Sends hex and resolves with all hex received once there are so many bytes. */
    async ask(hex: string, bytes: number): Promise<string> {
      socket.write(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
      return this.receives(bytes)
    },
    async receives(bytes: number): Promise<string> {
      while (received.length < 2 * bytes) await once(socket, 'data')
      return received
    },
    get received() {
      return received
    },
    [Symbol.asyncDispose]: () => gone(socket),
  }
}

async function gone(socket: Socket): Promise<void> {
  if (socket.closed) return
  const closed = once(socket, 'close')
  socket.destroy()
  await closed
}

const READ_100 = '0001 0000 0006 01 03 0064 0001'
const SAYS_1111 = '0001000000050103021111'

describe('a simulated device on its own port', () => {
  it('serves coils, inputs and registers to the client of modbus-serial', async () => {
    await using _ = watchLeaks()
    await using server = await start()
    await using client = await clientOf(server)

    expect((await client.readHoldingRegisters(100, 3)).data).toEqual([0x1111, 0x2222, 0x3333])
    expect((await client.readHoldingRegisters(101, 1)).data).toEqual([0x2222])
    expect((await client.readInputRegisters(0, 2)).data).toEqual([0x4366, 0x8000])
    // That client hands out whole bytes; only the coils asked for count.
    expect((await client.readCoils(0, 10)).data.slice(0, 10).map(Number)).toEqual([1, 0, 1, 1, 0, 0, 0, 0, 1, 0])
    expect((await client.readDiscreteInputs(8, 2)).data.slice(0, 2).map(Number)).toEqual([0, 1])
  })

  it('takes writes by functions 5, 6, 15 and 16 and remembers them', async () => {
    const unit = image()
    await using server = await start({ units: new Map([[1, unit]]) })
    await using client = await clientOf(server)

    await client.writeCoil(1, true)
    await client.writeCoils(4, [true, false, true])
    await client.writeRegister(100, 6)
    await client.writeRegisters(100, [7, 8])

    expect(unit.read(1, 0, 10)).toEqual([1, 1, 1, 1, 1, 0, 1, 0, 1, 0])
    expect(unit.read(3, 100, 3)).toEqual([7, 8, 0x3333])
    expect(unit.writes).toEqual([
      { functionCode: 5, at: 1, values: [1] },
      { functionCode: 15, at: 4, values: [1, 0, 1] },
      { functionCode: 6, at: 100, values: [6] },
      { functionCode: 16, at: 100, values: [7, 8] },
    ])
  })

  it.each([
    ['an address it does not have', '03 0067 0001', 0x83, 2],
    ['a range that runs out of its registers', '03 0066 0002', 0x83, 2],
    ['a write where nothing may be written', '06 0066 0001', 0x86, 2],
    ['a function nobody uses here', '17 0064 0001 0064 0001 02 0000', 0x97, 1],
    ['device identification', '2b 0e 01 00', 0xab, 1],
    ['no registers at all', '03 0064 0000', 0x83, 3],
    ['126 registers', '04 0000 007e', 0x84, 3],
    ['200 registers', '03 0064 00c8', 0x83, 3],
    ['2,001 coils', '01 0000 07d1', 0x81, 3],
    ['a coil that is neither on nor off', '05 0000 0001', 0x85, 3],
    ['a byte count that belies the count', '10 0064 0002 02 0007', 0x90, 3],
    ['a request longer than its function', '03 0064 0001 ff', 0x83, 3],
  ])('refuses %s', async (_what, pdu, functionCode, code) => {
    await using server = await start()
    await using raw = await rawTo(server)
    const body = Buffer.from(`01${pdu.replaceAll(' ', '')}`, 'hex')
    const header = Buffer.from([0x12, 0x34, 0, 0, 0, body.length])

    expect(await raw.ask(Buffer.concat([header, body]).toString('hex'), 9)).toBe(
      Buffer.from([0x12, 0x34, 0, 0, 0, 3, 1, functionCode, code]).toString('hex'),
    )
  })

  it('allows fewer registers per read than the protocol where the device does', async () => {
    const unit = new RegisterImage({ maxRegisters: 2 })
    unit.put(3, 0, [1, 2, 3])
    await using server = await start({ units: new Map([[1, unit]]) })
    await using client = await clientOf(server)

    expect((await client.readHoldingRegisters(0, 2)).data).toEqual([1, 2])
    await expect(client.readHoldingRegisters(0, 3)).rejects.toMatchObject({ modbusCode: 3 })
  })

  it('answers every request of a burst under its own transaction id', async () => {
    await using server = await start()
    await using raw = await rawTo(server)
    const burst = Array.from(
      { length: 300 },
      (_, id) => `${(id + 0xff00).toString(16).padStart(4, '0').slice(-4)}0000000601030064 0001`,
    )

    const answers = await raw.ask(burst.join(''), 300 * 11)

    const ids = answers.match(/.{22}/g)?.map((answer) => Number.parseInt(answer.slice(0, 4), 16))
    expect(ids).toEqual(Array.from({ length: 300 }, (_, id) => (id + 0xff00) & 0xffff))
  })

  it('puts a request together that comes byte by byte', async () => {
    await using server = await start()
    await using raw = await rawTo(server)
    raw.socket.setNoDelay(true)
    for (const byte of READ_100.replaceAll(' ', '').match(/../g) ?? []) {
      raw.socket.write(Buffer.from(byte, 'hex'))
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await raw.receives(11)).toBe(SAYS_1111)
  })

  it.each([
    ['another protocol', '0001 4d42 0006 01 03 0064 0001'],
    ['a length no request has', '0001 0000 ffff 01 03 0064 0001'],
  ])('hangs up on %s', async (_what, hex) => {
    await using server = await start()
    await using raw = await rawTo(server)
    raw.socket.write(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
    await once(raw.socket, 'close')
    expect(raw.received).toBe('')
  })

  it('is gone while hung up, comes back on the same port, and leaves nothing open', async () => {
    await using _ = watchLeaks()
    await using server = await start()
    const { port } = server
    await using raw = await rawTo(server)

    const closed = once(raw.socket, 'close')
    await server.hangUp()
    await closed
    await expect(rawTo(server)).rejects.toMatchObject({ code: 'ECONNREFUSED' })

    await server.comeBack()
    expect(server.port).toBe(port)
    await using again = await rawTo(server)
    expect(await again.ask(READ_100, 11)).toBe(SAYS_1111)
  })

  it('survives three thousand requests of noise', async () => {
    await using server = await start()
    await using raw = await rawTo(server)
    for (let step = 0; step < 3000; step++) {
      // A right header, one of the functions, and then anything.
      const length = 2 + Math.floor(chance(1, step) * 20)
      const frame = Buffer.from([0, step & 0xff, 0, 0, 0, length, 1, Math.floor(chance(2, step) * 24)])
      const noise = Array.from({ length: length - 2 }, (_, index) => Math.floor(chance(step, index) ** 3 * 256))
      raw.socket.write(Buffer.concat([frame, Buffer.from(noise)]))
    }
    await until(() => server.asked === 3000 && server.answered === 3000)
    await using again = await rawTo(server)
    expect(await again.ask('0001 0000 0006 01 03 0066 0001', 11)).toBe('0001000000050103023333')
  })

  it('says which port is taken', async () => {
    await using first = await start()
    await expect(start({ port: first.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})

describe('several units behind one port', () => {
  const two = new Map([
    [1, image(0xaaaa)],
    [2, image(0xbbbb)],
  ])

  it('keeps silent for other units by default', async () => {
    await using server = await start({ units: two })
    await using raw = await rawTo(server)
    await raw.ask('0001 0000 0006 07 03 0064 0001  0002 0000 0006 02 03 0064 0001', 11)
    expect(raw.received).toBe('000200000005020302bbbb')
  })

  it('answers as its first unit for every id where the device ignores the id', async () => {
    await using server = await start({ units: two, otherUnits: 'same' })
    await using raw = await rawTo(server)
    expect(await raw.ask('0001 0000 0006 f7 03 0064 0001', 11)).toBe('000100000005f70302aaaa')
  })

  it('as a gateway works its serial line strictly one after the other and reports absent units with 0x0B', async () => {
    const clock = new ManualClock()
    const serial = { turnaroundMs: 20, timeoutMs: 500 }
    await using server = await start({ units: two, otherUnits: 'gateway', serial, clock })
    await using raw = await rawTo(server)
    await using other = await rawTo(server)
    raw.socket.write(
      Buffer.from(
        '00010000000601030064000100020000000609030064000100030000000602030064 0001'.replaceAll(' ', ''),
        'hex',
      ),
    )
    await until(() => server.waiting === 3)
    other.socket.write(Buffer.from('0009 0000 0006 01 03 0064 0001'.replaceAll(' ', ''), 'hex'))
    await until(() => server.waiting === 4)

    await clock.advance(20)
    expect(await raw.receives(11)).toBe('000100000005010302aaaa')
    await clock.advance(499)
    expect(raw.received).toHaveLength(22)
    await clock.advance(1)
    expect(await raw.receives(20)).toMatch(/00020000000309830b$/)
    await clock.advance(20)
    expect(await raw.receives(31)).toMatch(/000300000005020302bbbb$/)
    expect(other.received).toBe('')
    await clock.advance(20)
    expect(await other.receives(11)).toBe('000900000005010302aaaa')
  })
})

describe('a device that misbehaves on request', () => {
  const misbehaving = (behaviour: Behaviour, clock?: ManualClock) => start({ behaviour, ...(clock ? { clock } : {}) })

  it('slow: answers after its time, not before', async () => {
    const clock = new ManualClock()
    await using server = await misbehaving(BEHAVIOURS.slow, clock)
    await using raw = await rawTo(server)
    raw.socket.write(Buffer.from(READ_100.replaceAll(' ', ''), 'hex'))
    await until(() => server.waiting === 1)
    await clock.advance(699)
    expect(raw.received).toBe('')
    await clock.advance(1)
    expect(await raw.receives(11)).toBe(SAYS_1111)
  })

  it('mute after connect: what is asked in the first second is lost', async () => {
    const clock = new ManualClock()
    await using server = await misbehaving(BEHAVIOURS['mute-after-connect'], clock)
    await using raw = await rawTo(server)
    await until(() => server.connections === 1)
    raw.socket.write(Buffer.from('00aa 0000 0006 01 03 0064 0001'.replaceAll(' ', ''), 'hex'))
    await until(() => server.asked === 1)
    await clock.advance(1000)
    expect(await raw.ask(READ_100, 11)).toBe(SAYS_1111)
  })

  it('silent: reads and never answers, until it is good again', async () => {
    await using server = await misbehaving(BEHAVIOURS.silent)
    await using raw = await rawTo(server)
    raw.socket.write(Buffer.from('00aa 0000 0006 01 03 0064 0001'.replaceAll(' ', ''), 'hex'))
    await until(() => server.asked === 1)
    server.behaviour = BEHAVIOURS.good
    expect(await raw.ask(READ_100, 11)).toBe(SAYS_1111)
  })

  it('closes after connect', async () => {
    await using server = await misbehaving(BEHAVIOURS['closes-after-connect'])
    await using raw = await rawTo(server)
    await once(raw.socket, 'close')
    expect(raw.received).toBe('')
  })

  it('one client only: drops the second, and takes the next when the first has gone', async () => {
    await using server = await misbehaving(BEHAVIOURS['one-client-only'])
    const first = await rawTo(server)
    await until(() => server.connections === 1)
    await using second = await rawTo(server)
    await once(second.socket, 'close')
    expect(await first.ask(READ_100, 11)).toBe(SAYS_1111)
    await first[Symbol.asyncDispose]()
    await until(() => server.connections === 0)
    await using third = await rawTo(server)
    expect(await third.ask(READ_100, 11)).toBe(SAYS_1111)
  })

  it.each<[keyof typeof BEHAVIOURS, string]>([
    ['wrong-unit', '0001000000052a03021111'],
    ['pieces', SAYS_1111],
    ['torn', '000100000005'],
    ['duplicate', SAYS_1111 + SAYS_1111],
    ['foreign', `123500000005010302 1111${SAYS_1111}`.replaceAll(' ', '')],
    ['garbage', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n').toString('hex') + SAYS_1111],
    ['oversized', '00010000ffff0103021111'],
    ['other-protocol', '00014d4200050103021111'],
    ['too-short', '000100000003010300'],
  ])('%s: sends %s', async (name, hex) => {
    await using server = await misbehaving(BEHAVIOURS[name])
    await using raw = await rawTo(server)
    expect(await raw.ask(READ_100, hex.length / 2)).toBe(hex)
  })

  it('late: every second answer comes after its question was given up', async () => {
    const clock = new ManualClock()
    await using server = await misbehaving({ tampers: [late(3000)] }, clock)
    await using raw = await rawTo(server)
    await raw.ask(READ_100, 11)
    raw.socket.write(Buffer.from('0002 0000 0006 01 03 0065 0001'.replaceAll(' ', ''), 'hex'))
    await until(() => server.answered === 2)
    expect(await raw.ask('0003 0000 0006 01 03 0064 0001', 22)).toMatch(/0003000000050103021111$/)
    await clock.advance(3000)
    expect(await raw.receives(33)).toMatch(/0002000000050103022222$/)
  })

  it('takes its delayed answers along when it hangs up', async () => {
    await using _ = watchLeaks()
    await using server = await misbehaving({ answerAfterMs: 60_000, tampers: [late(60_000, 1)] })
    await using raw = await rawTo(server)
    raw.socket.write(Buffer.from(READ_100.replaceAll(' ', ''), 'hex'))
    await until(() => server.waiting === 1)
    await server.hangUp()
    expect(server.waiting).toBe(0)
  })
})

/** Lets the sockets work until it is so; the test's own time-out is the limit. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}
