import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { type Clock, systemClock } from '@shared/clock'
import { Disposables } from '@shared/disposables'
import { createLogger, type LogEntry } from '@shared/log'
import { OPENEMS_VERSION } from '@shared/openems'
import type { SettingsStore } from '@shared/settings'
import type { App } from './app/app'
import { appRealm, WINDOW_ACCOUNT } from './app/app-realm'
import { DemoSite } from './app/demo-site'
import { jobHandlers } from './app/job-handlers'
import { OpenSitesFile } from './app/open-sites-file'
import { ownListeners } from './app/own-listeners'
import { scanHandlers } from './app/scan-handlers'
import { siteHandlers } from './app/site-handlers'
import { SitesInWork } from './app/sites'
import { StatusWatch } from './app/status-watch'
import { listSerialAdapters } from './commissioning/checks/serial-adapters'
import { SiteLibrary } from './commissioning/site/site-library'
import { ownAddresses } from './discovery/networks'
import type { OwnListener } from './discovery/own-listeners'
import { SCAN_JOB, scanJob } from './discovery/scan-job'
import { SWEEP_JOB, sweepJob } from './discovery/sweep-job'
import { NATURES } from './edge/nature'
import { SiteJobs } from './jobs/site-jobs'
import { readProfileLibrary } from './profiles/profile-library'
import { TcpLinkPool } from './protocols/links/tcp-link-pool'
import { Dispatcher } from './session/dispatcher'
import type { Wire } from './transport/connection'

export interface EngineOptions {
  readonly dataDir: string
  /** 32 bytes that seal what is secret; kept by whoever starts the engine. */
  readonly key: Uint8Array
  /** Where the application's own connections arrive. */
  readonly wire: Wire
  readonly settings: SettingsStore
  /** Profiles, locales and the like, as they stand in the repository or the package. */
  readonly resourcesDir: string
  readonly host: 'desktop' | 'browser' | 'cli' | 'test'
  readonly version: string
  /** True after a crash: the sites that were open are opened again and their jobs go on. */
  readonly recovering?: boolean
  readonly clock?: Clock
  readonly log: (entry: LogEntry) => void
}

export interface Engine extends AsyncDisposable {
  readonly app: App
  /** Where its edges listen right now: a taken port was replaced by the next free one. */
  listeners(): readonly OwnListener[]
}

/**
 * The composition root: makes every part once, hands each what it needs, and takes all of it down again in reverse. The
 * same engine runs behind a window, a browser, a command or a test.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const clock = options.clock ?? systemClock()
  const log = createLogger('', options.log, () => clock.now())
  const opened = new Disposables()
  try {
    const profiles = readProfileLibrary(options.resourcesDir, NATURES)
    for (const { file, error } of profiles.problems) log.error(`The profile ${file} is left out: ${error.message}`)
    const links = opened.use(new TcpLinkPool({ clock }))
    const library = new SiteLibrary(options.dataDir, () => clock.now())
    const jobs = opened.use(new SiteJobs(clock, { log: log.child('jobs') }))
    const openFile = new OpenSitesFile(options.dataDir)

    const sites: SitesInWork = new SitesInWork({
      around: { clock, log, library, links, profiles, jobs, edgeVersion: OPENEMS_VERSION },
      onOpened: (site) => [
        status.watch(site),
        site.found.onChange((devices) => app.broadcast('found', { siteId: site.id, devices: [...devices] })),
      ],
      onChange: (siteId) => {
        try {
          openFile.write([...sites.all()].map((site) => site.id))
        } catch (error) {
          // It serves only after a crash: a full disk must not keep a site from opening or closing.
          log.warn(`Which sites are open could not be noted: ${error}`)
        }
        app.broadcast('sites', { siteId })
      },
    })
    const facts = { version: options.version, host: options.host, dataDir: options.dataDir, startedAt: clock.now() }
    const app: App = {
      facts,
      clock,
      log,
      settings: options.settings,
      library,
      sites,
      jobs,
      profiles,
      links,
      broadcast(name, params) {
        for (const session of dispatcher.sessions)
          if (session.account) session.notify(name, params as Record<string, unknown>)
      },
    }
    const demo = new DemoSite(app)
    const status = new StatusWatch(app, listSerialAdapters)

    const world = {
      pool: links,
      knowledge: { profiles: profiles.all, sunspecModels: profiles.sunspecModels },
      connect,
      clock,
      own: () => ({ listeners: ownListeners(sites), addresses: ownAddresses(networkInterfaces()) }),
      onFound: (siteId: string, row: Parameters<Parameters<typeof scanJob>[0]['onFound']>[1]) =>
        void sites.get(siteId)?.found.report(row),
    }
    jobs.define(SCAN_JOB, scanJob(world))
    jobs.define(SWEEP_JOB, sweepJob(world))
    opened.use(
      jobs.onChange((changed, removed) => app.broadcast('jobs', { jobs: [...changed], removed: [...removed] })),
    )

    const handlers = { ...siteHandlers(app, demo, status), ...scanHandlers(app), ...jobHandlers(app) }
    const dispatcher = new Dispatcher({ realm: appRealm(sites, handlers), clock, log })
    opened.use(demo)
    opened.use(sites)
    opened.use(status)
    status.start()
    opened.use(options.wire.onConnection((connection, role) => dispatcher.serve(connection, role && WINDOW_ACCOUNT)))

    if (options.recovering) {
      for (const siteId of openFile.read()) {
        // The demo site needs its devices before its edge.
        await (demo.is(siteId) ? demo.open() : sites.open(siteId)).catch((error: unknown) =>
          log.error(`${siteId} was not opened again: ${error}`),
        )
      }
      jobs.resumeWaiting()
    }
    return { app, listeners: () => ownListeners(sites), [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() }
  } catch (error) {
    await opened[Symbol.asyncDispose]()
    throw error
  }
}

export { openToolbox, type Toolbox } from './app/toolbox'
