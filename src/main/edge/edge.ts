import type { TimeSeries } from '@main/timeseries/timeseries'
import { type ChannelValue, splitAddress } from '@shared/channel'
import type { Clock } from '@shared/clock'
import type { ConfigChangeEntry, EdgeConfig, Properties, StoredComponent } from '@shared/edge-config'
import { SitewrightError } from '@shared/errors'
import type { Logger } from '@shared/log'
import type { Channel } from './channel/channel'
import { ComponentRegistry, unknownComponent } from './component/component-registry'
import type { DriverDefinition } from './component/driver'
import { readPropertyList } from './config/checked-config'
import { describeChange, withoutChange } from './config/config-history'
import { type ChangeFilter, type EdgeConfigStore, SYSTEM } from './config/config-store'
import { HIDDEN, passwordsOf } from './config/property-docs'
import { type HistorianService, historianDriver } from './core/historian'
import { coreDrivers } from './core/singletons'
import { SUM_EXTREMES, SumImage } from './core/sum'
import type { BusScheduler } from './cycle/bus-scheduler'
import { Cycle, type CycleWork } from './cycle/cycle'
import type { CycleInfo, WakeInfo } from './cycle/phases'
import { Timedata } from './nature'
import { allAlphabetically, type ControllerService, type SchedulerService } from './scheduler/all-alphabetically'
import { SystemLog } from './system-log'

export interface EdgeOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly version: string
  readonly store: EdgeConfigStore
  readonly history: TimeSeries
  /** Factories beyond the edge's own core: devices, bridges, APIs. */
  readonly drivers: readonly DriverDefinition[]
  isDiskFull?(): boolean
}

/** Who changes a configuration: written beside it as OpenEMS does, `admin: Administrator`. */
export interface Author {
  readonly id: string
  readonly name: string
}

type PropertyList = readonly { name: string; value: unknown }[]

/** How often a stored component that does not run is tried again, in cycles. */
const RETRY_CYCLES = 5
const SAVE_EXTREMES_CYCLES = 300

/**
 * One running edge: components and their channels, the cycle that makes a process image of them, and the configuration
 * they come from. Everything a wire, a controller or a test wants of an edge goes through here.
 */
export class Edge implements AsyncDisposable, CycleWork {
  readonly version: string
  readonly registry: ComponentRegistry
  readonly cycle: Cycle
  readonly systemLog: SystemLog
  readonly #options: EdgeOptions
  readonly #listeners = new Set<(config: EdgeConfig) => void>()
  #sum: SumImage | null = null
  #changed: Channel[] = []
  #pending: Promise<unknown> = Promise.resolve()
  #isRetrying = false
  #stopped = false

  private constructor(options: EdgeOptions) {
    const { clock } = options
    this.systemLog = new SystemLog(options.log, () => clock.now())
    const log = this.systemLog.logger
    this.#options = options
    this.version = options.version
    this.cycle = new Cycle({ clock, log: log.child('cycle'), work: this, cycleTimeMs: 1000 })
    const history = {
      store: options.history,
      changed: () => this.#changed,
      all: () => this.registry.channels(),
      generation: () => this.registry.generation,
      isDiskFull: options.isDiskFull ?? (() => false),
    }
    const core = coreDrivers({
      version: options.version,
      measuredCycleTime: () => this.cycle.measuredMs,
      isDiskFull: options.isDiskFull ?? (() => false),
      registry: () => this.registry,
    })
    this.registry = new ComponentRegistry({
      clock,
      log,
      cycle: this.cycle,
      history: options.history,
      drivers: [...core, allAlphabetically, historianDriver(history), ...options.drivers],
    })
  }

  /** Loads the stored configuration and starts every component of it; the cycle starts with `start()`. */
  static async open(options: EdgeOptions): Promise<Edge> {
    const edge = new Edge(options)
    try {
      await edge.registry.load(options.store.load())
      edge.#afterConfig()
      return edge
    } catch (error) {
      await edge.registry[Symbol.asyncDispose]()
      throw error
    }
  }

  start(): void {
    this.cycle.start()
  }

  /** The active value at `component/Channel`. Throws `channel.unknown`. */
  read(address: string): ChannelValue {
    return this.channel(address).value
  }

  channel(address: string): Channel {
    const parts = splitAddress(address)
    const component = parts && this.registry.get(parts.componentId)
    if (parts && component) return component.channel(parts.channelId)
    throw new SitewrightError('channel.unknown', `There is no channel ${address}.`, {
      args: { address },
      data: [address],
    })
  }

  /** Active values of one component, for tests and the debug log. */
  snapshot(componentId: string): Record<string, ChannelValue> {
    const component = this.registry.need(componentId)
    return Object.fromEntries([...component.channels.values()].map((channel) => [channel.doc.id, channel.value]))
  }

  /** Channels whose value changed with the last process image. */
  get changed(): readonly Channel[] {
    return this.#changed
  }

  /** The history other parts may query: that of the first enabled historian, null if there is none. */
  get history(): TimeSeries | null {
    for (const component of this.registry.running()) {
      if (component.natureIds.includes(Timedata.id)) return (component.service as HistorianService).store
    }
    return null
  }

  buses(): readonly BusScheduler[] {
    return this.registry.buses()
  }

  // ── Configuration ────────────────────────────────────────────────────────────────────────────────────────────────

  edgeConfig(): EdgeConfig {
    return this.registry.edgeConfig()
  }

  onConfig(listener: (config: EdgeConfig) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  /** A new component, or a change of the singleton of that factory. All or nothing is stored. */
  createComponent(factoryPid: string, list: PropertyList, by: Author): Promise<void> {
    return this.#inOrder(async () => {
      try {
        const { set, id, alias } = readPropertyList(list)
        const driver = this.registry.driver(factoryPid)
        if (!driver) throw notPossible(`There is no factory ${factoryPid} in this edge.`)
        if (driver.singleton) return await this.#merge(driver.singleton.id, list, by)
        if (!id) throw notPossible('The property "id" is missing, e.g. meter0.')
        if (id.startsWith('_')) throw notPossible(`${id} cannot be made: a leading _ marks what every edge has.`)
        if (this.registry.isStored(id)) throw notPossible(`The id ${id} is taken.`)
        await this.#store(id, { factoryId: factoryPid, alias: alias ?? '', properties: set }, by)
      } catch (error) {
        throw asConfigError('config.not-created', factoryPid, error)
      }
    })
  }

  updateComponent(componentId: string, list: PropertyList, by: Author): Promise<void> {
    return this.#inOrder(async () => {
      if (!this.registry.isStored(componentId)) throw unknownComponent(componentId)
      try {
        await this.#merge(componentId, list, by)
      } catch (error) {
        throw asConfigError('config.not-applied', componentId, error)
      }
    })
  }

  deleteComponent(componentId: string, by: Author): Promise<void> {
    return this.#inOrder(async () => {
      if (!this.registry.isStored(componentId)) throw unknownComponent(componentId)
      try {
        this.#checkUnused(componentId)
        await this.#store(componentId, null, by)
      } catch (error) {
        throw asConfigError('config.not-deleted', componentId, error)
      }
    })
  }

  /** What people changed, newest first. */
  listChanges(filter: ChangeFilter): ConfigChangeEntry[] {
    const isSecret = (factoryId: string, name: string) => this.#passwords(factoryId).has(name)
    return this.#options.store.changes(filter).map((change) => describeChange(change, isSecret))
  }

  /** Takes one change back, checked and noted like any other. Throws `config.not-undone` when it no longer fits. */
  undoChange(number: number, by: Author): Promise<void> {
    return this.#inOrder(async () => {
      const change = this.#options.store.change(number)
      if (!change) {
        throw new SitewrightError('config.change-unknown', `There is no change ${number}.`, { args: { number } })
      }
      const { componentId } = change
      try {
        const before = withoutChange(change, this.#current(componentId))
        if (!before) this.#checkUnused(componentId)
        await this.#store(componentId, before, by)
      } catch (error) {
        throw asConfigError('config.not-undone', componentId, error)
      }
    })
  }

  // ── The cycle's work ─────────────────────────────────────────────────────────────────────────────────────────────

  switchImage(info: CycleInfo): void {
    const now = this.#options.clock.now()
    const changed: Channel[] = []
    const components = this.registry.all()
    const sum = this.registry.need('_sum')
    for (const component of components) if (component !== sum) component.switchImage(now, changed)
    this.#sum?.update(components, now, { at: this.#options.clock.monotonic(), cycleTimeMs: info.cycleTimeMs })
    sum.switchImage(now, changed)
    this.#changed = changed
    if (info.number % RETRY_CYCLES === 0 && this.registry.notActivated().length > 0) this.#retry()
    if (info.number % SAVE_EXTREMES_CYCLES === 0) this.#saveExtremes()
  }

  runControllers(): void {
    // A set-point counts for the cycle it was asked in: a device that comes back later must not find an old one waiting.
    for (const channel of this.registry.channels()) if (channel.isWritable) channel.setNextWrite(null)
    const controllers = new Map<string, { run(): void; failed(hasFailed: boolean): void }>()
    const schedulers: SchedulerService[] = []
    for (const component of this.registry.running()) {
      const service = component.service as Partial<ControllerService & SchedulerService> | undefined
      if (service?.order) schedulers.push(service as SchedulerService)
      if (service?.run && component.has('RunFailed')) {
        const failed = component.channel('RunFailed')
        controllers.set(component.id, {
          run: () => service.run?.(),
          failed: (has) => failed.setNext(has ? 1 : 0, this.#options.clock.now()),
        })
      }
    }
    const done = new Set<string>()
    for (const scheduler of schedulers) {
      for (const id of scheduler.order([...controllers.keys()]).run) {
        const controller = controllers.get(id)
        if (!controller || done.has(id)) continue
        done.add(id)
        try {
          controller.run()
          controller.failed(false)
        } catch (error) {
          controller.failed(true)
          this.systemLog.logger.error(`${id}: ${error instanceof Error ? error.message : String(error)}`)
        }
      }
    }
  }

  startRounds(info: CycleInfo): void {
    for (const bus of this.registry.buses()) bus.startRound(info.cycleTimeMs)
  }

  woke(_wake: WakeInfo): void {
    this.registry.invalidateMeasured(this.#options.clock.now())
    for (const bus of this.registry.buses()) bus.wake()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stopped) return
    this.#stopped = true
    this.cycle[Symbol.dispose]()
    await this.#pending.catch(() => {})
    try {
      this.#saveExtremes()
    } catch (error) {
      // A full disk is no reason to leave listeners and connections behind.
      this.#options.log.error(`The extremes of _sum were not kept: ${error}`)
    }
    await this.registry[Symbol.asyncDispose]()
    this.#options.history.markGap(this.#options.clock.now())
  }

  /** What could not run may run now. One try at a time, however long it takes. */
  #retry(): void {
    if (this.#isRetrying) return
    this.#isRetrying = true
    this.#inOrder(() => this.registry.activateMissing())
      .catch(() => {})
      .finally(() => {
        this.#isRetrying = false
      })
  }

  /** Changes of the configuration happen one after another, each complete before the next begins. */
  #inOrder<T>(act: () => Promise<T>): Promise<T> {
    const next = this.#pending
      .catch(() => {})
      .then(() => {
        if (this.#stopped) throw new SitewrightError('edge.offline', 'The edge was stopped.')
        return act()
      })
    this.#pending = next
    return next
  }

  /** Only what is sent changes; `null` removes a property. */
  async #merge(componentId: string, list: PropertyList, by: Author): Promise<void> {
    const current = this.#current(componentId)
    if (!current) throw unknownComponent(componentId)
    const { set, removed, alias } = readPropertyList(list)
    // A form sends back what it was shown.
    for (const name of this.#passwords(current.factoryId)) if (set[name] === HIDDEN) delete set[name]
    const properties: Properties = { ...current.properties, ...set }
    for (const name of removed) delete properties[name]
    await this.#store(componentId, { ...current, alias: alias ?? current.alias, properties }, by)
  }

  /** What _sum has learned since it was last saved is part of what is changed. */
  #current(componentId: string): StoredComponent | undefined {
    if (componentId === '_sum') this.#saveExtremes()
    return this.registry.stored(componentId)
  }

  #passwords(factoryId: string): ReadonlySet<string> {
    const driver = this.registry.driver(factoryId)
    return driver ? passwordsOf(driver) : new Set()
  }

  #checkUnused(componentId: string): void {
    if (componentId.startsWith('_')) throw notPossible('It belongs to every edge.')
    const users = this.registry.usersOf(componentId)
    if (users.length > 0) throw notPossible(`${users.join(', ')} still use${users.length === 1 ? 's' : ''} it.`)
  }

  async #store(componentId: string, component: StoredComponent | null, by: Author): Promise<void> {
    const stamped = component && { ...component, properties: { ...component.properties, ...this.#stamp(by) } }
    if (stamped) this.registry.check(componentId, stamped)
    const changes = new Map([[componentId, stamped]])
    this.#options.store.save(changes, `${by.id}: ${by.name}`)
    await this.registry.apply(changes)
    this.#afterConfig()
    const config = this.edgeConfig()
    for (const listener of this.#listeners) listener(config)
  }

  #afterConfig(): void {
    this.cycle.cycleTimeMs = Number(this.registry.need('_cycle').config.cycleTime)
    const sum = this.registry.need('_sum')
    // The same component goes on where it is: what it has learned is newer than what is stored.
    if (this.#sum?.component !== sum) this.#sum = new SumImage(sum, this.#options.clock.now(), this.#options.history)
  }

  #stamp(by: Author): Properties {
    const local = new Date(this.#options.clock.now())
    local.setMinutes(local.getMinutes() - local.getTimezoneOffset())
    return { _lastChangeAt: local.toISOString().slice(0, 19), _lastChangeBy: `${by.id}: ${by.name}` }
  }

  /** The extremes of `_sum` outlive a restart as OpenEMS keeps them: in its configuration. */
  #saveExtremes(): void {
    const sum = this.registry.need('_sum')
    const stored = this.registry.stored('_sum') ?? { factoryId: 'Core.Sum', alias: '', properties: {} }
    const properties = { ...stored.properties }
    let changed = false
    for (const [property, channel] of Object.entries(SUM_EXTREMES)) {
      const value = sum.value(channel)
      if (typeof value !== 'number' || value === (properties[property] ?? 0)) continue
      properties[property] = value
      changed = true
    }
    if (!changed) return
    this.registry.remember('_sum', { ...stored, properties })
    this.#options.store.save(new Map([['_sum', { ...stored, properties }]]), `${SYSTEM}_sum`)
  }
}

const notPossible = (reason: string) => new SitewrightError('config.not-applied', reason, { args: { reason } })

function asConfigError(
  key: 'config.not-created' | 'config.not-applied' | 'config.not-deleted' | 'config.not-undone',
  subject: string,
  error: unknown,
) {
  const reason = error instanceof Error ? error.message : String(error)
  return new SitewrightError(key, reason, { args: { subject, reason }, data: [subject, reason], cause: error })
}
