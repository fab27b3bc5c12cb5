import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import type { ChannelValue } from '@shared/channel'
import { describe, expect, it } from 'vitest'
import { acceptProposals } from '../support/commission'
import { watchLeaks } from '../support/leaks'
import { testEngine } from '../support/test-engine'
import { pymodbus, startPython } from './support/peer-program'
import { openUiPort, scannedSite } from './support/scanned-site'
import { UiClient } from './support/ui-client'

/** What a Janitza UMG 96RM-E is given to say: address, float as its list has it, and the channel in its own unit. */
const JANITZA: readonly (readonly [address: number, given: number, channel?: string, value?: number])[] = [
  [19000, 231.5, 'VoltageL1', 231_500],
  [19002, 230.25, 'VoltageL2', 230_250],
  [19004, 229.75, 'VoltageL3', 229_750],
  [19006, 399.5],
  [19008, 398.25],
  [19010, 400],
  [19012, 6.25, 'CurrentL1', 6_250],
  [19014, 3.5, 'CurrentL2', 3_500],
  [19016, 1.125, 'CurrentL3', 1_125],
  [19018, 0.5],
  [19020, -1440, 'ActivePowerL1', -1_440],
  [19022, 800, 'ActivePowerL2', 800],
  [19024, 250.25, 'ActivePowerL3', 250],
  [19026, -389.75, 'ActivePower', -390],
  [19028, 1447],
  [19030, 806],
  [19032, 258],
  [19034, 2511],
  [19036, 120, 'ReactivePowerL1', 120],
  [19038, -35, 'ReactivePowerL2', -35],
  [19040, 12, 'ReactivePowerL3', 12],
  [19042, 97, 'ReactivePower', 97],
  [19044, -0.99],
  [19046, 0.99],
  [19048, 0.97],
  [19050, 49.984375, 'Frequency', 49_984],
  [19052, 1],
  [19062, 500_000, 'ActiveProductionEnergyL1', 500_000],
  [19064, 400_000, 'ActiveProductionEnergyL2', 400_000],
  [19066, 300_000, 'ActiveProductionEnergyL3', 300_000],
  [19068, 1_200_000, 'ActiveProductionEnergy', 1_200_000],
  [19070, 1_000, 'ActiveConsumptionEnergyL1', 1_000],
  [19072, 2_000, 'ActiveConsumptionEnergyL2', 2_000],
  [19074, 3_000, 'ActiveConsumptionEnergyL3', 3_000],
  [19076, 6_000, 'ActiveConsumptionEnergy', 6_000],
]

/** `unit: null` answers for every unit id; `elsewhere`: what registers answer that nobody has spoken of. */
interface Manners {
  readonly unit: number | null
  readonly elsewhere: 'refused' | 'zero'
}

const meter = (manners: Manners) =>
  startPython('float_map.py', {
    ...manners,
    floats: Object.fromEntries(JANITZA.map(([address, given]) => [address, given])),
  })

/** Of a maker nobody here has heard of. */
const COMMON = { Mn: 'Sonnwerk', Md: 'Dachstrom 12', Opt: 'none', Vr: '3.0.7', SN: 'SW-0042', DA: 5 }

const inverter = (place: Manners & { base: number }) =>
  startPython('sunspec_chain.py', {
    ...place,
    common: COMMON,
    inverter: {
      ...{ A: 1234, AphA: 411, AphB: 412, AphC: 410, A_SF: -2 },
      ...{ PhVphA: 2315, PhVphB: 2309, PhVphC: 2321, V_SF: -1, W: 282, W_SF: 1, Hz: 4998, Hz_SF: -2 },
      ...{ VA: 283, VA_SF: 1, VAr: -31, VAr_SF: 1, WH: 123_456, WH_SF: 2, DCW: 290, DCW_SF: 1, St: 4 },
    },
    nameplate: { DERTyp: 4, WRtg: 12, WRtg_SF: 3, VARtg: 125, VARtg_SF: 2, VArRtgQ1: 60, VArRtg_SF: 2 },
    stringScales: { DCA_SF: -2, DCV_SF: -1, DCW_SF: 1, DCWH_SF: 2 },
    strings: [
      { ID: 1, IDStr: 'East', DCA: 310, DCV: 5200, DCW: 161, DCWH: 60_000, DCSt: 4 },
      { ID: 2, IDStr: 'West', DCA: 250, DCV: 5160, DCW: 129, DCWH: 63_456, DCSt: 4 },
    ],
  })

/** Those points in the units of OpenEMS: value × 10^scale, V and A and Hz in thousandths. */
const INVERTER: Readonly<Record<string, ChannelValue>> = {
  ActivePower: 2_820,
  ReactivePower: -310,
  VoltageL1: 231_500,
  VoltageL2: 230_900,
  VoltageL3: 232_100,
  CurrentL1: 4_110,
  CurrentL2: 4_120,
  CurrentL3: 4_100,
  Frequency: 49_980,
  ActiveProductionEnergy: 12_345_600,
  MaxActivePower: 12_000,
  MaxApparentPower: 12_500,
  MaxReactivePower: 6_000,
}

const at = (id: string, values: Readonly<Record<string, ChannelValue>>): Record<string, ChannelValue> =>
  Object.fromEntries(Object.entries(values).map(([channel, value]) => [`${id}/${channel}`, value]))

describe.skipIf(!pymodbus.present)(`devices on pymodbus${pymodbus.why}`, () => {
  it('a Janitza map and an unknown maker’s SunSpec inverter are found, named, given roles, read and shown to an OpenEMS UI', async () => {
    await using _leaks = watchLeaks()
    await using janitza = await meter({ unit: 1, elsewhere: 'refused' })
    await using sunspec = await inverter({ unit: 126, base: 1000, elsewhere: 'refused' })
    await using running = await testEngine()
    const { client } = running
    const ports = [janitza.port, sunspec.port]
    const { siteId, edgeId, devices } = await scannedSite(running, { name: 'Peers', ports })

    expect(devices.map(({ kind, link, ...device }) => ({ kind, port: link.port, unit: link.unit, ...device }))).toEqual(
      [
        expect.objectContaining({ kind: 'device', port: janitza.port, unit: 1, brand: 'Janitza', model: 'UMG 96RM-E' }),
        expect.objectContaining({
          ...{ kind: 'device', port: sunspec.port, unit: 126 },
          ...{ brand: 'Sonnwerk', model: 'Dachstrom 12', serial: 'SW-0042', firmware: '3.0.7', class: 'inverter' },
        }),
      ],
    )
    expect(devices.every(({ confidence, evidence }) => confidence >= 80 && evidence.length >= 4)).toBe(true)

    const { proposals } = await client.call('proposeRoles', { siteId })
    expect(proposals.map(({ title, id, factoryId, role }) => [title, id, factoryId, role])).toEqual([
      ['Janitza UMG 96RM-E', 'meter0', 'Meter.Janitza.UMG96RME', 'grid'],
      ['Sonnwerk Dachstrom 12', 'pvInverter0', 'Sitewright.SunSpec.PvInverter', 'production'],
    ])
    await acceptProposals(client, edgeId, proposals)

    const ofMeter = Object.fromEntries(
      JANITZA.flatMap(([, , channel, value]) => (channel ? [[channel, value ?? null]] : [])),
    )
    const given = { ...at('meter0', ofMeter), ...at('pvInverter0', INVERTER) }
    const port = await openUiPort(running, edgeId)
    const passwd = spawnSync(
      process.execPath,
      [resolve('out/main/cli.js'), 'edge', 'passwd', 'owner', '--data', running.dataDir],
      { input: 'morning sun\n', encoding: 'utf8' },
    )
    expect([passwd.status, passwd.stderr]).toEqual([0, expect.any(String)])

    await using ui = await UiClient.connect(port)
    expect(await ui.ask('authenticateWithPassword', { password: 'evening sun' })).toMatchObject({
      error: { code: 1003 },
    })
    expect(await ui.ask('authenticateWithPassword', { password: 'morning sun' })).toMatchObject({
      result: { token: expect.any(String), user: { globalRole: 'owner' } },
    })
    expect(await ui.askEdge('getEdgeConfig', {})).toMatchObject({
      components: { meter0: { properties: { type: 'GRID' } }, pvInverter0: {} },
    })
    const sums = {
      '_sum/GridActivePower': -390,
      '_sum/ProductionActivePower': 2_820,
      '_sum/ConsumptionActivePower': 2_430,
    }
    expect(await ui.values([...Object.keys(given), ...Object.keys(sums)])).toEqual({ ...given, ...sums })
  })

  it.each([
    ['1000', 'refuses all other registers', 1000, 'refused'],
    ['1000', 'answers zeros everywhere else', 1000, 'zero'],
    ['39999', 'refuses all other registers', 39_999, 'refused'],
    ['39999', 'answers zeros everywhere else', 39_999, 'zero'],
  ] as const)('a SunSpec chain at %s is found and read where the device %s', async (_name, _how, base, elsewhere) => {
    await using device = await inverter({ unit: 1, base, elsewhere })
    await using running = await testEngine()
    const { siteId, devices } = await scannedSite(running, { name: 'Chain', ports: [device.port] })
    expect(devices).toMatchObject([{ brand: 'Sonnwerk', model: 'Dachstrom 12', components: ['pv'], unsure: [] }])
    const [found] = devices
    const { readings } = await running.client.call('readFound', { siteId, deviceId: found?.id ?? '' })
    const read = Object.fromEntries(readings.map(({ channel, value }) => [channel, value]))
    expect(read).toMatchObject(INVERTER)
  })

  it('a Janitza that answers zeros for every other register, and for every unit id, is still one Janitza', async () => {
    await using device = await meter({ unit: null, elsewhere: 'zero' })
    await using running = await testEngine()
    const { devices } = await scannedSite(running, { name: 'Zeros', ports: [device.port] })
    expect(devices).toMatchObject([{ kind: 'device', link: { unit: 1 }, brand: 'Janitza', model: 'UMG 96RM-E' }])
  })
})
