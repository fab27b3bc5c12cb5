import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { SiteLibrary } from '@main/commissioning/site/site-library'
import { ownAddresses } from '@main/discovery/networks'
import { scanJob } from '@main/discovery/scan-job'
import { NATURES } from '@main/edge/nature'
import { type ProfileLibrary, readProfileLibrary } from '@main/profiles/profile-library'
import type { LinkPool } from '@main/protocols/links/pool'
import { TcpLinkPool } from '@main/protocols/links/tcp-link-pool'
import { type SimulatedDevice, simulateDevice } from '@main/simulator/simulated-device'
import { hashPassword } from '@main/storage/password'
import type { Clock } from '@shared/clock'
import type { FoundDevice } from '@shared/device'
import { SitewrightError } from '@shared/errors'
import type { Message } from '@shared/message'
import type { Role } from '@shared/roles'

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
 * What the commands use that need no site and no edge: `scan`, `read`, `simulate`, `edge passwd`. The same parts as in the
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
}

export function openToolbox({ resourcesDir, clock }: { resourcesDir: string; clock: Clock }): Toolbox {
  const profiles = readProfileLibrary(resourcesDir, NATURES)
  const links = new TcpLinkPool({ clock })
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
