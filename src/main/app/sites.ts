import { Disposables } from '@shared/disposables'
import { SitewrightError } from '@shared/errors'
import type { OpenSites } from './app'
import { OpenSite, type SiteSurroundings } from './open-site'

/** One site from the moment somebody wants it open until it is closed again. */
interface Work {
  readonly opening: Promise<OpenSite>
  /** Set while it can be worked with. */
  site: OpenSite | null
  closing: Promise<void> | null
  readonly parts: Disposables
}

/**
 * The sites in work. Opening twice is opening once; closing waits for an opening under way, and opening for a closing.
 */
export class SitesInWork implements OpenSites, AsyncDisposable {
  readonly #around: SiteSurroundings
  readonly #onOpened: (site: OpenSite) => readonly Disposable[]
  readonly #onChange: (siteId: string) => void
  readonly #sites = new Map<string, Work>()
  #stopped = false

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
    for (let known = this.#sites.get(siteId); known; known = this.#sites.get(siteId)) {
      if (!known.closing) return known.opening
      await known.closing.catch(() => {})
    }
    if (this.#stopped) throw new SitewrightError('edge.offline', 'The engine is stopping.')
    const parts = new Disposables()
    const work: Work = { opening: this.#start(siteId, parts), site: null, closing: null, parts }
    this.#sites.set(siteId, work)
    try {
      work.site = await work.opening
    } catch (error) {
      this.#sites.delete(siteId)
      throw error
    }
    this.#onChange(siteId)
    return work.site
  }

  async close(siteId: string): Promise<void> {
    const work = this.#sites.get(siteId)
    if (!work) return
    work.closing ??= this.#close(siteId, work)
    await work.closing
  }

  /** Closes every site, even when one of them fails; the first failure is thrown at the end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    const closed = await Promise.allSettled([...this.#sites.keys()].map((siteId) => this.close(siteId)))
    for (const one of closed) if (one.status === 'rejected') throw one.reason
  }

  async #start(siteId: string, parts: Disposables): Promise<OpenSite> {
    try {
      const site = parts.use(await OpenSite.open(siteId, this.#around))
      for (const hook of this.#onOpened(site)) parts.use(hook)
      return site
    } catch (error) {
      await parts[Symbol.asyncDispose]()
      throw error
    }
  }

  async #close(siteId: string, work: Work): Promise<void> {
    const wasOpened = await work.opening.then(
      () => true,
      () => false,
    )
    if (!wasOpened) return
    work.site = null
    try {
      await work.parts[Symbol.asyncDispose]()
    } finally {
      this.#sites.delete(siteId)
      this.#onChange(siteId)
    }
  }
}
