import { ModbusServer } from '@main/simulator/modbus-server'
import { SunSpecImage } from '@main/simulator/sunspec-image'
import { modelLayout, POINT_WORDS, SUNSPEC_MODELS } from '@main/simulator/sunspec-layouts'
import ModbusClient from 'modbus-serial'
import { describe, expect, it } from 'vitest'
import { fixture } from '../support/fixtures'

const GEN24_FLOAT = [1, 113, 120, 121, 122, 123, 160, 124]
const GEN24_INT = [1, 103, 120, 121, 122, 123, 160, 124]

describe('a simulated SunSpec device', () => {
  // Fronius GEN24 Modbus TCP & RTU register maps, "float" and "int + SF" (register numbers there count from 1).
  it('puts the points of a GEN24 where its maker documents them', () => {
    const float = new SunSpecImage({ models: GEN24_FLOAT })
    expect(GEN24_FLOAT.map((model) => float.addressOf(model))).toEqual([
      40002, 40069, 40131, 40159, 40191, 40237, 40263, 40353,
    ])
    expect(float.addressOf(123, 'WMaxLimPct')).toBe(40242)
    expect(float.addressOf(123, 'WMaxLim_Ena')).toBe(40246)

    const int = new SunSpecImage({ models: GEN24_INT })
    expect(int.addressOf(123, 'WMaxLimPct')).toBe(40232)
    expect(int.addressOf(160)).toBe(40253)
    expect(['StorCtl_Mod', 'MinRsvPct', 'OutWRte', 'InWRte'].map((point) => int.addressOf(124, point))).toEqual([
      40348, 40350, 40355, 40356,
    ])
  })

  it('writes values with their scale factors and sentinels for what it does not know', () => {
    const image = new SunSpecImage({ models: [1, 103] })
    image.setAll(103, { W: -1234, PhVphA: 230.4, WH: 70_000, St: 4 })
    const words = (point: string, count = 1) => image.registers.read(3, image.addressOf(103, point), count)

    expect(words('W', 2)).toEqual([0xfb2e, 0])
    expect(words('PhVphA')).toEqual([2304])
    expect(words('V_SF')).toEqual([0xffff]) // −1
    expect(words('WH', 2)).toEqual([1, 4464])
    expect(words('St')).toEqual([4])
    expect(words('Hz')).toEqual([0xffff])
    expect(words('VAr')).toEqual([0x8000])
    expect(words('Evt1', 2)).toEqual([0xffff, 0xffff])
  })

  it('says the same in other words when a scale factor changes at run time', () => {
    const image = new SunSpecImage({ models: [1, 103] })
    image.set(103, 'PhVphA', 230.4)
    image.rescale(103, 'V_SF', -2)
    expect(image.registers.read(3, image.addressOf(103, 'PhVphA'), 1)).toEqual([23_040])
    expect(image.registers.read(3, image.addressOf(103, 'V_SF'), 1)).toEqual([0xfffe])
  })

  it('can be walked from an unusual base by a foreign client, and refuses what lies beyond', async () => {
    const image = new SunSpecImage({ base: 1000, models: [1, 101, 160], modules: 2, commonLength: 66 })
    image.setAll(1, { Mn: 'Acme Solar', SN: 'A-17' })
    image.set(160, '2.DCW', 1500)
    await using server = await ModbusServer.start({ units: new Map([[7, image.registers]]) })
    const client = new ModbusClient()
    await client.connectTCP(server.host, { port: server.port })
    client.setID(7)
    const read = async (at: number, count: number) => (await client.readHoldingRegisters(at, count)).data

    expect(await read(1000, 2)).toEqual([0x5375, 0x6e53])
    const chain: number[][] = []
    for (let at = 1002; ; at += 2 + (chain.at(-1)?.[1] ?? 0)) {
      chain.push(await read(at, 2))
      if (chain.at(-1)?.[0] === 0xffff) break
    }
    expect(chain).toEqual([
      [1, 66],
      [101, 50],
      [160, 48],
      [0xffff, 0],
    ])
    expect((await client.readHoldingRegisters(1004, 16)).buffer.toString('latin1')).toBe(`Acme Solar${'\0'.repeat(22)}`)
    expect(await read(image.addressOf(160) + 10 + 20 + 11, 1)).toEqual([1500])
    await expect(read(40_000, 2)).rejects.toMatchObject({ modbusCode: 2 })
    await expect(client.writeRegister(image.addressOf(101, 'W'), 1)).rejects.toMatchObject({ modbusCode: 1 })
    await new Promise<void>((resolve) => client.close(() => resolve()))
  })

  it('takes set-points where the models allow it and nowhere else', () => {
    const { registers } = new SunSpecImage({ models: GEN24_INT })
    expect(registers.exceptionFor(16, 40_232, 3)).toBe(0)
    expect(registers.exceptionFor(6, 40_236, 1)).toBe(0)
    expect(registers.exceptionFor(6, 40_250, 1)).toBe(2)
  })
})

/** Model 201 calls the voltages between phases PPVph…, its siblings PhVph…. */
const alike = (name: string) => name.replace('PPVph', 'PhVph')

interface ModelDefinition {
  readonly group: {
    readonly points: readonly { name: string; type: string; size: number; sf?: string | number }[]
    readonly groups?: readonly ModelDefinition['group'][]
  }
}

const definitions = fixture('sunspec/models/model_1.json')

describe.skipIf(!definitions.present)(
  `the layouts of the simulator, against the published ones${definitions.why}`,
  () => {
    it.each([...SUNSPEC_MODELS])('model %i', (id) => {
      const { group } = fixture(`sunspec/models/model_${id}.json`).json() as ModelDefinition
      const layout = modelLayout(id, { modules: 1, padded: true })
      const listed = (points: ModelDefinition['group']['points'], from: number, prefix = '') => {
        let offset = from
        return points.map(({ name, size, sf }) => {
          const row = [alike(prefix + name), offset, size, sf ?? null]
          offset += size
          return row
        })
      }
      const expected = listed(group.points, 0).slice(2)
      const [module] = group.groups ?? []
      if (module) expected.push(...listed(module.points, 2 + 8, '1.'))

      expect([...layout.points.values()].map((p) => [alike(p.name), p.offset, POINT_WORDS[p.type], p.scale])).toEqual(
        expected,
      )
    })
  },
)
