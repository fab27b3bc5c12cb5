import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { countFindings, siteFindings } from '@main/commissioning/checks/site-findings'
import { fileError } from '@main/storage/file-error'
import { lockFolder } from '@main/storage/lock'
import type { StoredEdgeConfig } from '@shared/edge-config'
import { SitewrightError, toRpcError } from '@shared/errors'
import { type Message, message } from '@shared/message'
import type { SiteData, SiteSummary } from '@shared/site'
import { SiteDatabase, type SiteFacts } from './site-database'
import { ulid } from './ulid'

/** What every new edge starts with: something that runs controllers, keeps history and lets an OpenEMS UI in. */
const NEW_EDGE: StoredEdgeConfig = {
  components: {
    scheduler0: { factoryId: 'Scheduler.AllAlphabetically', alias: '', properties: {} },
    rrd4j0: { factoryId: 'Timedata.Rrd4j', alias: '', properties: {} },
    ctrlApiWebsocket0: { factoryId: 'Controller.Api.Websocket', alias: '', properties: { port: 8085 } },
  },
}

const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/

/** All sites of this laptop: one folder each, `sites/<ulid>/`. A folder whose file is damaged stays a row that says so. */
export class SiteLibrary {
  readonly #folder: string
  readonly #now: () => number

  constructor(dataDir: string, now: () => number) {
    this.#folder = join(dataDir, 'sites')
    this.#now = now
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    } catch (error) {
      throw fileError(error, this.#folder)
    }
  }

  ids(): string[] {
    return readdirSync(this.#folder).filter((id) => ULID.test(id) && existsSync(join(this.#folder, id, 'site.db')))
  }

  folderOf(id: string): string {
    if (!ULID.test(id) || !existsSync(join(this.#folder, id))) {
      throw new SitewrightError('site.unknown', `There is no site ${id} on this laptop.`, { args: { siteId: id } })
    }
    return join(this.#folder, id)
  }

  open(id: string): SiteDatabase {
    return SiteDatabase.open(id, this.folderOf(id), this.#now)
  }

  create(data: SiteData, kind: SiteFacts['kind'] = 'site', config: StoredEdgeConfig = NEW_EDGE): string {
    this.checkName(data.name, null)
    const now = this.#now()
    const id = ulid(now)
    // Under a name that no list shows, until it is complete: a kill or a full disk leaves no half a site.
    const unfinished = join(this.#folder, `${id}.new`)
    try {
      mkdirSync(unfinished, { mode: 0o700 })
      {
        using site = SiteDatabase.open(id, unfinished, this.#now)
        site.database.transaction(() => {
          site.setFacts({ kind, data, searches: [], stepsDone: [], createdAt: now, openedAt: now })
          site.save(new Map(Object.entries(config.components)), 'system: new site')
        })
      }
      renameSync(unfinished, join(this.#folder, id))
      return id
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true })
      throw fileError(error, this.#folder)
    }
  }

  /** A name is given once, whatever the case of its letters. */
  checkName(name: string, exceptId: string | null): void {
    const wanted = name.trim().toLocaleLowerCase()
    const taken = this.summaries(new Set()).find(
      (site) => site.id !== exceptId && site.name.toLocaleLowerCase() === wanted,
    )
    if (taken)
      throw new SitewrightError('site.name-taken', `There is a site "${taken.name}" already.`, {
        args: { name: taken.name },
      })
  }

  findDemo(): string | null {
    return this.summaries(new Set()).find((site) => site.kind === 'demo')?.id ?? null
  }

  /** Throws `storage.locked` while it is in work, here or in another engine on the same data folder. */
  remove(id: string): void {
    const folder = this.folderOf(id)
    using _mine = lockFolder(folder)
    rmSync(folder, { recursive: true, force: true })
  }

  /** The rows of the start screen, last opened first. */
  summaries(open: ReadonlySet<string>): SiteSummary[] {
    return this.ids()
      .map((id) => this.#summary(id, open.has(id)))
      .sort((a, b) => b.openedAt - a.openedAt)
  }

  #summary(id: string, open: boolean): SiteSummary {
    try {
      using site = this.open(id)
      const { newer } = site.database
      if (!newer) return summaryOf(site, open)
      // What a newer program wrote may still be readable, and a name says more than an id.
      try {
        return { ...summaryOf(site, open), problem: problemOf(newer) }
      } catch {
        return unreadable(id, newer)
      }
    } catch (error) {
      return unreadable(id, error)
    }
  }
}

function summaryOf(site: SiteDatabase, open: boolean): SiteSummary {
  const facts = site.facts()
  const devices = site.found().filter((device) => !device.ignored)
  return {
    id: site.id,
    kind: facts.kind,
    name: facts.data.name,
    place: [facts.data.postcode, facts.data.place].filter(Boolean).join(' '),
    concept: facts.data.concept,
    siteNumber: facts.data.siteNumber,
    devices: devices.filter((device) => device.kind === 'device').length,
    stepsDone: facts.stepsDone,
    ...countFindings(siteFindings(devices, null)),
    openedAt: facts.openedAt,
    open,
    problem: null,
  }
}

/** The row of a site that cannot be read: its folder's name, and why. */
function unreadable(id: string, error: unknown): SiteSummary {
  return {
    id,
    kind: 'site',
    name: id,
    place: '',
    concept: '',
    siteNumber: '',
    devices: 0,
    stepsDone: [],
    failed: 1,
    unsure: 0,
    openedAt: 0,
    open: false,
    problem: problemOf(error),
  }
}

function problemOf(error: unknown): Message {
  const { key = 'internal', args, message: text } = toRpcError(error)
  return message(key, { ...args, text })
}
