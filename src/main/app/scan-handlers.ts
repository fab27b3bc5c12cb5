import { proposeRoles } from '@main/commissioning/roles/propose-roles'
import { readDevice } from '@main/commissioning/site/read-device'
import { estimateScan, estimateSweep } from '@main/discovery/estimate'
import { SCAN_JOB } from '@main/discovery/scan-job'
import { planScan } from '@main/discovery/scan-plan'
import { SWEEP_JOB } from '@main/discovery/sweep-job'
import type { CallContext } from '@main/session/realm'
import { isUsed } from '@shared/device'
import { SitewrightError } from '@shared/errors'
import { message } from '@shared/message'
import type { appMethods, Handlers } from '@shared/rpc'
import type { ModbusTcpSearch } from '@shared/site'
import { type App, needOpen } from './app'

/** A person waits for this reading; what takes longer has failed. */
const READ_MS = 15_000

type Table = Pick<
  typeof appMethods,
  | 'estimateScan'
  | 'startScan'
  | 'sweepUnits'
  | 'estimateSweep'
  | 'listFound'
  | 'updateFound'
  | 'readFound'
  | 'proposeRoles'
>

/** Looking for devices, and what they can become. */
export function scanHandlers(app: App): Handlers<Table, CallContext> {
  /** The searches a request means; none chosen means all that are switched on. */
  const searchesOf = (siteId: string, wanted: readonly string[]): ModbusTcpSearch[] => {
    const all = needOpen(app, siteId).database.facts().searches
    const chosen = all.filter((search) => (wanted.length === 0 ? search.enabled : wanted.includes(search.id)))
    if (chosen.length > 0) return chosen
    throw new SitewrightError('scan.targets', 'No connection says where to look. Add one in step Connections.', {
      args: { piece: '', why: 'none' },
    })
  }

  return {
    estimateScan({ siteId, searchIds, speed, units }) {
      const planned = planScan({ searches: searchesOf(siteId, searchIds), units, confirmed: true }, app.profiles.all)
      return estimateScan(planned, speed)
    },
    startScan({ siteId, searchIds, speed, units, confirmed }) {
      const searches = searchesOf(siteId, searchIds).map(({ hosts, ports, units: listed }) => ({
        hosts,
        ports,
        units: listed,
      }))
      const input = { searches, speed, units, confirmed }
      // Whatever is wrong with it is said now, not by a job that fails a moment later.
      planScan(input, app.profiles.all)
      const where = searches.map(({ hosts }) => hosts).join(', ')
      const job = app.jobs.start({ kind: SCAN_JOB, siteId, title: message('scan.title', { where }), input })
      return { jobId: job.id }
    },
    estimateSweep: ({ siteId, deviceId }) => estimateSweep(needOpen(app, siteId).found.need(deviceId)),
    sweepUnits({ siteId, deviceId }) {
      const { link } = needOpen(app, siteId).found.need(deviceId)
      const title = message('sweep.title', { host: link.host, port: link.port })
      const job = app.jobs.start({ kind: SWEEP_JOB, siteId, title, input: { host: link.host, port: link.port } })
      return { jobId: job.id }
    },
    listFound: ({ siteId }) => ({ devices: needOpen(app, siteId).found.list() }),
    updateFound: ({ siteId, deviceId, use, ignored }) => ({
      device: needOpen(app, siteId).found.decide(deviceId, { use, ignored }),
    }),
    async readFound({ siteId, deviceId }) {
      const device = needOpen(app, siteId).found.need(deviceId)
      const around = { pool: app.links, profiles: app.profiles, signal: AbortSignal.timeout(READ_MS) }
      const readings = await readDevice(device, around)
      return { readings, at: app.clock.now() }
    },
    proposeRoles({ siteId }) {
      const { database, found } = needOpen(app, siteId)
      const devices = found.list().filter(isUsed)
      return { proposals: proposeRoles({ devices, config: database.load(), profile: (id) => app.profiles.find(id) }) }
    },
  }
}
