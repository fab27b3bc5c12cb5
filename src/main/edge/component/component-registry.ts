import type { TimeSeries } from '@main/timeseries/timeseries'
import type { Clock } from '@shared/clock'
import type { EdgeConfig, StoredComponent, StoredEdgeConfig } from '@shared/edge-config'
import { SitewrightError } from '@shared/errors'
import type { Logger } from '@shared/log'
import type { Channel } from '../channel/channel'
import { type CheckedComponent, checkComponent } from '../config/checked-config'
import { HIDDEN, passwordsOf } from '../config/property-docs'
import type { BusScheduler } from '../cycle/bus-scheduler'
import type { CycleHooks } from '../cycle/phases'
import { Component } from './component'
import type { DriverDefinition } from './driver'
import { type RunningDriver, startDriver } from './running-driver'

export interface RegistryOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly cycle: CycleHooks
  readonly history: TimeSeries
  readonly drivers: readonly DriverDefinition[]
}

interface Entry {
  stored: StoredComponent
  component: Component | null
  running: RunningDriver | null
  /** Why it does not run although it should. */
  problem: string | null
}

/**
 * All components of an edge: what is stored, what is built from it and what of that runs. References are started first and
 * stopped last; what cannot run yet stays here with its reason and is tried again.
 */
export class ComponentRegistry implements AsyncDisposable {
  readonly #options: RegistryOptions
  readonly #drivers: ReadonlyMap<string, DriverDefinition>
  readonly #entries = new Map<string, Entry>()
  readonly #buses = new Set<BusScheduler>()
  #all: Component[] = []
  /** Grows whenever components were made anew or went. */
  generation = 0

  constructor(options: RegistryOptions) {
    this.#options = options
    this.#drivers = new Map(options.drivers.map((driver) => [driver.factoryId, driver]))
  }

  async load(config: StoredEdgeConfig): Promise<void> {
    for (const driver of this.#drivers.values()) {
      if (!driver.singleton) continue
      const stored = config.components[driver.singleton.id]
      this.#entries.set(
        driver.singleton.id,
        entry(stored ?? { factoryId: driver.factoryId, alias: '', properties: {} }),
      )
    }
    for (const [id, stored] of Object.entries(config.components)) this.#entries.set(id, entry(stored))
    await this.activateMissing()
  }

  /** Everything this edge can make, its own core included. */
  get drivers(): readonly DriverDefinition[] {
    return this.#options.drivers
  }

  driver(factoryId: string): DriverDefinition | undefined {
    return this.#drivers.get(factoryId)
  }

  get(id: string): Component | undefined {
    return this.#entries.get(id)?.component ?? undefined
  }

  need(id: string): Component {
    const component = this.get(id)
    if (component) return component
    throw unknownComponent(id)
  }

  /** Built components, disabled ones included. */
  all(): readonly Component[] {
    return this.#all
  }

  *running(): Iterable<Component> {
    for (const { component, running } of this.#entries.values()) if (component && running) yield component
  }

  *channels(): Iterable<Channel> {
    for (const component of this.#all) yield* component.channels.values()
  }

  buses(): readonly BusScheduler[] {
    return [...this.#buses]
  }

  isStored(id: string): boolean {
    return this.#entries.has(id)
  }

  stored(id: string): StoredComponent | undefined {
    return this.#entries.get(id)?.stored
  }

  /** Takes over a stored form that changes nothing in what runs. */
  remember(id: string, stored: StoredComponent): void {
    const known = this.#entries.get(id)
    if (known) known.stored = stored
  }

  /** Enabled components that do not run, with the reason. */
  notActivated(): string[] {
    return [...this.#entries].filter(([, { problem }]) => problem !== null).map(([id]) => id)
  }

  problemOf(id: string): string | null {
    return this.#entries.get(id)?.problem ?? null
  }

  /** Would this configuration do? Throws with what is wrong; touches nothing. */
  check(id: string, stored: StoredComponent): CheckedComponent {
    const driver = this.#drivers.get(stored.factoryId)
    if (!driver)
      throw new SitewrightError('config.not-applied', `There is no factory ${stored.factoryId} in this edge.`)
    const checked = checkComponent(id, stored, driver)
    for (const reference of checked.references) {
      if (reference === id) throw new SitewrightError('config.not-applied', `${id} refers to itself.`)
      if (!this.#entries.has(reference)) {
        throw new SitewrightError('config.not-applied', `There is no component ${reference}; create it first.`)
      }
    }
    return checked
  }

  /** Ids of stored components that refer to this one. */
  usersOf(id: string): string[] {
    return [...this.#entries].filter(([, { stored }]) => this.#referencesOf(stored).includes(id)).map(([user]) => user)
  }

  /** Stops what a change touches, with everything that depends on it, and starts it again in its new form. */
  async apply(changes: ReadonlyMap<string, StoredComponent | null>): Promise<void> {
    const touched = this.#withUsers([...changes.keys()])
    for (const id of touched) await this.#stop(id)
    for (const [id, stored] of changes) {
      if (stored) this.#entries.set(id, entry(stored))
      else this.#entries.delete(id)
    }
    await this.activateMissing()
  }

  /** Builds and starts everything that is enabled and does not run yet; references first. */
  async activateMissing(): Promise<void> {
    const visiting = new Set<string>()
    for (const id of [...this.#entries.keys()].sort(coreFirst)) await this.#activate(id, visiting)
    this.#takeStock()
  }

  invalidateMeasured(at: number): void {
    for (const component of this.#all) if (!component.id.startsWith('_')) component.invalidate(at)
  }

  edgeConfig(): EdgeConfig {
    const config: EdgeConfig = { components: {}, factories: {} }
    for (const [id, { stored, component }] of this.#entries) {
      const driver = this.#drivers.get(stored.factoryId)
      const alias = stored.alias || (driver?.singleton ? driver.factoryId : id)
      config.components[id] = {
        alias,
        factoryId: stored.factoryId,
        properties: { alias, enabled: true, ...component?.config, ...stored.properties },
      }
      // All that any component of a factory can be; one that could not be built takes nothing away.
      const natureIds = new Set(config.factories[stored.factoryId]?.natureIds)
      for (const nature of component?.natureIds ?? []) natureIds.add(nature)
      this.#hidePasswords(config.components[id]?.properties, driver)
      config.factories[stored.factoryId] = {
        name: driver?.name ?? stored.factoryId,
        description: driver?.description ?? '',
        natureIds: [...natureIds],
      }
    }
    return config
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of this.#withUsers([...this.#entries.keys()])) await this.#stop(id)
  }

  /** Every edge has its single components: one whose stored configuration is no good runs with its defaults, and says so. */
  #checkedOrDefault(id: string, known: Entry): CheckedComponent {
    try {
      const checked = this.check(id, known.stored)
      known.problem = null
      return checked
    } catch (error) {
      if (this.#drivers.get(known.stored.factoryId)?.singleton?.id !== id) throw error
      this.#tell(id, known, error)
      return this.check(id, { ...known.stored, properties: {} })
    }
  }

  #tell(id: string, known: Entry, error: unknown): void {
    const problem = error instanceof Error ? error.message : String(error)
    if (problem !== known.problem) this.#options.log.warn(`${id} does not run as configured: ${problem}`)
    known.problem = problem
  }

  async #activate(id: string, visiting: Set<string>): Promise<boolean> {
    const known = this.#entries.get(id)
    if (!known) return false
    if (known.running) return true
    if (visiting.has(id)) return false
    visiting.add(id)
    try {
      const checked = this.#checkedOrDefault(id, known)
      if (!known.component) {
        known.component = new Component({ ...checked, properties: known.stored.properties })
      }
      if (!checked.enabled) return false
      for (const reference of checked.references) {
        if (!(await this.#activate(reference, visiting))) throw new Error(`${reference}, which it needs, does not run.`)
      }
      known.running = await startDriver(known.component, {
        ...this.#options,
        components: { get: (other) => this.get(other), all: () => this.#all },
        serviceOf: (other) => this.#entries.get(other)?.running && this.get(other)?.service,
        addBus: (bus) => void this.#buses.add(bus),
        removeBus: (bus) => void this.#buses.delete(bus),
      })
      return true
    } catch (error) {
      this.#tell(id, known, error)
      return false
    } finally {
      visiting.delete(id)
    }
  }

  async #stop(id: string): Promise<void> {
    const known = this.#entries.get(id)
    if (!known) return
    const running = known.running
    known.running = null
    known.component = null
    this.#takeStock()
    try {
      await running?.[Symbol.asyncDispose]()
    } catch (error) {
      this.#options.log.error(`${id} did not stop cleanly: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  #hidePasswords(properties: Record<string, unknown> = {}, driver: DriverDefinition | undefined): void {
    for (const name of driver ? passwordsOf(driver) : []) if (properties[name]) properties[name] = HIDDEN
  }

  #takeStock(): void {
    const all = [...this.#entries.values()].flatMap(({ component }) => component ?? [])
    if (all.length === this.#all.length && all.every((component, index) => component === this.#all[index])) return
    this.#all = all
    this.generation++
  }

  /** The given components and all that depend on them, users before what they use. */
  #withUsers(ids: readonly string[]): string[] {
    const order: string[] = []
    const visited = new Set<string>()
    const visit = (id: string) => {
      // Somebody may have made two components refer to each other; they do not run, but they must be stopped.
      if (visited.has(id)) return
      visited.add(id)
      for (const user of this.usersOf(id)) visit(user)
      order.push(id)
    }
    for (const id of ids) visit(id)
    return order
  }

  #referencesOf(stored: StoredComponent): readonly string[] {
    const driver = this.#drivers.get(stored.factoryId)
    try {
      return driver ? checkComponent('any0', stored, driver).references : []
    } catch {
      return []
    }
  }
}

export const unknownComponent = (componentId: string): SitewrightError =>
  new SitewrightError('config.component-unknown', `There is no component ${componentId}.`, {
    args: { componentId },
    data: [componentId],
  })

const entry = (stored: StoredComponent): Entry => ({ stored, component: null, running: null, problem: null })

const coreFirst = (a: string, b: string): number =>
  Number(b.startsWith('_')) - Number(a.startsWith('_')) || a.localeCompare(b)
