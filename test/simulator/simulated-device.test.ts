import { NATURES } from '@main/edge/nature'
import { evaluateRule, type RuleAnswer } from '@main/profiles/identify'
import { readProfileLibrary } from '@main/profiles/profile-library'
import { type SimulatedDeviceOptions, simulateDevice } from '@main/simulator/simulated-device'
import type { IdentifyRule, Profile, RegisterRule } from '@shared/profile'
import ModbusClient from 'modbus-serial'
import { describe, expect, it } from 'vitest'
import { watchLeaks } from '../support/leaks'

const profiles = readProfileLibrary('resources', NATURES)

/** A device made up for these tests: every way a register can lie, on a few addresses. */
const made: Profile = {
  id: 'made-up',
  class: 'other',
  products: [{ brand: 'Acme', model: 'M1' }],
  source: { title: 'none', revision: 'none' },
  kind: 'registers',
  connect: {
    port: 502,
    unitId: 9,
    unitIds: [],
    maxGap: 3,
    maxRegisters: 20,
    pauseMs: 0,
    connectDelayMs: 0,
    timeoutMs: 1000,
    maxInFlight: 1,
    disconnectBetweenPolls: false,
  },
  identify: [rule({ at: 50, words: 4, format: 'string', matches: '^ACME-[0-9]+$' }), rule({ at: 60, exception: 2 })],
  components: [],
  fields: [
    field('Voltage', 0, { format: 'uint16', factor: 100 }), // 0.1 V → mV
    field('ActivePower', 1, { words: 2, format: 'int32', factor: 10, wordOrder: 'little' }),
    field('Temperature', 6, { format: 'uint16', factor: 0.1, offset: -40, invalid: [0xffff] }),
    field('ChargePower', 10, { format: 'int16', keep: 'negative', factor: -1 }),
    field('DischargePower', 10, { format: 'int16', keep: 'positive' }),
    field('Door', 12, { format: 'bit', bit: 0 }),
    field('Alarm', 12, { format: 'bit', bit: 9 }),
    field('State', 13, { format: 'uint16', options: { 7: 3, 8: 4 } }),
    field('Limit', 30, { format: 'uint16', access: 'rw', writeFc: 6 }),
    field('Relay', 5, { fc: 1, format: 'bit', access: 'rw', writeFc: 5 }),
  ],
  points: [],
  refused: [{ fc: 3, from: 8, to: 8 }],
  examples: [],
  hints: [],
  documentedOnly: true,
}

function field(channel: string, at: number, part: Partial<Profile['fields'][number]>): Profile['fields'][number] {
  const plain = { fc: 3, words: 1, wordOrder: 'big', byteOrder: 'big', factor: 1, offset: 0, unit: '' } as const
  const known = { invalid: [], poll: 'high', access: 'r', evidence: 'manual', source: 'none' } as const
  return { component: 'device', channel, at, format: 'uint16', ...plain, ...known, ...part }
}

function rule(part: Partial<RegisterRule>): RegisterRule {
  const plain = { fc: 3, at: 0, words: 1, format: 'uint16', weight: 10, required: true } as const
  return { ...plain, wordOrder: 'big', byteOrder: 'big', says: 'made-up', unit: '', factor: 1, ...part }
}

async function clientOf({ host, port, unit }: { host: string; port: number; unit: number }) {
  const client = new ModbusClient()
  await client.connectTCP(host, { port })
  client.setTimeout(2000)
  client.setID(unit)
  return Object.assign(client, {
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => client.close(() => resolve())),
  })
}

describe('a device simulated from its profile', () => {
  const identity = { model: 'ACME-1' }
  const start = (options: Partial<SimulatedDeviceOptions> = {}) =>
    simulateDevice({ profile: made, identity, ...options })

  it('turns channel values into the raw words of its map', async () => {
    await using _ = watchLeaks()
    const values = { Voltage: 231_400, ActivePower: -15_000, Temperature: 21.5, State: 4, Door: 1, Alarm: 1, Relay: 1 }
    await using device = await start({ values })
    await using client = await clientOf(device)

    expect((await client.readHoldingRegisters(0, 3)).data).toEqual([2314, 0xfa24, 0xffff])
    expect((await client.readHoldingRegisters(6, 1)).data).toEqual([615])
    expect((await client.readHoldingRegisters(12, 2)).data).toEqual([0x0201, 8])
    expect((await client.readCoils(5, 1)).data[0]).toBe(true)
  })

  it('changes while it runs, says "no value" where it can, and refuses to where it cannot', async () => {
    await using device = await start()
    device.set('Voltage', 229_900)
    device.set('Temperature', null)
    expect(device.read(3, 0, 1)).toEqual([2299])
    expect(device.read(3, 6, 1)).toEqual([0xffff])
    expect(() => device.set('Voltage', null)).toThrow('no way to say')
    expect(() => device.set('State', 5)).toThrow('cannot say 5')
    expect(() => device.set('Humidity', 1)).toThrow('no channel Humidity')
  })

  it('keeps one register for two channels apart by its sign', async () => {
    await using device = await start()
    device.set('ChargePower', 500)
    device.set('DischargePower', 0)
    expect(device.read(3, 10, 1)).toEqual([0xfe0c])
    device.set('ChargePower', 0)
    device.set('DischargePower', 300)
    expect(device.read(3, 10, 1)).toEqual([300])
  })

  it('answers over gaps its profile may bridge, not over wider ones nor over refused registers', async () => {
    await using device = await start()
    await using client = await clientOf(device)
    expect((await client.readHoldingRegisters(1, 6)).data).toHaveLength(6)
    await expect(client.readHoldingRegisters(6, 5)).rejects.toMatchObject({ modbusCode: 2 })
    await expect(client.readHoldingRegisters(20, 1)).rejects.toMatchObject({ modbusCode: 2 })
  })

  it('takes writes where its profile writes, and shows them', async () => {
    await using device = await start()
    await using client = await clientOf(device)
    await client.writeRegister(30, 16)
    await client.writeCoil(5, true)
    expect(device.read(3, 30, 1)).toEqual([16])
    expect(device.writes.map(({ functionCode, at, values }) => [functionCode, at, ...values])).toEqual([
      [6, 30, 16],
      [5, 5, 1],
    ])
    await expect(client.writeRegister(0, 1)).rejects.toMatchObject({ modbusCode: 2 })
    await expect(client.writeRegisters(30, [1])).rejects.toMatchObject({ modbusCode: 1 })
  })

  it('hangs up and comes back with what it knew', async () => {
    await using _ = watchLeaks()
    await using device = await start({ values: { Voltage: 230_000 } })
    await device.hangUp()
    await expect(clientOf(device)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await device.comeBack()
    await using client = await clientOf(device)
    expect((await client.readHoldingRegisters(0, 1)).data).toEqual([2300])
  })

  it('asks for the identity it cannot make up', async () => {
    await expect(simulateDevice({ profile: made, identity: { model: 'Zebra' } })).rejects.toThrow('made-up')
  })
})

describe('every profile of the library can be simulated', () => {
  it('and there are some', () => {
    expect(profiles.problems).toEqual([])
    expect(profiles.all.length).toBeGreaterThanOrEqual(6)
  })

  it.each(profiles.all.map(({ id }) => id))('%s answers its own proofs of identity', async (id) => {
    const profile = profiles.get(id)
    await using device = await simulateDevice({ profile })
    await using client = await clientOf(device)
    // Of two proofs at the same place that exclude each other, one holds.
    const failed = new Map<string, boolean>()
    for (const rule of profile.identify) {
      const place = 'object' in rule ? `object ${rule.object}` : `FC${rule.fc} ${rule.at}`
      const { matched } = evaluateRule(rule, await ask(client, rule))
      failed.set(place, (failed.get(place) ?? true) && !matched)
    }
    expect([...failed].filter(([, isFailed]) => isFailed)).toEqual([])
    if (profile.kind === 'sunspec') {
      expect((await client.readHoldingRegisters(40_000, 2)).buffer.toString()).toBe('SunS')
    }
  })
})

async function ask(client: ModbusClient, rule: IdentifyRule): Promise<RuleAnswer> {
  if ('object' in rule) {
    const { data } = await client.readDeviceIdentification(4, rule.object)
    return { bytes: Buffer.from(data[rule.object] ?? '', 'latin1') }
  }
  const { fc, at, words } = rule
  try {
    const answer = fc === 3 ? await client.readHoldingRegisters(at, words) : await client.readInputRegisters(at, words)
    return { words: answer.data }
  } catch (error) {
    return { exception: (error as { modbusCode: number }).modbusCode }
  }
}

describe('a SunSpec device simulated from its profile', () => {
  const gen24 = profiles.get('fronius-gen24')

  it('puts sums into the term of the right sign', async () => {
    await using device = await simulateDevice({
      profile: gen24,
      values: { 'ess/DcDischargePower': -1200, ActualPower: 3000 },
    })
    await using client = await clientOf(device)
    // Model 160 stands at 40263 in the float map; tracker k has its DCW at 10 + 20 (k − 1) + 11.
    const power = async (tracker: number) => (await client.readHoldingRegisters(40_263 + 20 * tracker + 1, 1)).data[0]
    expect([await power(1), await power(2), await power(3), await power(4)]).toEqual([3000, 0, 1200, 0])
  })

  it('can be a plain inverter at an unusual base', async () => {
    const sunspec = { base: 1000, models: [1, 103, 120, 121, 122, 123] }
    const identity = { model: 'Primo GEN24 5.0' }
    await using device = await simulateDevice({ profile: gen24, sunspec, identity, values: { 'pv/ActivePower': 4321 } })
    await using client = await clientOf(device)
    expect((await client.readHoldingRegisters(1020, 16)).buffer.toString().replaceAll('\0', '')).toBe('Primo GEN24 5.0')
    // 103 follows the common model of 65 registers; W stands at offset 14.
    expect((await client.readHoldingRegisters(1002 + 67 + 14, 1)).data).toEqual([4321])
    expect(() => device.set('Soc', 50)).toThrow('no channel Soc in this chain')
    expect(() => device.set('ActivePower', 1)).toThrow('ambiguous')
  })
})
