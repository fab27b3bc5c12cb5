import { once } from 'node:events'
import { type AddressInfo, connect, type Server } from 'node:net'
import { TcpLink } from '@main/protocols/modbus/tcp-link'
import { systemClock } from '@shared/clock'
import { type IServiceVector, ServerTCP } from 'modbus-serial'
import { expect, it } from 'vitest'
import { watchLeaks } from '../support/leaks'

it('our link reads and writes modbus-serial’s own server by every function both know', async () => {
  await using _leaks = watchLeaks()
  const registers = new Map<number, number>([[40_001, 0x1234]])
  const coils = new Map<number, boolean>([[9, true]])
  await using server = await serveModbusSerial({
    getInputRegister: (address: number) => address,
    getHoldingRegister: (address: number) => registers.get(address) ?? 0,
    getCoil: (address: number) => coils.get(address) ?? false,
    getDiscreteInput: (address: number) => address % 3 === 0,
    setRegister: (address: number, value: number) => void registers.set(address, value),
    setCoil: (address: number, value: boolean) => void coils.set(address, value),
  })
  const world = { connect, clock: systemClock(), random: Math.random }
  await using link = new TcpLink('127.0.0.1', server.port, {}, world)

  await link.writeRegister(1, 3, 0xffff)
  await link.writeRegisters(1, 4, [1, 2, 3])
  await link.writeCoil(1, 8, true)
  await link.writeCoils(1, 10, [true, false, true])
  expect(Array.from(await link.readHolding(1, 40_000, 3))).toEqual([0, 0x1234, 0])
  expect(Array.from(await link.readHolding(1, 2, 6))).toEqual([0, 0xffff, 1, 2, 3, 0])
  expect(Array.from(await link.readInput(1, 65_500, 2))).toEqual([65_500, 65_501])
  expect(Array.from(await link.readCoils(1, 7, 7))).toEqual([0, 1, 1, 1, 0, 1, 0])
  expect(Array.from(await link.readDiscreteInputs(1, 6, 4))).toEqual([1, 0, 0, 1])
})

async function serveModbusSerial(vector: IServiceVector): Promise<{ port: number } & AsyncDisposable> {
  // The library takes port 502 for 0 ("not given"); as text, 0 means to the system what it should: any free port.
  const anyPort = '0' as unknown as number
  const server = new ServerTCP(vector, { host: '127.0.0.1', port: anyPort, unitID: 255 })
  await once(server, 'initialized')
  // What modbus-serial does not declare: the server it listens with.
  const { port } = (server as unknown as { _server: Server })._server.address() as AddressInfo
  return { port, [Symbol.asyncDispose]: () => new Promise<void>((done) => server.close(() => done())) }
}
