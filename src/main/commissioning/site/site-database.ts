import { join } from 'node:path'
import { type ChangeFilter, type ConfigChange, type EdgeConfigStore, SYSTEM } from '@main/edge/config/config-store'
import { type Database, openDatabase } from '@main/storage/sqlite'
import { FoundDevice } from '@shared/device'
import { StoredComponent, type StoredEdgeConfig } from '@shared/edge-config'
import { SitewrightError } from '@shared/errors'
import { ROLES, type Role } from '@shared/roles'
import { ModbusTcpSearch, type Site, SiteData, StepId } from '@shared/site'
import { z } from 'zod'
import type { OriginalFile } from '../export/felix/import-felix'
import { SITE_APPLICATION_ID, SITE_MIGRATIONS } from './site-schema'

/** What is true of a site besides its configuration; each member is one fact, saved at once. */
export const SiteFacts = z.object({
  kind: z.enum(['site', 'demo']),
  data: SiteData,
  searches: z.array(ModbusTcpSearch),
  stepsDone: z.array(StepId),
  createdAt: z.number(),
  openedAt: z.number(),
})
export type SiteFacts = z.infer<typeof SiteFacts>

/** The fact that holds the files of an imported configuration. */
const ORIGINALS = 'felixOriginals'
const OriginalFiles = z.array(z.object({ path: z.string(), text: z.string(), componentId: z.string().nullable() }))

/**
 * The file of one site: everything a technician entered, found or decided. Each change is one transaction, so a kill in the
 * middle of anything leaves either the old or the new.
 */
export class SiteDatabase implements EdgeConfigStore, Disposable {
  readonly id: string
  readonly folder: string
  readonly database: Database
  readonly #now: () => number

  private constructor(id: string, folder: string, database: Database, now: () => number) {
    this.id = id
    this.folder = folder
    this.database = database
    this.#now = now
  }

  static open(id: string, folder: string, now: () => number = Date.now): SiteDatabase {
    const options = { migrations: SITE_MIGRATIONS, applicationId: SITE_APPLICATION_ID }
    return new SiteDatabase(id, folder, openDatabase(join(folder, 'site.db'), options), now)
  }

  get path(): string {
    return this.database.path
  }

  // ── Facts ────────────────────────────────────────────────────────────────────────────────────────────────────────

  facts(): SiteFacts {
    const rows = this.database.prepare<{ name: string; value: string }>('SELECT name, value FROM fact').all()
    const read = SiteFacts.safeParse(Object.fromEntries(rows.map(({ name, value }) => [name, JSON.parse(value)])))
    if (read.success) return read.data
    throw new SitewrightError(
      'storage.corrupt',
      `${this.path} misses what makes a site: ${z.prettifyError(read.error)}`,
      {
        args: { file: this.path },
      },
    )
  }

  setFacts(facts: Partial<SiteFacts>): void {
    this.database.transaction(() => {
      for (const [name, value] of Object.entries(facts)) if (value !== undefined) this.#put(name, value)
    })
  }

  #put(name: string, value: unknown): void {
    this.database
      .prepare('INSERT INTO fact VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
      .run(name, JSON.stringify(value))
  }

  toSite(open: boolean): Site {
    return { id: this.id, open, ...this.facts() }
  }

  // ── Configuration of the edge ────────────────────────────────────────────────────────────────────────────────────

  load(): StoredEdgeConfig {
    const rows = this.database
      .prepare<{ id: string; factory_id: string; alias: string; properties: string }>('SELECT * FROM component')
      .all()
    return {
      components: Object.fromEntries(
        rows.map((row) => [
          row.id,
          StoredComponent.parse({
            factoryId: row.factory_id,
            alias: row.alias,
            properties: JSON.parse(row.properties),
          }),
        ]),
      ),
    }
  }

  save(changes: ReadonlyMap<string, StoredComponent | null>, by: string): void {
    this.database.transaction(() => {
      const before = this.load().components
      const put = this.database.prepare(
        `INSERT INTO component VALUES (?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET factory_id = excluded.factory_id, alias = excluded.alias, properties = excluded.properties`,
      )
      const drop = this.database.prepare('DELETE FROM component WHERE id = ?')
      const note = this.database.prepare(
        'INSERT INTO change (at, by_whom, component_id, old, new) VALUES (?, ?, ?, ?, ?)',
      )
      for (const [id, component] of changes) {
        const old = before[id]
        if (component) put.run(id, component.factoryId, component.alias, JSON.stringify(component.properties))
        else drop.run(id)
        note.run(this.#now(), by, id, old ? JSON.stringify(old) : null, component ? JSON.stringify(component) : null)
      }
    })
  }

  changes({ componentId, limit }: ChangeFilter): ConfigChange[] {
    return this.database
      .prepare<ChangeRow>(
        `SELECT * FROM change
         WHERE by_whom NOT LIKE ? || '%' AND (? IS NULL OR component_id = ?) ORDER BY number DESC LIMIT ?`,
      )
      .all(SYSTEM, componentId ?? null, componentId ?? null, limit)
      .map(readChange)
  }

  change(number: number): ConfigChange | null {
    const row = this.database.prepare<ChangeRow>('SELECT * FROM change WHERE number = ?').get(number)
    return row ? readChange(row) : null
  }

  /**
   * Makes the configuration what a directory of a real edge says, in one transaction: components it does not have go. Its
   * files are kept beside it, so that an export gives back what this edge does not run.
   */
  takeOver({ components }: StoredEdgeConfig, originals: readonly OriginalFile[], by: string): void {
    this.database.transaction(() => {
      const gone = Object.keys(this.load().components).filter((id) => !(id in components))
      this.save(new Map([...gone.map((id) => [id, null] as const), ...Object.entries(components)]), by)
      this.#put(ORIGINALS, originals)
    })
  }

  /** The files a configuration came from; empty when it was made here. */
  originals(): OriginalFile[] {
    const row = this.database.prepare<{ value: string }>('SELECT value FROM fact WHERE name = ?').get(ORIGINALS)
    return row ? OriginalFiles.parse(JSON.parse(row.value)) : []
  }

  // ── Found devices ────────────────────────────────────────────────────────────────────────────────────────────────

  found(): FoundDevice[] {
    return this.database
      .prepare<{ device: string }>('SELECT device FROM found')
      .all()
      .map(({ device }) => FoundDevice.parse(JSON.parse(device)))
  }

  saveFound(devices: readonly FoundDevice[]): void {
    this.database.transaction(() => {
      const put = this.database.prepare(
        'INSERT INTO found VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET device = excluded.device',
      )
      for (const device of devices) put.run(device.id, JSON.stringify(device))
    })
  }

  // ── Who may log in at the edge ───────────────────────────────────────────────────────────────────────────────────

  /** Read anew at every login, so that a password set from the command line counts at once. */
  passwordHashes(): { role: Role; hash: string }[] {
    const rows = this.database.prepare<{ role: Role; hash: string }>('SELECT role, hash FROM password').all()
    return ROLES.flatMap((role) => rows.filter((row) => row.role === role).map(({ hash }) => ({ role, hash })))
  }

  setPasswordHash(role: Role, hash: string): void {
    this.database
      .prepare('INSERT INTO password VALUES (?, ?) ON CONFLICT (role) DO UPDATE SET hash = excluded.hash')
      .run(role, hash)
  }

  [Symbol.dispose](): void {
    this.database[Symbol.dispose]()
  }
}

interface ChangeRow {
  number: number
  at: number
  by_whom: string
  component_id: string
  old: string | null
  new: string | null
}

function readChange(row: ChangeRow): ConfigChange {
  const side = (text: string | null) => (text === null ? null : StoredComponent.parse(JSON.parse(text)))
  const { number, at, by_whom: by, component_id: componentId } = row
  return { number, at, by, componentId, old: side(row.old), new: side(row.new) }
}
