import { z } from 'zod'
import { DeviceReading, FoundDevice } from '../device'
import { PropertyValue } from '../edge-config'
import { Job } from '../job'
import { Message, Verdict } from '../message'
import { Settings } from '../settings'
import { Check, Finding, ModbusTcpSearch, Site, SiteData, SiteSummary, StepId } from '../site'
import { method, notification } from './define'

const Empty = z.object({})
const SiteRef = z.object({ siteId: z.string() })
const JobRef = z.object({ jobId: z.string() })

export const NetworkInterface = z.object({
  name: z.string(),
  address: z.string(),
  /** `192.168.1.0/24`; a wider network is proposed as the /24 around this laptop. */
  network: z.string(),
  mac: z.string(),
})

/** A component that the Roles step would create: everything it needs, ready for createComponentConfig. */
export const RoleProposal = z.object({
  deviceId: z.string(),
  /** Component of the profile, e.g. `meter`. */
  part: z.string(),
  title: z.string(),
  factoryId: z.string(),
  /** Roles the profile allows, the proposed one first. */
  roles: z.array(z.string()),
  role: z.string(),
  /** The component that exists already for it, if any. */
  componentId: z.string().nullable(),
  /** Id, alias and properties as proposed, per role: `type` differs for meters. */
  id: z.string(),
  alias: z.string(),
  properties: z.record(z.string(), PropertyValue),
  /** Property changes per role, e.g. `{grid:{type:"GRID"}}`. */
  byRole: z.record(z.string(), z.record(z.string(), PropertyValue)),
  /** The bridge it needs; created first when it does not exist yet. */
  bridge: z.object({
    id: z.string(),
    exists: z.boolean(),
    factoryId: z.string(),
    alias: z.string(),
    properties: z.record(z.string(), PropertyValue),
  }),
  /** True when this part offers phases or a sign to choose. */
  canInvert: z.boolean(),
})
export type RoleProposal = z.infer<typeof RoleProposal>

export const StatusItem = z.object({
  id: z.enum(['adapter', 'bus', 'edge', 'clock']),
  verdict: Verdict,
  /** What happened, in one sentence; the popover shows it with the next step. */
  message: Message,
})
export type StatusItem = z.infer<typeof StatusItem>

export const ScanRequest = z.object({
  siteId: z.string(),
  /** Which searches; empty = all enabled ones. */
  searchIds: z.array(z.string()).default([]),
  speed: z.enum(['polite', 'fast']).default('polite'),
  /** `quick`: the known unit ids. `full`: 1–247 behind gateways and silent units too. */
  units: z.enum(['quick', 'full']).default('quick'),
})

export const appMethods = {
  getAppInfo: method({
    scope: 'app',
    role: 'guest',
    params: Empty,
    result: z.object({
      name: z.string(),
      version: z.string(),
      host: z.enum(['desktop', 'browser', 'cli', 'test']),
      node: z.string(),
      platform: z.string(),
      dataDir: z.string(),
      engineStartedAt: z.number(),
    }),
    errors: [],
  }),
  getSettings: method({ scope: 'app', role: 'guest', params: Empty, result: Settings, errors: [] }),
  updateSettings: method({ scope: 'app', role: 'admin', params: Settings.partial(), result: Settings, errors: [] }),

  getLaptopChecks: method({
    scope: 'app',
    role: 'guest',
    params: Empty,
    result: z.object({ checks: z.array(Check), checkedAt: z.number() }),
    errors: [],
  }),
  getNetworks: method({
    scope: 'app',
    role: 'guest',
    params: Empty,
    result: z.object({ interfaces: z.array(NetworkInterface) }),
    errors: [],
  }),
  getStatus: method({
    scope: 'app',
    role: 'guest',
    params: z.object({ siteId: z.string().nullable() }),
    result: z.object({ items: z.array(StatusItem) }),
    errors: [],
  }),

  listSites: method({
    scope: 'app',
    role: 'guest',
    params: Empty,
    result: z.object({ sites: z.array(SiteSummary) }),
    errors: [],
  }),
  createSite: method({
    scope: 'app',
    role: 'admin',
    params: z.object({ data: SiteData }),
    result: z.object({ site: Site }),
    errors: ['site.name-taken'],
  }),
  getSite: method({
    scope: 'app',
    role: 'guest',
    params: SiteRef,
    result: z.object({ site: Site }),
    errors: ['site.unknown'],
  }),
  updateSite: method({
    scope: 'app',
    role: 'admin',
    params: z.object({
      siteId: z.string(),
      data: SiteData.partial().optional(),
      searches: z.array(ModbusTcpSearch).max(50).optional(),
      stepsDone: z.array(StepId).optional(),
    }),
    result: z.object({ site: Site }),
    errors: ['site.unknown', 'site.name-taken', 'scan.targets'],
  }),
  /** Starts its edge, if it does not run yet. Returns the id under which edgeRpc finds it. */
  openSite: method({
    scope: 'app',
    role: 'admin',
    params: SiteRef,
    result: z.object({ edgeId: z.string() }),
    errors: ['site.unknown', 'storage.corrupt', 'storage.locked', 'storage.newer'],
  }),
  closeSite: method({ scope: 'app', role: 'admin', params: SiteRef, result: Empty, errors: ['site.unknown'] }),
  deleteSite: method({ scope: 'app', role: 'admin', params: SiteRef, result: Empty, errors: ['site.unknown'] }),
  /** Makes or reuses the demo site, starts its simulated devices and its edge. */
  openDemoSite: method({
    scope: 'app',
    role: 'admin',
    params: Empty,
    result: z.object({ siteId: z.string(), edgeId: z.string() }),
    errors: [],
  }),
  getFindings: method({
    scope: 'app',
    role: 'guest',
    params: SiteRef,
    result: z.object({ findings: z.array(Finding) }),
    errors: ['site.unknown'],
  }),

  /** What a scan would do, before it does it. */
  estimateScan: method({
    scope: 'app',
    role: 'guest',
    params: ScanRequest,
    result: z.object({ hosts: z.int(), connects: z.int(), seconds: z.number(), needsConfirmation: z.boolean() }),
    errors: ['site.unknown', 'scan.targets', 'scan.too-many'],
  }),
  /** `confirmed`: the person has seen that it is more than 4,096 hosts. */
  startScan: method({
    scope: 'app',
    role: 'admin',
    params: ScanRequest.extend({ confirmed: z.boolean().default(false) }),
    result: z.object({ jobId: z.string() }),
    errors: ['site.unknown', 'site.not-open', 'scan.targets', 'scan.too-many'],
  }),
  /** All units 1–247 of one host; behind a gateway this takes long, see estimate in the job. */
  sweepUnits: method({
    scope: 'app',
    role: 'admin',
    params: z.object({ siteId: z.string(), deviceId: z.string() }),
    result: z.object({ jobId: z.string() }),
    errors: ['device.unknown'],
  }),
  estimateSweep: method({
    scope: 'app',
    role: 'guest',
    params: z.object({ siteId: z.string(), deviceId: z.string() }),
    result: z.object({ units: z.int(), seconds: z.number() }),
    errors: ['device.unknown'],
  }),
  listFound: method({
    scope: 'app',
    role: 'guest',
    params: SiteRef,
    result: z.object({ devices: z.array(FoundDevice) }),
    errors: ['site.unknown'],
  }),
  updateFound: method({
    scope: 'app',
    role: 'admin',
    params: z.object({
      siteId: z.string(),
      deviceId: z.string(),
      use: z.boolean().nullable().optional(),
      ignored: z.boolean().optional(),
    }),
    result: z.object({ device: FoundDevice }),
    errors: ['device.unknown'],
  }),
  /** Reads a found device once, as its profile says. */
  readFound: method({
    scope: 'app',
    role: 'guest',
    params: z.object({ siteId: z.string(), deviceId: z.string() }),
    result: z.object({ readings: z.array(DeviceReading), at: z.number() }),
    errors: ['device.unknown', 'link.timeout'],
  }),

  /** One row per component that the used devices can become. Nothing is stored: the Roles step calls createComponentConfig. */
  proposeRoles: method({
    scope: 'app',
    role: 'guest',
    params: SiteRef,
    result: z.object({ proposals: z.array(RoleProposal) }),
    errors: ['site.unknown', 'site.not-open'],
  }),

  listJobs: method({
    scope: 'app',
    role: 'guest',
    params: z.object({ siteId: z.string().optional() }),
    result: z.object({ jobs: z.array(Job) }),
    errors: [],
  }),
  pauseJob: method({
    scope: 'app',
    role: 'admin',
    params: JobRef,
    result: Empty,
    errors: ['job.unknown', 'job.not-possible'],
  }),
  resumeJob: method({
    scope: 'app',
    role: 'admin',
    params: JobRef,
    result: Empty,
    errors: ['job.unknown', 'job.not-possible'],
  }),
  cancelJob: method({
    scope: 'app',
    role: 'admin',
    params: JobRef,
    result: Empty,
    errors: ['job.unknown', 'job.not-possible'],
  }),
  removeJob: method({
    scope: 'app',
    role: 'admin',
    params: JobRef,
    result: Empty,
    errors: ['job.unknown', 'job.not-possible'],
  }),
}

/** Sent to every connection of the application's own wire, at most ten (values) or four (jobs) times a second. */
export const appNotifications = {
  /** Changed jobs. */
  jobs: notification({ scope: 'app', params: z.object({ jobs: z.array(Job), removed: z.array(z.string()) }) }),
  /** Changed rows of the found list. */
  found: notification({ scope: 'app', params: z.object({ siteId: z.string(), devices: z.array(FoundDevice) }) }),
  /** A site was made, changed, opened, closed or deleted: ask again. */
  sites: notification({ scope: 'app', params: z.object({ siteId: z.string().nullable() }) }),
  status: notification({
    scope: 'app',
    params: z.object({ siteId: z.string().nullable(), items: z.array(StatusItem) }),
  }),
  settings: notification({ scope: 'app', params: Settings }),
  /** Sent by the shell or host, not the engine: the engine is lost, or is back (then subscribe again). */
  engine: notification({
    scope: 'app',
    params: z.object({ state: z.enum(['running', 'lost']), restartInMs: z.number().nullable() }),
  }),
}
