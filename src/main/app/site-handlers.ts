import { networkInterfaces } from 'node:os'
import { checkLaptop } from '@main/commissioning/checks/laptop-checks'
import { listSerialAdapters } from '@main/commissioning/checks/serial-adapters'
import { countFindings, siteFindings } from '@main/commissioning/checks/site-findings'
import type { SiteDatabase } from '@main/commissioning/site/site-database'
import { localNetworks } from '@main/discovery/networks'
import { parseTargets } from '@main/discovery/targets'
import type { CallContext } from '@main/session/realm'
import type { appMethods, Handlers } from '@shared/rpc'
import type { App } from './app'
import type { DemoSite } from './demo-site'
import type { StatusWatch } from './status-watch'

type Table = Pick<
  typeof appMethods,
  | 'getAppInfo'
  | 'getSettings'
  | 'updateSettings'
  | 'getLaptopChecks'
  | 'getNetworks'
  | 'getStatus'
  | 'listSites'
  | 'createSite'
  | 'getSite'
  | 'updateSite'
  | 'openSite'
  | 'closeSite'
  | 'deleteSite'
  | 'openDemoSite'
  | 'getFindings'
>

/** The laptop, its settings and its sites. */
export function siteHandlers(app: App, demo: DemoSite, status: StatusWatch): Handlers<Table, CallContext> {
  const openIds = () => new Set([...app.sites.all()].map((site) => site.id))
  const changed = (siteId: string | null) => app.broadcast('sites', { siteId })
  const close = (siteId: string) => (demo.is(siteId) ? demo.close(siteId) : app.sites.close(siteId))
  /** Works on the open database where there is one; a closed site is opened for the moment. */
  const withDatabase = <T>(siteId: string, act: (database: SiteDatabase) => T): T => {
    const open = app.sites.get(siteId)
    if (open) return act(open.database)
    using database = app.library.open(siteId)
    return act(database)
  }

  return {
    getAppInfo: () => ({
      name: 'Sitewright',
      version: app.facts.version,
      host: app.facts.host,
      node: process.versions.node,
      platform: process.platform,
      dataDir: app.facts.dataDir,
      engineStartedAt: app.facts.startedAt,
    }),
    getSettings: () => app.settings.get(),
    async updateSettings(patch) {
      const defined = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
      const settings = await app.settings.update(defined)
      app.broadcast('settings', settings)
      return settings
    },
    async getLaptopChecks() {
      const laptop = {
        adapters: listSerialAdapters,
        networkInterfaces,
        now: () => app.clock.now(),
        dataDir: app.facts.dataDir,
      }
      return { checks: await checkLaptop(laptop), checkedAt: app.clock.now() }
    },
    getNetworks: () => ({ interfaces: [...localNetworks(networkInterfaces())] }),
    getStatus: ({ siteId }) => ({ items: status.of(siteId) }),

    // A running edge knows more than what was found: a device that fell silent counts as well.
    listSites: () => ({
      sites: app.library.summaries(openIds()).map((summary) => {
        const site = app.sites.get(summary.id)
        return site ? { ...summary, ...countFindings(siteFindings(site.database.found(), site.edge)) } : summary
      }),
    }),
    createSite({ data }) {
      const id = app.library.create(data)
      changed(id)
      return { site: withDatabase(id, (database) => database.toSite(false)) }
    },
    getSite: ({ siteId }) => ({ site: withDatabase(siteId, (database) => database.toSite(openIds().has(siteId))) }),
    updateSite({ siteId, data, searches, stepsDone }) {
      if (data?.name !== undefined) app.library.checkName(data.name, siteId)
      // A wrong target is told while it is typed, not when the scan starts.
      for (const search of searches ?? []) parseTargets(search.hosts)
      const site = withDatabase(siteId, (database) => {
        const facts = database.facts()
        const patch = Object.fromEntries(Object.entries(data ?? {}).filter(([, value]) => value !== undefined))
        database.setFacts({
          data: { ...facts.data, ...patch },
          searches: searches ?? facts.searches,
          stepsDone: stepsDone ?? facts.stepsDone,
        })
        return database.toSite(openIds().has(siteId))
      })
      changed(siteId)
      return { site }
    },
    async openSite({ siteId }) {
      if (demo.is(siteId)) await demo.open()
      else await app.sites.open(siteId)
      return { edgeId: siteId }
    },
    async closeSite({ siteId }) {
      await close(siteId)
      return {}
    },
    async deleteSite({ siteId }) {
      await close(siteId)
      app.library.remove(siteId)
      changed(siteId)
      return {}
    },
    async openDemoSite() {
      const siteId = await demo.open()
      return { siteId, edgeId: siteId }
    },
    getFindings({ siteId }) {
      const open = app.sites.get(siteId)
      return {
        findings: siteFindings(
          withDatabase(siteId, (database) => database.found()),
          open?.edge ?? null,
        ),
      }
    },
  }
}
