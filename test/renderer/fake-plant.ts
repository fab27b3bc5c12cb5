import type { ChannelDoc, ChannelValue } from '@shared/channel'
import type { EdgeConfig } from '@shared/edge-config'
import type { Result } from '@shared/rpc'
import type { Site } from '@shared/site'
import { type FakeAnswers, type FakeRpc, siteAnswers } from './fake-rpc'

const METER = 'io.openems.edge.meter.api.ElectricityMeter'
const MODBUS = 'io.openems.edge.bridge.modbus.api.ModbusComponent'
const NATURES: Readonly<Record<string, readonly string[]>> = {
  'Bridge.Modbus.Tcp': ['io.openems.edge.bridge.modbus.api.BridgeModbus'],
  'Meter.Janitza.UMG96RME': [METER, MODBUS],
  'Meter.Eastron.SDM120': [METER, MODBUS],
  'PV-Inverter.Fronius': [METER, 'io.openems.edge.pvinverter.api.ManagedSymmetricPvInverter', MODBUS],
  'Fenecon.Ess': ['io.openems.edge.ess.api.SymmetricEss', MODBUS],
  'Evcs.Goe.Modbus': [METER, 'io.openems.edge.evcs.api.Evcs', MODBUS],
  'Core.Sum': ['io.openems.edge.common.sum.Sum'],
}

type Component = EdgeConfig['components'][string]
const component = (factoryId: string, alias: string, properties: Component['properties']): Component => ({
  factoryId,
  alias,
  properties,
})
const bridge = (ip: string) => component('Bridge.Modbus.Tcp', ip, { ip, port: 502 })
const flat = (number: number) =>
  component('Meter.Eastron.SDM120', `Flat ${number}`, {
    'modbus.id': 'modbus3',
    modbusUnitId: number + 10,
    type: 'CONSUMPTION_METERED',
    invert: false,
  })

/** A house with eight flats: grid meter, PV, battery, heat pump, charger and a meter per flat. */
export function plantConfig(): EdgeConfig {
  const components: Record<string, Component> = {
    _sum: component('Core.Sum', '', {}),
    modbus0: bridge('192.168.1.31'),
    modbus1: bridge('192.168.1.40'),
    modbus2: bridge('192.168.1.61'),
    modbus3: bridge('192.168.1.77'),
    meter0: component('Meter.Janitza.UMG96RME', 'Grid meter', {
      'modbus.id': 'modbus0',
      modbusUnitId: 1,
      type: 'GRID',
      invert: false,
    }),
    pvInverter0: component('PV-Inverter.Fronius', 'GEN24 10.0', { 'modbus.id': 'modbus1', modbusUnitId: 1 }),
    ess0: component('Fenecon.Ess', 'HVS 10.2', { 'modbus.id': 'modbus1', modbusUnitId: 1 }),
    evcs0: component('Evcs.Goe.Modbus', 'Charger', { 'modbus.id': 'modbus2', modbusUnitId: 1 }),
    meter2: component('Meter.Eastron.SDM120', 'Heat pump', {
      'modbus.id': 'modbus3',
      modbusUnitId: 3,
      type: 'CONSUMPTION_METERED',
      invert: false,
    }),
  }
  for (let number = 1; number <= 8; number++) components[`meter${number + 10}`] = flat(number)
  const used = new Set(Object.values(components).map(({ factoryId }) => factoryId))
  return {
    components,
    factories: Object.fromEntries(
      [...used].map((id) => [id, { name: id, description: '', natureIds: [...(NATURES[id] ?? [])] }]),
    ),
  }
}

const FLATS = [310, 120, 440, 80, 270, 150, 190, 60]

/**
 * One cycle of that house shortly after one o'clock; everything adds up: 6.84 kW produced, 1.42 kW to the grid, 1.20 kW
 * into the battery, 4.22 kW used, of which 0.44 kW has no meter. The phases of the grid meter miss its total by 0.02 kW.
 */
export function plantValues(): Record<string, ChannelValue> {
  const values: Record<string, ChannelValue> = {
    '_sum/ProductionActivePower': 6840,
    '_sum/ConsumptionActivePower': 4220,
    '_sum/GridActivePower': -1420,
    '_sum/EssDischargePower': -1200,
    '_sum/GridBuyActiveEnergy': 3_120_400,
    '_sum/GridSellActiveEnergy': 12_804_600,
    'meter0/State': 0,
    'meter0/ModbusCommunicationFailed': 0,
    'meter0/ActivePower': -1420,
    'meter0/ActivePowerL1': -618,
    'meter0/ActivePowerL2': -214,
    'meter0/ActivePowerL3': -608,
    'meter0/VoltageL1': 231_400,
    'meter0/VoltageL2': 229_800,
    'meter0/VoltageL3': 230_600,
    'meter0/CurrentL1': -2660,
    'meter0/CurrentL2': -970,
    'meter0/CurrentL3': -2630,
    'meter0/Frequency': 50_010,
    'meter0/ActiveProductionEnergy': 3_120_400,
    'meter0/ActiveConsumptionEnergy': 12_804_600,
    'pvInverter0/ActivePower': 6840,
    'pvInverter0/MaxActivePower': 10_000,
    'pvInverter0/ActiveProductionEnergy': 31_288_100,
    'pvInverter0/ActiveConsumptionEnergy': 4100,
    'ess0/ActivePower': -1200,
    'ess0/Soc': 63,
    'ess0/Capacity': 10_240,
    'ess0/ActiveChargeEnergy': 4_120_000,
    'ess0/ActiveDischargeEnergy': 3_801_200,
    'meter2/ActivePower': 780,
    'meter2/ActiveProductionEnergy': 2_207_400,
    'meter2/ActiveConsumptionEnergy': 0,
    'evcs0/ActivePower': 1380,
    'evcs0/ActiveProductionEnergy': 918_300,
    'evcs0/ActiveConsumptionEnergy': 0,
  }
  for (const [index, watts] of FLATS.entries()) {
    values[`meter${index + 11}/ActivePower`] = watts
    values[`meter${index + 11}/ActiveProductionEnergy`] = 655_800 + watts * 2000
    values[`meter${index + 11}/ActiveConsumptionEnergy`] = 0
  }
  return values
}

/** A day of that house in means of five minutes, known until `now`; the sums hold in every slot. */
export function plantHistory(
  day: string,
  now: number,
  channels: readonly string[],
): Result<'queryHistoricTimeseriesData'> {
  const [year = 2026, month = 1, date = 1] = day.split('-').map(Number)
  const start = new Date(year, month - 1, date).getTime()
  const slots = Array.from({ length: 288 }, (_, index) => start + index * 300_000)
  const data: Record<string, (number | null)[]> = Object.fromEntries(channels.map((channel) => [channel, []]))
  let [bought, sold] = [3_117_300, 12_794_800]
  for (const [index, at] of slots.entries()) {
    const hour = index / 12
    const cloud = hour > 10.6 && hour < 11.3 ? 0.62 : 1
    const sun = Math.max(0, Math.sin(((hour - 7.4) / 11) * Math.PI))
    const production = hour > 7.4 && hour < 18.4 ? Math.round(7300 * sun ** 0.8 * cloud) : 0
    const noise = Math.sin(index * 2.3) * 170 + Math.sin(index * 0.61) * 140
    const peak = 1900 * Math.exp(-(((hour - 7) / 1.1) ** 2)) + 2700 * Math.exp(-(((hour - 12.5) / 1.6) ** 2))
    const consumption = Math.round(1150 + noise + peak)
    const battery = hour < 6 ? 500 : hour > 9.5 && hour < 16 ? -1200 : 0
    const grid = consumption - production - battery
    bought += Math.max(0, grid) / 12
    sold += Math.max(0, -grid) / 12
    const slot: Record<string, number> = {
      '_sum/ProductionActivePower': production,
      '_sum/ConsumptionActivePower': consumption,
      '_sum/EssDischargePower': battery,
      '_sum/GridActivePower': grid,
      '_sum/GridBuyActiveEnergy': Math.round(bought),
      '_sum/GridSellActiveEnergy': Math.round(sold),
    }
    for (const channel of channels) data[channel]?.push(at > now ? null : (slot[channel] ?? null))
  }
  return { timestamps: slots.map((at) => new Date(at).toISOString()), data }
}

const doc = (id: string, unit: string, more: Partial<ChannelDoc> = {}): ChannelDoc => ({
  id,
  type: 'INTEGER',
  unit,
  accessMode: 'RO',
  category: 'OPENEMS_TYPE',
  persistencePriority: 'HIGH',
  text: '',
  ...more,
})

const UNITS: readonly (readonly [pattern: RegExp, unit: string])[] = [
  [/Power/, 'W'],
  [/Voltage/, 'mV'],
  [/Current/, 'mA'],
  [/Frequency/, 'mHz'],
  [/Energy/, 'Wh_Σ'],
  [/Capacity/, 'Wh'],
  [/Soc/, '%'],
]

/** What listChannels tells of a component: every channel that has a value, one that never had, and its states. */
export function plantChannels(componentId: string): Result<'listChannels'> {
  const values = plantValues()
  const own = Object.keys(values)
    .filter((address) => address.startsWith(`${componentId}/`) && !/State|Failed/.test(address))
    .map((address) => address.slice(componentId.length + 1))
  const known = own.map((id) => {
    const value = values[`${componentId}/${id}`] ?? null
    return { ...doc(id, UNITS.find(([pattern]) => pattern.test(id))?.[1] ?? ''), value, lastValue: value, ageMs: 400 }
  })
  return {
    channels: [
      {
        ...doc('State', '', { category: 'ENUM', options: { Ok: 0, Info: 1, Warning: 2, Fault: 3 } }),
        value: 0,
        lastValue: 0,
        ageMs: 400,
      },
      {
        ...doc('ModbusCommunicationFailed', '', {
          type: 'BOOLEAN',
          category: 'STATE',
          level: 'WARNING',
          text: 'Modbus Communication failed',
        }),
        value: 0,
        lastValue: 0,
        ageMs: 400,
      },
      ...known,
      { ...doc('ReactivePower', 'var'), value: null, lastValue: null, ageMs: null },
    ],
  }
}

export function plantHealth(): Result<'getLinkHealth'> {
  const config = plantConfig()
  const bridges = Object.entries(config.components).filter(([, { factoryId }]) => factoryId === 'Bridge.Modbus.Tcp')
  return {
    bridges: bridges.map(([id, { properties }]) => ({
      id,
      target: `${properties.ip}:${properties.port}`,
      verdict: 'passed',
      connected: true,
      busy: 0.08,
      devices: Object.entries(config.components)
        .filter(([, each]) => each.properties['modbus.id'] === id)
        .map(([componentId, each]) => ({
          componentId,
          unit: Number(each.properties.modbusUnitId),
          verdict: 'passed' as const,
          asked: 4812,
          answered: 4810,
          medianMs: 14,
          failures: 2,
          backOffMs: null,
          error: null,
        })),
    })),
  }
}

/** An engine that runs this house: configuration, values on subscription, history up to now. */
export function plantAnswers(site: Site): FakeAnswers {
  return {
    ...siteAnswers(site),
    getEdgeConfig: () => plantConfig(),
    listChannels: ({ componentId }) => plantChannels(componentId),
    getLinkHealth: () => plantHealth(),
    queryHistoricTimeseriesData: ({ fromDate, channels }) => plantHistory(fromDate, Date.now(), channels),
    listFound: () => ({ devices: [] }),
  }
}

/** One cycle: what is subscribed is sent, changed as the test wants it. */
export function sendCycle(line: FakeRpc, site: Site, changed: Record<string, ChannelValue> = {}): void {
  const channels = (line.callsOf('subscribeChannels').at(-1)?.channels as string[] | undefined) ?? []
  const values = { ...plantValues(), ...changed }
  line.notifyEdge(
    site.id,
    'currentData',
    Object.fromEntries(channels.map((address) => [address, values[address] ?? null])),
  )
}
