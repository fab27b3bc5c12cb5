import type { Database } from '@main/storage/sqlite'
import { Job } from '@shared/job'
import { z } from 'zod'
import type { JobStore, StoredJob } from './job-service'

/** The jobs of a site, in its own database. */
export class SqliteJobStore implements JobStore {
  readonly #select
  readonly #upsert
  readonly #delete

  /** The table is made at first use; whoever keeps a list of migrations need not know it. */
  constructor(database: Database) {
    database.exec('CREATE TABLE IF NOT EXISTS job (id TEXT PRIMARY KEY, stored TEXT NOT NULL) STRICT, WITHOUT ROWID')
    this.#select = database.prepare<{ stored: string }>('SELECT stored FROM job')
    this.#upsert = database.prepare(
      'INSERT INTO job (id, stored) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET stored = excluded.stored',
    )
    this.#delete = database.prepare('DELETE FROM job WHERE id = ?')
  }

  /** What does not read as a job (another version wrote it) is left where it is and not shown. */
  load(): StoredJob[] {
    return this.#select.all().flatMap(({ stored }) => {
      const { success, data } = StoredJobSchema.safeParse(JSON.parse(stored))
      return success ? [{ job: data.job, input: data.input, checkpoint: data.checkpoint ?? null }] : []
    })
  }

  save(stored: StoredJob): void {
    this.#upsert.run(stored.job.id, JSON.stringify(stored))
  }

  remove(jobId: string): void {
    this.#delete.run(jobId)
  }
}

const StoredJobSchema = z.object({ job: Job, input: z.unknown(), checkpoint: z.unknown() })
