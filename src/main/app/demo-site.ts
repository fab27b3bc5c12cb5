import { type DemoHostName, type DemoPlant, startDemoPlant } from '@main/simulator/demo-plant'
import { lockFolder } from '@main/storage/lock'
import { hashPassword } from '@main/storage/password'
import { ROLES, type Role } from '@shared/roles'
import { type ModbusTcpSearch, newSiteData } from '@shared/site'
import type { App } from './app'

/** OpenEMS's own default passwords; on the demo site only, which listens on loopback only. */
export const DEMO_PASSWORDS: Readonly<Record<Role, string>> = {
  admin: 'admin',
  installer: 'installer',
  owner: 'owner',
  guest: 'user',
}

const DEMO_NAME = 'Demo site'
const SEARCH_ID = 'demo'
/** The order in which the site's search names the simulated hosts. */
const DEVICES: readonly DemoHostName[] = ['gateway', 'inverter', 'charger']

/**
 * The demo site: simulated devices on loopback, and a site that looks for them. The devices keep their ports from one start
 * to the next where they can, so that what was set up yesterday still reads today; where a port is taken meanwhile, the
 * bridge of the edge is moved along.
 */
export class DemoSite implements AsyncDisposable {
  readonly #app: App
  #plant: DemoPlant | null = null
  /** The site that the running devices belong to. */
  #siteId: string | null = null
  #pending: Promise<unknown> = Promise.resolve()

  constructor(app: App) {
    this.#app = app
  }

  /** Is this the demo site, whose devices have to be started before its edge? */
  is(siteId: string): boolean {
    return siteId === this.#siteId || siteId === this.#app.library.findDemo()
  }

  /** Makes or reuses the site, starts the devices, starts its edge. */
  open(): Promise<string> {
    return this.#inOrder(() => this.#open())
  }

  /** Stops its edge, then its devices. */
  close(siteId: string): Promise<void> {
    return this.#inOrder(async () => {
      await this.#app.sites.close(siteId)
      if (siteId === this.#siteId) await this.#stopDevices()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inOrder(() => this.#stopDevices())
  }

  /** Two windows may open and close it at once: one after another, each complete before the next begins. */
  #inOrder<T>(act: () => Promise<T>): Promise<T> {
    const next = this.#pending.catch(() => {}).then(act)
    this.#pending = next
    return next
  }

  async #open(): Promise<string> {
    const { library, sites } = this.#app
    const siteId = library.findDemo() ?? (await this.#create())
    try {
      if (!this.#plant || this.#siteId !== siteId) await this.#startDevices(siteId)
      await sites.open(siteId)
      return siteId
    } catch (error) {
      if (!sites.get(siteId)) await this.#stopDevices()
      throw error
    }
  }

  async #startDevices(siteId: string): Promise<void> {
    const { library, sites, clock, log, profiles } = this.#app
    await this.#stopDevices()
    // Another engine on the same data folder may have it in work, with devices of its own.
    using _mine = sites.get(siteId) ? null : lockFolder(library.folderOf(siteId))
    this.#plant = await startDemoPlant({ clock, profiles, log: log.child('demo'), ports: named(this.#portsOf(siteId)) })
    this.#siteId = siteId
    this.#moveIn(siteId, this.#plant)
  }

  async #stopDevices(): Promise<void> {
    const plant = this.#plant
    this.#plant = null
    this.#siteId = null
    await plant?.[Symbol.asyncDispose]()
  }

  async #create(): Promise<string> {
    const { library } = this.#app
    const data = {
      ...newSiteData,
      name: this.#freeName(),
      street: 'Musterweg 12',
      postcode: '3600',
      place: 'Thun',
      fuseA: 40,
    }
    const siteId = library.create(data, 'demo')
    using site = library.open(siteId)
    for (const role of ROLES) site.setPasswordHash(role, await hashPassword(DEMO_PASSWORDS[role]))
    this.#app.broadcast('sites', { siteId })
    return siteId
  }

  /** A person may have called a site of theirs so. */
  #freeName(): string {
    const taken = new Set(this.#app.library.summaries(new Set()).map((site) => site.name))
    for (let number = 1; ; number++) {
      const name = number === 1 ? DEMO_NAME : `${DEMO_NAME} ${number}`
      if (!taken.has(name)) return name
    }
  }

  /** The ports the devices had last time, in the order of `DEVICES`. */
  #portsOf(siteId: string): number[] {
    using site = this.#app.library.open(siteId)
    const search = site.facts().searches.find(({ id }) => id === SEARCH_ID)
    return search ? search.hosts.split(',').map((host) => Number(host.trim().split(':')[1])) : []
  }

  /** Writes where the devices live now into the site's search, and moves bridges whose device had to take another port. */
  #moveIn(siteId: string, plant: DemoPlant): void {
    const before = this.#portsOf(siteId)
    const hosts = DEVICES.flatMap((name) => plant.hosts.filter(({ what }) => what === name))
    using site = this.#app.library.open(siteId)
    const search: ModbusTcpSearch = {
      id: SEARCH_ID,
      kind: 'modbus-tcp',
      hosts: hosts.map(({ host, port }) => `${host}:${port}`).join(', '),
      ports: [502],
      units: '',
      enabled: true,
    }
    site.setFacts({ searches: [search] })
    const components = site.load().components
    for (const [index, { port }] of hosts.entries()) {
      const old = before[index]
      if (old === undefined || old === port) continue
      for (const [id, component] of Object.entries(components)) {
        if (component.factoryId !== 'Bridge.Modbus.Tcp' || component.properties.port !== old) continue
        const moved = { ...component, properties: { ...component.properties, port } }
        site.save(new Map([[id, moved]]), 'system: demo devices moved')
      }
    }
  }
}

const named = (ports: readonly number[]): Partial<Record<DemoHostName, number>> =>
  Object.fromEntries(DEVICES.flatMap((name, index) => (ports[index] ? [[name, ports[index]]] : [])))
