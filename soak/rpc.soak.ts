import { resolve } from 'node:path'
import { EdgeAccess } from '@main/apis/edge-access'
import { singleEdgeRealm } from '@main/apis/ui-websocket/single-edge-realm'
import { startEngine } from '@main/engine'
import { Dispatcher } from '@main/session/dispatcher'
import { memorySettings } from '@main/storage/settings'
import { guardFrames } from '@main/transport/frame-guard'
import { MemoryWire, memoryPair } from '@main/transport/memory'
import { silentLogger } from '@shared/log'
import { createRpcClient } from '@shared/rpc/client'
import { newSiteData } from '@shared/site'
import { temporaryFolder } from '../test/storage/temporary-folder'
import { FakeWire, fakeBridge, fakeMeter } from '../test/support/fake-meter'
import { repeatableRandom } from '../test/support/random'
import { testEdge } from '../test/support/test-edge'
import { hostileFrame } from './hostile-frames'
import { talkHostile } from './hostile-line'
import type { SoakReport } from './report'

/** Frames of somebody hostile, or only careless, at the lines of an administrator: every request gets its one answer. */
export default async function soakRpc(report: SoakReport): Promise<void> {
  const wanted = report.isShort ? 20_000 : 500_000
  const random = repeatableRandom(4)
  await soakEdge(report, wanted * 0.75, random)
  await soakApplication(report, wanted * 0.25, random)
}

/** One edge as on port 8085. */
async function soakEdge(report: SoakReport, wanted: number, random: () => number): Promise<void> {
  const bus = new FakeWire()
  await using given = await testEdge({
    drivers: [fakeBridge(bus), fakeMeter(bus)],
    components: {
      modbus0: { factoryId: 'Test.Bridge' },
      meter0: { factoryId: 'Test.Meter', properties: { 'modbus.id': 'modbus0', unit: 1 } },
    },
  })
  const { edge, clock } = given
  using access = new EdgeAccess(edge, clock)
  const realm = singleEdgeRealm(access, { authenticate: async () => null })
  const dispatcher = new Dispatcher({ realm, clock, log: silentLogger })
  await talkHostile('one edge', report, wanted, {
    open() {
      const [ours, theirs] = memoryPair()
      dispatcher.serve(guardFrames(theirs, clock), { id: 'admin', name: 'Administrator', role: 'admin' })
      return ours
    },
    frame: (id) => hostileFrame(id, '0', random),
    async afterBatch() {
      bus.asked.length = 0
      given.log.length = 0
      await given.cycle(2)
    },
  })
  report.check('one edge: no line is left behind', dispatcher.sessions.size === 0)
}

/** The whole application as its own window reaches it. */
async function soakApplication(report: SoakReport, wanted: number, random: () => number): Promise<void> {
  using folder = temporaryFolder()
  const wire = new MemoryWire()
  await using _engine = await startEngine({
    dataDir: folder.path,
    key: new Uint8Array(32),
    wire,
    settings: memorySettings(),
    resourcesDir: resolve('resources'),
    host: 'test',
    version: '0.0.0',
    log: () => {},
  })
  const client = createRpcClient(wire.connect())
  const aSite = async () => {
    const { sites } = await client.call('listSites', {})
    for (const { id } of sites) await client.call('deleteSite', { siteId: id })
    const { site } = await client.call('createSite', { data: { ...newSiteData, name: 'Thun' } })
    await client.call('openSite', { siteId: site.id })
    return site.id
  }
  let siteId = await aSite()
  await talkHostile('the application', report, wanted, {
    open: () => wire.connect(),
    frame: (id) => hostileFrame(id, siteId, random),
    async afterBatch() {
      siteId = await aSite()
    },
  })
  report.check('the application: it still answers', (await client.call('listSites', {})).sites.length === 1)
}
