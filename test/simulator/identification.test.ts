import { connect } from 'node:net'
import { TcpLink } from '@main/protocols/modbus/tcp-link'
import { ModbusServer } from '@main/simulator/modbus-server'
import { RegisterImage } from '@main/simulator/register-image'
import { systemClock } from '@shared/clock'
import { identificationText } from '@shared/identification-text'
import ModbusClient from 'modbus-serial'
import { expect, it } from 'vitest'
import { watchLeaks } from '../support/leaks'

const SHORT = { 0: 'ACME', 1: 'UMG', 2: '1.0' }
const LONG = { ...SHORT, 3: 'u'.repeat(120), 4: 'n'.repeat(120), 5: 'm'.repeat(244), 130: 'own' }

async function simulated(objects: Readonly<Record<number, string>>) {
  const image = new RegisterImage()
  image.put(3, 0, [7])
  for (const [id, text] of Object.entries(objects)) image.identification.set(Number(id), text)
  const server = await ModbusServer.start({ units: new Map([[1, image]]) })
  const link = new TcpLink(server.host, server.port, {}, { connect, clock: systemClock(), random: Math.random })
  return {
    link,
    server,
    async [Symbol.asyncDispose]() {
      await link[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

const texts = ({ objects }: { objects: ReadonlyMap<number, Uint8Array> }) =>
  Object.fromEntries([...objects].map(([id, bytes]) => [id, identificationText(bytes)]))

it('a simulated device says what it is, in as many answers as that takes', async () => {
  await using _leaks = watchLeaks()
  await using device = await simulated(LONG)
  expect(texts(await device.link.readDeviceIdentification(1, 1))).toEqual(SHORT)
  expect(device.server.asked).toBe(1)
  const { 130: own, ...regular } = LONG
  expect(texts(await device.link.readDeviceIdentification(1, 2))).toEqual(regular)
  // The first five, then one that fills an answer by itself.
  expect(device.server.asked).toBe(1 + 3)
  expect(texts(await device.link.readDeviceIdentification(1, 3))).toEqual(LONG)
  expect(identificationText(await device.link.readIdentificationObject(1, 130))).toBe(own)
  expect((await device.link.readDeviceIdentification(1, 1)).conformity).toBe(0x83)
})

it('another master understands it too', async () => {
  await using device = await simulated(SHORT)
  const client = new ModbusClient()
  await client.connectTCP(device.server.host, { port: device.server.port })
  client.setID(1)
  const { data, conformityLevel } = await client.readDeviceIdentification(1, 0)
  await new Promise<void>((resolve) => client.close(() => resolve()))
  expect([{ ...data }, conformityLevel]).toEqual([SHORT, 0x81])
})

it('refuses what is not there: an object, a category, another type, and the function itself', async () => {
  await using device = await simulated(SHORT)
  const code = async (...pdu: number[]) =>
    device.link.request(1, Uint8Array.from(pdu)).then(
      () => 0,
      ({ args }) => args.code,
    )
  expect([await code(43, 14, 4, 9), await code(43, 14, 5, 0), await code(43, 13, 1, 0), await code(43, 14, 1)]).toEqual(
    [2, 3, 1, 3],
  )
  await using nameless = await simulated({})
  await expect(nameless.link.readDeviceIdentification(1, 1)).rejects.toMatchObject({ args: { code: 1 } })
})
