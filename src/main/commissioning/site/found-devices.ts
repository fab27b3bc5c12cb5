import type { FoundDevice } from '@shared/device'
import { SitewrightError } from '@shared/errors'
import type { SiteDatabase } from './site-database'

/**
 * The found list of a site: what scans report is merged with what the person decided, saved at once, and told to whoever
 * looks. A later scan never takes a decision back.
 */
export class FoundDevices {
  readonly #site: SiteDatabase
  readonly #devices: Map<string, FoundDevice>
  readonly #listeners = new Set<(changed: readonly FoundDevice[]) => void>()

  constructor(site: SiteDatabase) {
    this.#site = site
    this.#devices = new Map(site.found().map((device) => [device.id, device]))
  }

  list(): FoundDevice[] {
    return [...this.#devices.values()]
  }

  need(id: string): FoundDevice {
    const device = this.#devices.get(id)
    if (device) return device
    throw new SitewrightError('device.unknown', `Nothing was found at ${id}.`, { args: { deviceId: id } })
  }

  /** A scan's row: new, or known better than before. */
  report(row: FoundDevice): FoundDevice {
    const known = this.#devices.get(row.id)
    const merged = known ? { ...row, use: known.use, ignored: known.ignored, firstSeenAt: known.firstSeenAt } : row
    this.#put(merged)
    return merged
  }

  decide(id: string, decision: { use?: boolean | null | undefined; ignored?: boolean | undefined }): FoundDevice {
    const device = { ...this.need(id) }
    if (decision.use !== undefined) device.use = decision.use
    if (decision.ignored !== undefined) device.ignored = decision.ignored
    this.#put(device)
    return device
  }

  onChange(listener: (changed: readonly FoundDevice[]) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  #put(device: FoundDevice): void {
    this.#devices.set(device.id, device)
    this.#site.saveFound([device])
    for (const listener of this.#listeners) listener([device])
  }
}
