import { Disposables } from '@shared/disposables'
import type { OpenSites } from './app'
import { OpenSite, type SiteSurroundings } from './open-site'

/** The sites in work. Opening twice is opening once; closing waits for an opening under way. */
export class SitesInWork implements OpenSites, AsyncDisposable {
  readonly #around: SiteSurroundings
  readonly #onOpened: (site: OpenSite) => readonly Disposable[]
  readonly #onChange: (siteId: string) => void
  readonly #sites = new Map<string, { opening: Promise<OpenSite>; site: OpenSite | null; hooks: Disposables }>()

  constructor(options: {
    around: SiteSurroundings
    /** What the application adds to every open site: notifications, the realm's list. */
    onOpened: (site: OpenSite) => readonly Disposable[]
    onChange: (siteId: string) => void
  }) {
    this.#around = options.around
    this.#onOpened = options.onOpened
    this.#onChange = options.onChange
  }

  get(siteId: string): OpenSite | undefined {
    return this.#sites.get(siteId)?.site ?? undefined
  }

  *all(): Iterable<OpenSite> {
    for (const { site } of this.#sites.values()) if (site) yield site
  }

  async open(siteId: string): Promise<OpenSite> {
    const known = this.#sites.get(siteId)
    if (known) return known.opening
    const entry = {
      opening: OpenSite.open(siteId, this.#around),
      site: null as OpenSite | null,
      hooks: new Disposables(),
    }
    this.#sites.set(siteId, entry)
    try {
      entry.site = await entry.opening
      entry.hooks.use(entry.site)
      for (const hook of this.#onOpened(entry.site)) entry.hooks.use(hook)
      this.#onChange(siteId)
      return entry.site
    } catch (error) {
      this.#sites.delete(siteId)
      throw error
    }
  }

  async close(siteId: string): Promise<void> {
    const entry = this.#sites.get(siteId)
    if (!entry) return
    await entry.opening.catch(() => {})
    entry.site = null
    await entry.hooks[Symbol.asyncDispose]()
    this.#sites.delete(siteId)
    this.#onChange(siteId)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const siteId of [...this.#sites.keys()]) await this.close(siteId)
  }
}
