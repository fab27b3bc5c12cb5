import type { SiteLibrary } from '@main/commissioning/site/site-library'
import type { SiteJobs } from '@main/jobs/site-jobs'
import type { ProfileLibrary } from '@main/profiles/profile-library'
import type { LinkPool } from '@main/protocols/links/pool'
import type { Clock } from '@shared/clock'
import { SitewrightError } from '@shared/errors'
import type { Logger } from '@shared/log'
import type { NotificationName, NotificationParams } from '@shared/rpc'
import type { SettingsStore } from '@shared/settings'
import type { OpenSite } from './open-site'

export interface AppFacts {
  readonly version: string
  readonly host: 'desktop' | 'browser' | 'cli' | 'test'
  readonly dataDir: string
  readonly startedAt: number
}

/** What the handlers of scope `app` work with; made once by the engine. */
export interface App {
  readonly facts: AppFacts
  readonly clock: Clock
  readonly log: Logger
  readonly settings: SettingsStore
  readonly library: SiteLibrary
  readonly sites: OpenSites
  readonly jobs: SiteJobs
  readonly profiles: ProfileLibrary
  readonly links: LinkPool
  /** To every connection of the application's own wire. */
  broadcast<N extends NotificationName>(name: N, params: NotificationParams<N>): void
}

export interface OpenSites {
  get(siteId: string): OpenSite | undefined
  all(): Iterable<OpenSite>
  open(siteId: string): Promise<OpenSite>
  close(siteId: string): Promise<void>
}

/** The open site, or the sentence that it has to be opened first. */
export function needOpen(app: App, siteId: string): OpenSite {
  const site = app.sites.get(siteId)
  if (site) return site
  app.library.folderOf(siteId)
  throw new SitewrightError('site.not-open', 'Open the site first.', { args: { siteId } })
}
