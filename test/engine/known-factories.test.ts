import { resolve } from 'node:path'
import { knownFactories } from '@main/app/known-factories'
import { NATURES } from '@main/edge/nature'
import { readProfileLibrary } from '@main/profiles/profile-library'
import { TcpLinkPool } from '@main/protocols/links/tcp-link-pool'
import { systemClock } from '@shared/clock'
import { newSiteData } from '@shared/site'
import { expect, it } from 'vitest'
import { testEngine } from '../support/test-engine'

it('export and import know every factory a running edge has', async () => {
  await using links = new TcpLinkPool({ clock: systemClock() })
  const known = knownFactories({ links, profiles: readProfileLibrary(resolve('resources'), NATURES) })
  await using test = await testEngine()
  const { site } = await test.client.call('createSite', { data: { ...newSiteData, name: 'Any' } })
  await test.client.call('openSite', { siteId: site.id })
  const running = test.engine.app.sites.get(site.id)?.edge.registry.drivers ?? []
  expect(known.map(({ factoryId }) => factoryId).sort()).toEqual(running.map(({ factoryId }) => factoryId).sort())
})
