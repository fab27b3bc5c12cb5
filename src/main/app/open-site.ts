import { statfsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { apiDrivers } from '@main/apis'
import { EdgeAccess } from '@main/apis/edge-access'
import { FoundDevices } from '@main/commissioning/site/found-devices'
import type { SiteDatabase } from '@main/commissioning/site/site-database'
import type { SiteLibrary } from '@main/commissioning/site/site-library'
import { allDrivers } from '@main/drivers'
import { Edge } from '@main/edge/edge'
import type { SiteJobs } from '@main/jobs/site-jobs'
import { SqliteJobStore } from '@main/jobs/sqlite-job-store'
import type { ProfileLibrary } from '@main/profiles/profile-library'
import type { LinkPool } from '@main/protocols/links/pool'
import { lockFolder } from '@main/storage/lock'
import { SqliteTimeSeries } from '@main/timeseries/sqlite-time-series'
import type { Clock } from '@shared/clock'
import { Disposables } from '@shared/disposables'
import { SitewrightError } from '@shared/errors'
import type { Logger } from '@shared/log'
import { siteUsers } from './site-users'

/** Below this much free space the edge says so on `_host/DiskIsFull`. */
const DISK_FULL_BYTES = 100 * 1024 * 1024

export interface SiteSurroundings {
  readonly clock: Clock
  readonly log: Logger
  readonly library: SiteLibrary
  readonly links: LinkPool
  readonly profiles: ProfileLibrary
  readonly jobs: SiteJobs
  /** OpenEMS version the edges report. */
  readonly edgeVersion: string
}

/** A site in work: its file locked and open, its edge running, its jobs at home. Closing it stops all of that. */
export class OpenSite implements AsyncDisposable {
  readonly id: string
  readonly database: SiteDatabase
  readonly found: FoundDevices
  readonly edge: Edge
  readonly access: EdgeAccess
  readonly #opened: Disposables

  private constructor(parts: {
    id: string
    database: SiteDatabase
    edge: Edge
    access: EdgeAccess
    opened: Disposables
  }) {
    this.id = parts.id
    this.database = parts.database
    this.edge = parts.edge
    this.access = parts.access
    this.found = new FoundDevices(parts.database)
    this.#opened = parts.opened
  }

  /** Throws `storage.locked`, `storage.corrupt` or `storage.newer`; then nothing stays open. */
  static async open(id: string, around: SiteSurroundings): Promise<OpenSite> {
    const opened = new Disposables()
    try {
      const folder = around.library.folderOf(id)
      opened.use(lockFolder(folder))
      const database = opened.use(around.library.open(id))
      if (database.database.newer) throw database.database.newer
      database.setFacts({ openedAt: around.clock.now() })
      const log = around.log.child(database.facts().data.name)
      let edge: Edge | null = null
      const history = opened.use(await openHistory(folder, around.clock, log, () => edge?.cycle.cycleTimeMs ?? 0))

      let access: EdgeAccess | null = null
      edge = opened.use(
        await Edge.open({
          clock: around.clock,
          log,
          version: around.edgeVersion,
          store: database,
          history,
          isDiskFull: () => isDiskFull(folder),
          drivers: [
            ...allDrivers({ links: around.links, profiles: around.profiles }),
            ...apiDrivers({
              access: () => {
                if (access) return access
                throw new SitewrightError('edge.offline', 'The edge is still starting.')
              },
              users: siteUsers(database, (text) => log.warn(text)),
            }),
          ],
        }),
      )
      access = opened.use(new EdgeAccess(edge, around.clock, () => database.facts().data.name))
      opened.use(around.jobs.attach(id, new SqliteJobStore(database.database)))
      edge.start()
      return new OpenSite({ id, database, edge, access, opened })
    } catch (error) {
      await opened[Symbol.asyncDispose]()
      throw error
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened[Symbol.asyncDispose]()
  }
}

/** A damaged history must not keep a technician from working: it is put aside, named, and a new one begins. */
async function openHistory(
  folder: string,
  clock: Clock,
  log: Logger,
  cycleTimeMs: () => number,
): Promise<SqliteTimeSeries> {
  // Rows further apart than three cycles mean that the edge was off.
  const maxStepMs = () => Math.max(10_000, 3 * cycleTimeMs())
  const path = join(folder, 'history.db')
  try {
    return SqliteTimeSeries.open(path, { maxStepMs })
  } catch (error) {
    if (!(error instanceof SitewrightError) || error.key !== 'storage.corrupt') throw error
    const aside = `${path}.damaged-${new Date(clock.now()).toISOString().slice(0, 19).replaceAll(':', '')}`
    for (const suffix of ['', '-wal', '-shm']) await rename(path + suffix, aside + suffix).catch(() => {})
    log.error(`The history was damaged and is kept as ${aside}; a new one begins. ${error.message}`)
    return SqliteTimeSeries.open(path, { maxStepMs })
  }
}

function isDiskFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize < DISK_FULL_BYTES
  } catch {
    return false
  }
}
