import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { basename } from 'node:path'
import { exportFelix, type FelixExport } from '@main/commissioning/export/felix/export-felix'
import type { FindDriver } from '@main/commissioning/export/felix/felix-types'
import { type FelixImport, importFelix } from '@main/commissioning/export/felix/import-felix'
import { SiteLibrary } from '@main/commissioning/site/site-library'
import { ownAddresses } from '@main/discovery/networks'
import { scanJob } from '@main/discovery/scan-job'
import { NATURES } from '@main/edge/nature'
import { type ProfileLibrary, readProfileLibrary } from '@main/profiles/profile-library'
import type { LinkPool } from '@main/protocols/links/pool'
import { TcpLinkPool } from '@main/protocols/links/tcp-link-pool'
import { type SimulatedDevice, simulateDevice } from '@main/simulator/simulated-device'
import { lockFolder } from '@main/storage/lock'
import { hashPassword } from '@main/storage/password'
import type { Clock } from '@shared/clock'
import type { FoundDevice } from '@shared/device'
import { SitewrightError } from '@shared/errors'
import type { Message } from '@shared/message'
import type { Role } from '@shared/roles'
import { newSiteData } from '@shared/site'
import { readFelixFolder, writeFelixFolder } from './felix-folder'
import { knownFactories } from './known-factories'

export interface ToolScan {
  readonly hosts: string
  readonly ports: readonly number[]
  /** `1-3,247`; empty = the ids that devices are known to have. */
  readonly units: string
  readonly speed: 'polite' | 'fast'
  readonly identify: boolean
  /** More than 4,096 hosts are meant. */
  readonly confirmed: boolean
  readonly signal: AbortSignal
  /** A row, new or better known than before. */
  readonly onFound: (device: FoundDevice) => void
  readonly onAct: (act: Message) => void
}

/**
 * What the commands use that need no site and no edge: `scan`, `read`, `simulate`, `edge passwd`, `edge export`,
 * `edge import`. The same parts as in the
 * engine, one of each.
 */
export interface Toolbox extends AsyncDisposable {
  readonly profiles: ProfileLibrary
  readonly links: LinkPool
  /** Resolves with what was left out, when every host has been asked. Reads only. */
  scan(request: ToolScan): Promise<Message | null>
  simulate(request: {
    profile: string
    port: number
    unit: number | undefined
    values: Readonly<Record<string, number | string>>
  }): Promise<SimulatedDevice>
  /**
   * Sets who may log in at an edge; without `siteId` there must be just one site. Takes no lock: one transaction, which a
   * running edge sees at the next login.
   */
  setPassword(request: {
    dataDir: string
    siteId: string | undefined
    role: Role
    password: string
  }): Promise<{ siteId: string; name: string }>
  /** Writes the configuration of a site as the directory a real OpenEMS edge starts from. */
  exportEdge(request: TransferRequest): Promise<FelixExport & { name: string }>
  /** Makes the configuration of a site what such a directory says; without any site it makes one. The site must be closed. */
  importEdge(request: TransferRequest): Promise<FelixImport & { name: string }>
}

export interface TransferRequest {
  readonly dataDir: string
  readonly siteId: string | undefined
  readonly folder: string
}

export function openToolbox({ resourcesDir, clock }: { resourcesDir: string; clock: Clock }): Toolbox {
  const profiles = readProfileLibrary(resourcesDir, NATURES)
  const links = new TcpLinkPool({ clock })
  const finder = (): FindDriver => {
    const factories = new Map(knownFactories({ links, profiles }).map((driver) => [driver.factoryId, driver]))
    return (factoryId) => factories.get(factoryId)
  }
  return {
    profiles,
    links,
    async scan({ onFound, onAct, signal, identify, speed, confirmed, ...search }) {
      let leftOut: Message | null = null
      const run = scanJob({
        pool: links,
        knowledge: { profiles: profiles.all, sunspecModels: profiles.sunspecModels },
        identify,
        connect,
        clock,
        own: () => ({ listeners: [], addresses: ownAddresses(networkInterfaces()) }),
        onFound: (_siteId, device) => onFound(device),
      })
      await run(
        { searches: [search], speed, confirmed },
        {
          jobId: '',
          siteId: '',
          signal,
          checkpoint: undefined,
          gate: async () => signal.throwIfAborted(),
          phase() {},
          act: (act) => act && onAct(act),
          waiting() {},
          leftOut(reason) {
            leftOut = reason
          },
          save() {},
        },
      )
      return leftOut
    },
    simulate({ profile, port, unit, values }) {
      const device = { profile: profiles.get(profile), port, values, clock }
      return simulateDevice(unit === undefined ? device : { ...device, unit })
    },
    async setPassword({ dataDir, siteId, role, password }) {
      const library = new SiteLibrary(dataDir, () => clock.now())
      using site = library.open(siteId ?? onlySite(library))
      site.setPasswordHash(role, await hashPassword(password))
      return { siteId: site.id, name: site.facts().data.name }
    },
    async exportEdge({ dataDir, siteId, folder }) {
      const library = new SiteLibrary(dataDir, () => clock.now())
      using site = library.open(siteId ?? onlySite(library))
      const exported = exportFelix(site.load(), { siteId: site.id, originals: site.originals(), find: finder() })
      await writeFelixFolder(folder, exported.files)
      return { ...exported, name: site.facts().data.name }
    },
    async importEdge({ dataDir, siteId, folder }) {
      const imported = importFelix(await readFelixFolder(folder), finder())
      const library = new SiteLibrary(dataDir, () => clock.now())
      const isFirst = siteId === undefined && library.ids().length === 0
      const id = isFirst ? library.create({ ...newSiteData, name: basename(folder) }) : (siteId ?? onlySite(library))
      using _lock = lockFolder(library.folderOf(id))
      using site = library.open(id)
      site.takeOver(imported.config, imported.originals, 'import: Felix directory')
      return { ...imported, name: site.facts().data.name }
    },
    [Symbol.asyncDispose]: () => links[Symbol.asyncDispose](),
  }
}

function onlySite(library: SiteLibrary): string {
  const [first, ...others] = library.summaries(new Set())
  if (first && others.length === 0) return first.id
  const sites = [first, ...others].flatMap((site) => (site ? [`${site.id} ${site.name}`] : [])).join(', ')
  throw new SitewrightError('site.unknown', first ? `Which site? ${sites}` : 'There is no site yet.', {
    args: { siteId: sites },
  })
}
