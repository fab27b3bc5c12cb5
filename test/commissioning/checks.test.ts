import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { NetworkInterfaceInfo } from 'node:os'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkLaptop, type Laptop } from '@main/commissioning/checks/laptop-checks'
import { siteFindings } from '@main/commissioning/checks/site-findings'
import { describe, expect, it } from 'vitest'
import { FakeWire, fakeBridge, fakeMeter } from '../support/fake-meter'
import { foundDevice } from '../support/found-device'
import { testEdge } from '../support/test-edge'

const ipv4 = (address: string, internal = false): NetworkInterfaceInfo => ({
  address,
  internal,
  family: 'IPv4',
  netmask: '255.255.255.0',
  mac: '00:00:00:00:00:00',
  cidr: `${address}/24`,
})

/** A laptop as it should be; a test says what is different. */
const laptop = (different: Partial<Laptop> = {}): Laptop => ({
  adapters: async () => [],
  networkInterfaces: () => ({ lo: [ipv4('127.0.0.1', true)], eth0: [ipv4('192.168.1.20')] }),
  now: () => Date.UTC(2027, 5, 1),
  dataDir: tmpdir(),
  ...different,
})

const verdictOf = async (id: string, different: Partial<Laptop>) => {
  const check = (await checkLaptop(laptop(different))).find((one) => one.id === id)
  return [check?.verdict, check?.detail.key, check?.detail.args ?? {}]
}

describe('this laptop', () => {
  it('is looked at in five ways', async () => {
    const checks = await checkLaptop(laptop())
    expect(checks.map(({ id }) => id)).toEqual(['adapter', 'network', 'ports', 'disk', 'clock'])
    expect(checks.filter(({ id }) => id !== 'disk').map(({ verdict }) => verdict)).toEqual([
      'notrun',
      'passed',
      'passed',
      'passed',
    ])
  })

  it.each([
    ['no cable and no WLAN', { lo: [ipv4('127.0.0.1', true)] }, 'warn', 'laptop.network.none'],
    ['an address it gave itself', { eth0: [ipv4('169.254.3.4')] }, 'warn', 'laptop.network.no-lease'],
    ['two networks', { eth0: [ipv4('10.0.0.2')], wlan0: [ipv4('192.168.1.5')] }, 'passed', 'laptop.network.several'],
    [
      'one real address beside its own',
      { eth0: [ipv4('10.0.0.2'), ipv4('169.254.3.4')] },
      'passed',
      'laptop.network.several',
    ],
  ])('with %s', async (_what, interfaces, verdict, key) => {
    expect(await verdictOf('network', { networkInterfaces: () => interfaces })).toEqual([
      verdict,
      key,
      expect.anything(),
    ])
  })

  it('whose clock stands before this program was written is wrong about the time', async () => {
    expect(await verdictOf('clock', { now: () => new Date(1999, 0, 1, 7, 5).getTime() })).toEqual([
      'failed',
      'laptop.clock.old',
      { shown: '01.01.1999 07:05' },
    ])
  })

  it('names its adapters with their makers', async () => {
    const adapters = async () => [
      { path: 'COM4', maker: 'FTDI', serialNumber: '1' },
      { path: 'COM5', maker: '', serialNumber: '' },
    ]
    expect(await verdictOf('adapter', { adapters })).toEqual([
      'passed',
      'laptop.adapter.found',
      { names: 'FTDI COM4, COM5' },
    ])
  })

  it('names an adapter that this user may not open, or that is gone', async () => {
    const adapters = async () => [{ path: '/dev/ttyNoSuch9', maker: '', serialNumber: '' }]
    expect(await verdictOf('adapter', { adapters })).toEqual([
      'failed',
      'laptop.adapter.no-right',
      { ports: '/dev/ttyNoSuch9' },
    ])
  })

  it('whose data folder cannot be looked at is unsure about its disk, not broken', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sitewright-disk-'))
    writeFileSync(join(folder, 'file'), '')
    expect(await verdictOf('disk', { dataDir: join(folder, 'file', 'deeper') })).toEqual([
      'unsure',
      'laptop.disk.unknown',
      expect.anything(),
    ])
    rmSync(folder, { recursive: true })
  })
})

/** An edge of meters with these types, each showing its number. */
async function edgeOf(meters: readonly (readonly [type: string, power: number])[]) {
  const wire = new FakeWire()
  const components = Object.fromEntries(
    meters.map(([type], index) => [
      `meter${index}`,
      { factoryId: 'Test.Meter', properties: { 'modbus.id': 'modbus0', unit: index, type } },
    ]),
  )
  for (const [index, [, power]] of meters.entries()) wire.power.set(index, power)
  const edge = await testEdge({
    drivers: [fakeBridge(wire), fakeMeter(wire)],
    components: { modbus0: { factoryId: 'Test.Bridge' }, ...components },
  })
  await edge.cycle(2)
  return { wire, edge }
}

describe('findings of a site', () => {
  it.each([
    ['one grid meter is right', [['GRID', 500]], []],
    ['no grid meter is missed', [['PRODUCTION', 500]], ['finding.grid-meter.none']],
    [
      'two grid meters are one too many',
      [
        ['GRID', 500],
        ['GRID', 1],
      ],
      ['finding.grid-meter.several'],
    ],
    [
      'submeters may read as much as is used',
      [
        ['GRID', 500],
        ['CONSUMPTION_METERED', 540],
      ],
      [],
    ],
    [
      'submeters cannot read more than is used',
      [
        ['GRID', 500],
        ['CONSUMPTION_METERED', 700],
      ],
      ['finding.submeters'],
    ],
    [
      'a meter that is not metered on its own does not count',
      [
        ['GRID', 500],
        ['CONSUMPTION_NOT_METERED', 900],
      ],
      [],
    ],
    ['an edge without meters has nothing to be wrong', [], []],
  ] as const)('%s', async (_what, meters, keys) => {
    const { edge } = await edgeOf(meters)
    await using _edge = edge
    expect(siteFindings([], edge.edge).map(({ message }) => message.key)).toEqual(keys)
  })

  it('name the device that does not answer, and forget it once it does', async () => {
    const { edge, wire } = await edgeOf([['GRID', 500]])
    await using _edge = edge
    wire.silent.add(0)
    await edge.cycle()
    expect(siteFindings([], edge.edge)).toMatchObject([
      { id: 'silent meter0', verdict: 'failed', subject: 'meter0', message: { key: 'finding.silent' }, step: 'roles' },
    ])
    wire.silent.clear()
    await edge.cycle(4)
    expect(siteFindings([], edge.edge)).toEqual([])
  })

  it('of found devices need no open site, and leave out what the person ignores', () => {
    const problem = { verdict: 'unsure' as const, message: { key: 'find.one-client' } }
    const devices = [
      foundDevice({ unit: 1, problem }),
      foundDevice({ unit: 2, problem, ignored: true }),
      foundDevice({ unit: null, brand: null, model: null, problem }),
      foundDevice({ unit: 3 }),
    ]
    expect(siteFindings(devices, null).map(({ subject, step }) => [subject, step])).toEqual([
      ['Acme EM3', 'find'],
      ['127.0.0.1:502/', 'find'],
    ])
  })
})
