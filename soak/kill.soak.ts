import { join } from 'node:path'
import { SiteDatabase } from '@main/commissioning/site/site-database'
import { NATURES } from '@main/edge/nature'
import { readProfileLibrary } from '@main/profiles/profile-library'
import { type SimulatedDevice, simulateDevice } from '@main/simulator/simulated-device'
import { SqliteTimeSeries } from '@main/timeseries/sqlite-time-series'
import type { StoredEdgeConfig } from '@shared/edge-config'
import type { RpcClient } from '@shared/rpc/client'
import { newSiteData } from '@shared/site'
import { temporaryFolder } from '../test/storage/temporary-folder'
import { repeatableRandom } from '../test/support/random'
import { supervisedEngine } from '../test/support/supervised-engine'
import type { SoakReport } from './report'

/**
 * The built engine is killed again and again while it writes configuration, facts and history. Afterwards its files are
 * held against what it had said: what was acknowledged is there; what was under way is there whole or not at all; and
 * every process image a client was told of is in the history, but for the running cycle.
 */
export default async function soakKill(report: SoakReport): Promise<void> {
  const kills = report.isShort ? 10 : 100
  const random = repeatableRandom(2)
  using folder = temporaryFolder()
  await using meter = await countingMeter()
  const siteId = await setUp(folder.path, meter)

  const faults: string[] = []
  const seen = { changes: 0, rows: 0 }
  let from: Written = { config: 0, facts: 0, pairs: 0 }
  for (let kill = 1; kill <= kills; kill++) {
    const life = await liveAndDie(folder.path, siteId, from, 300 + random() * 2_000)
    const found = look(join(folder.path, 'sites', siteId), siteId)
    for (const fault of [...compareConfig(life.acknowledged, found), ...compareHistory(life.told, found.rows)]) {
      faults.push(`kill ${kill}: ${fault}`)
    }
    seen.changes += sumOf(life.acknowledged) - sumOf(from)
    seen.rows += life.told.length
    from = { config: found.config, facts: found.facts, pairs: found.pairs }
    if (kill % 10 === 0) report.progress(`${kill} of ${kills} kills`)
  }
  const first = faults[0] ?? 'nothing lost, nothing half'
  report.check(`${kills} kills in the middle of writing`, faults.length === 0, first)
  report.check('there was something to lose', seen.changes > kills && seen.rows > kills, JSON.stringify(seen))
}

/** How often each kind of change was written; every change carries its number in two places. */
interface Written {
  readonly config: number
  readonly facts: number
  readonly pairs: number
}

const sumOf = ({ config, facts, pairs }: Written) => config + facts + pairs

/** A meter whose power grows with every reading, so that each row of the history can be told from all others. */
async function countingMeter(): Promise<SimulatedDevice> {
  const profiles = readProfileLibrary('resources', NATURES)
  const meter = await simulateDevice({ profile: profiles.get('eastron-sdm630') })
  let readings = 0
  meter.image.registers.refresh = () => meter.set('ActivePower', ++readings)
  return meter
}

async function setUp(dataDir: string, meter: SimulatedDevice): Promise<string> {
  await using engine = await supervisedEngine(dataDir)
  const { client } = engine
  const { site } = await client.call('createSite', { data: { ...newSiteData, name: 'Soak', place: '0' } })
  const { edgeId } = await client.call('openSite', { siteId: site.id })
  await create(client, edgeId, 'Bridge.Modbus.Tcp', { id: 'modbus0', ip: meter.host, port: meter.port })
  const type = { type: 'GRID', 'modbus.id': 'modbus0', modbusUnitId: meter.unit }
  await create(client, edgeId, 'Meter.Microcare.SDM630', { id: 'meter0', ...type })
  await create(client, edgeId, 'Bridge.Modbus.Tcp', { id: 'modbus1', alias: '0', ip: '127.0.0.1', port: FIRST_PORT })
  await update(client, edgeId, '_cycle', { cycleTime: 200 })
  await client.call('updateSite', { siteId: site.id, searches: [searchOf(0)] })
  return site.id
}

/** Starts the engine, has it write three kinds of things at once, kills it, and tells what it had said by then. */
async function liveAndDie(dataDir: string, siteId: string, from: Written, livesMs: number) {
  await using engine = await supervisedEngine(dataDir)
  const { client } = engine
  const acknowledged = { ...from }
  const told: number[] = []
  const { edgeId } = await client.call('openSite', { siteId })
  const begun = new Promise<void>((resolve) => {
    client.onEdge(edgeId, 'currentData', (values) => {
      const power = values['meter0/ActivePower']
      if (typeof power === 'number' && power !== told.at(-1)) told.push(power)
      if (told.length > 1) resolve()
    })
  })
  await client.callEdge(edgeId, 'subscribeChannels', { channels: ['meter0/ActivePower'] })
  await begun

  const untilLost = async (kind: keyof Written, write: (number: number) => Promise<unknown>) => {
    try {
      for (;;) {
        await write(acknowledged[kind] + 1)
        acknowledged[kind]++
      }
    } catch {
      // The engine was killed; any other refusal would show as a life without changes.
    }
  }
  const writers = [
    untilLost('config', (number) =>
      update(client, edgeId, 'modbus1', { alias: String(number), port: FIRST_PORT + (number % PORTS) }),
    ),
    untilLost('facts', (number) =>
      client.call('updateSite', { siteId, data: { place: String(number) }, searches: [searchOf(number)] }),
    ),
    // Odd numbers make a component, even ones take it away again.
    untilLost('pairs', (number) =>
      number % 2 === 1
        ? create(client, edgeId, 'Bridge.Modbus.Tcp', {
            id: 'modbus2',
            alias: String(number),
            ip: '127.0.0.1',
            port: 1,
          })
        : client.callEdge(edgeId, 'deleteComponentConfig', { componentId: 'modbus2' }),
    ),
  ]
  await new Promise((done) => setTimeout(done, livesMs))
  engine.kill()
  await Promise.all(writers)
  return { acknowledged, told }
}

const FIRST_PORT = 20_000
const PORTS = 10_000

const searchOf = (number: number) => ({
  id: 'here',
  kind: 'modbus-tcp' as const,
  hosts: '127.0.0.1',
  ports: [FIRST_PORT + (number % PORTS)],
  units: '',
  enabled: true,
})

interface Found extends Written {
  readonly whole: boolean
  /** Every power the history knows, oldest first. */
  readonly rows: readonly number[]
}

/** What stands on disk, read without an engine. */
function look(folder: string, siteId: string): Found {
  using site = SiteDatabase.open(siteId, folder)
  using history = SqliteTimeSeries.open(join(folder, 'history.db'))
  const { components } = site.load()
  const { data, searches } = site.facts()
  const config = Number(components.modbus1?.alias)
  const facts = Number(data.place)
  const [check] = site.database.prepare<{ integrity_check: string }>('PRAGMA integrity_check').all()
  return {
    config,
    facts,
    pairs: pairsOf(components, site),
    whole:
      check?.integrity_check === 'ok' &&
      components.modbus1?.properties.port === FIRST_PORT + (config % PORTS) &&
      searches[0]?.ports[0] === FIRST_PORT + (facts % PORTS),
    rows: rowsOf(history),
  }
}

/** The number of the last change to `modbus2`, from the site's own list of changes, if that fits what stands there. */
function pairsOf(components: StoredEdgeConfig['components'], site: SiteDatabase): number {
  const select = "SELECT count(*) AS count FROM change WHERE component_id = 'modbus2'"
  const count = site.database.prepare<{ count: number }>(select).get()?.count ?? 0
  return Boolean(components.modbus2) === (count % 2 === 1) ? count : Number.NaN
}

function rowsOf(history: SqliteTimeSeries): number[] {
  const rows: number[] = []
  for (let row = history.latest('meter0/ActivePower'); row; row = history.latest('meter0/ActivePower', row.at - 1)) {
    if (row.value !== rows[0]) rows.unshift(row.value)
    if (rows.length > ROWS_OF_A_LIFE) break
  }
  return rows
}

/** More than any life leaves; older ones were looked at before. */
const ROWS_OF_A_LIFE = 200

/** What was acknowledged must be there; of what was under way, all or nothing. */
function compareConfig(acknowledged: Written, found: Found): string[] {
  const faults = found.whole ? [] : ['something is half written']
  for (const kind of ['config', 'facts', 'pairs'] as const) {
    const beyond = found[kind] - acknowledged[kind]
    if (beyond !== 0 && beyond !== 1) faults.push(`${kind}: ${acknowledged[kind]} acknowledged, ${found[kind]} found`)
  }
  return faults
}

/** All that a client was told of is in the history; only the last may still have been under way. */
function compareHistory(told: readonly number[], rows: readonly number[]): string[] {
  const known = new Set(rows)
  return told
    .slice(0, -1)
    .filter((power) => !known.has(power))
    .map((power) => `the row with ${power} is missing`)
}

async function create(client: RpcClient, edgeId: string, factoryPid: string, properties: Record<string, unknown>) {
  await client.callEdge(edgeId, 'createComponentConfig', { factoryPid, properties: listOf(properties) })
}

async function update(client: RpcClient, edgeId: string, componentId: string, properties: Record<string, unknown>) {
  await client.callEdge(edgeId, 'updateComponentConfig', { componentId, properties: listOf(properties) })
}

const listOf = (properties: Record<string, unknown>) =>
  Object.entries(properties).map(([name, value]) => ({ name, value }))
