import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** Which sites are in work, so that an engine that was lost can take up where it was. */
export class OpenSitesFile {
  readonly #path: string

  constructor(dataDir: string) {
    this.#path = join(dataDir, 'open-sites.json')
  }

  read(): string[] {
    try {
      return z.array(z.string()).parse(JSON.parse(readFileSync(this.#path, 'utf8')))
    } catch {
      return []
    }
  }

  write(siteIds: readonly string[]): void {
    // Only a crash of the engine needs it, not one of the machine: no flush to disk.
    writeFileSync(`${this.#path}.tmp`, JSON.stringify(siteIds), { mode: 0o600 })
    renameSync(`${this.#path}.tmp`, this.#path)
  }
}
