import { connect } from 'node:net'
import { type ScanWorld, scanJob } from '@main/discovery/scan-job'
import { NATURES } from '@main/edge/nature'
import { readProfileLibrary } from '@main/profiles/profile-library'
import { startDemoPlant } from '@main/simulator/demo-plant'
import { simulateDevice } from '@main/simulator/simulated-device'
import { silentLogger } from '@shared/log'
import { expect, it } from 'vitest'
import { Plant, TestJob } from './plant'

const profiles = readProfileLibrary('resources', NATURES)

it('finds and names the whole demo site, and says of nothing that is not there', async () => {
  await using network = new Plant()
  await using site = await startDemoPlant({ clock: network.clock, profiles, log: silentLogger })
  const job = new TestJob()
  await network.run(scan(network, job, site.hosts.map(({ host, port }) => `${host}:${port}`).join(', ')))

  const rows = [...job.rows.values()].map(({ kind, brand, model, profile, components }) =>
    [kind, brand, model, profile, components.join(' ')].join(' | '),
  )
  expect(rows.sort()).toEqual([
    'device | Eastron | SDM120 | eastron-sdm120 | meter',
    'device | Eastron | SDM630 | eastron-sdm630 | meter',
    'device | Fronius | Symo GEN24 10.0 | fronius-gen24 | ess charger',
    'device | go-e | Charger | go-e-charger | evcs',
    'gateway |  |  |  | ',
  ])
  expect([...job.rows.values()].filter(({ kind, confidence }) => kind === 'device' && confidence < 70)).toEqual([])
})

it.each(profiles.all.map((profile) => [profile.id, profile] as const))(
  'knows a simulated %s as itself',
  async (id, profile) => {
    await using network = new Plant()
    await using device = await simulateDevice({ profile, clock: network.clock })
    const job = new TestJob()
    await network.run(scan(network, job, `${device.host}:${device.port}`))
    expect([...job.rows.values()].map((row) => [row.link.unit, row.profile])).toEqual([[device.unit, id]])
  },
)

function scan(network: Plant, job: TestJob, hosts: string): Promise<void> {
  const world: ScanWorld = {
    pool: network.pool,
    knowledge: { profiles: profiles.all, sunspecModels: profiles.sunspecModels },
    connect,
    clock: network.clock,
    own: () => ({ listeners: [], addresses: new Set() }),
    onFound: (_site, row) => job.found(row),
  }
  return scanJob(world)({ searches: [{ hosts, ports: [502], units: '' }], speed: 'polite' }, job)
}
