import type { EdgeCallContext } from '@main/session/realm'
import {
  queryHistoricTimeseriesData,
  queryHistoricTimeseriesEnergy,
  queryHistoricTimeseriesEnergyPerPeriod,
} from '@main/timeseries/historic-query'
import type { TimeSeries } from '@main/timeseries/timeseries'
import { ChannelAddress } from '@shared/channel'
import { SitewrightError } from '@shared/errors'
import type { edgeMethods, Handlers } from '@shared/rpc'
import { writesOf } from './api-writes'
import { askComponent } from './component-json-api'
import type { EdgeAccess } from './edge-access'
import { exportXlsx } from './export-xlsx'
import { linkHealth } from './link-health'
import { routes } from './routes'

type Context = EdgeCallContext<EdgeAccess>

/** Everything one edge answers, on whatever wire it was asked. */
export const edgeHandlers: Handlers<typeof edgeMethods, Context> = {
  getEdgeConfig(_params, { edge, session, edgeId, wrapped }) {
    // Who looks at the configuration wants to hear when it changes; OpenEMS tells every connection.
    edge.listen(session, edgeId, wrapped)
    return edge.edge.edgeConfig()
  },

  async createComponentConfig({ factoryPid, properties }, { edge, account }) {
    await edge.edge.createComponent(factoryPid, properties as PropertyList, account)
    return {}
  },
  async updateComponentConfig({ componentId, properties }, { edge, account }) {
    await edge.edge.updateComponent(componentId, properties as PropertyList, account)
    return {}
  },
  async deleteComponentConfig({ componentId }, { edge, account }) {
    await edge.edge.deleteComponent(componentId, account)
    return {}
  },

  setChannelValue({ componentId, channelId, value }, { edge, api, account }) {
    writesOf(edge.edge, api).set(`${componentId}/${channelId}`, value, account)
    return {}
  },

  listConfigChanges: (filter, { edge }) => ({ changes: edge.edge.listChanges(filter) }),
  async undoConfigChange({ number }, { edge, account }) {
    await edge.edge.undoChange(number, account)
    return {}
  },

  componentJsonApi: ({ componentId, payload }, { edge, role }) => askComponent(edge.edge, componentId, payload, role),

  subscribeChannels({ channels }, { edge, session, edgeId, wrapped }) {
    for (const address of channels) {
      if (!ChannelAddress.safeParse(address).success) {
        throw new SitewrightError('channel.unknown', `"${address}" is no channel address, e.g. meter0/ActivePower.`, {
          args: { address },
          data: [address],
        })
      }
    }
    edge.subscribe(session, edgeId, wrapped, channels)
    return {}
  },

  subscribeSystemLog({ subscribe }, { edge, session, edgeId, wrapped }) {
    edge.systemLog.set(session, edgeId, wrapped, subscribe)
    return {}
  },
  subscribeChannelUpdate({ subscribe }, { edge, session, edgeId, wrapped }) {
    edge.channelUpdate.set(session, edgeId, wrapped, subscribe)
    return {}
  },

  routes: (_params, { edge }) => routes(edge.edge),

  queryHistoricTimeseriesData: (params, { edge }) => queryHistoricTimeseriesData(historyOf(edge), params),
  queryHistoricTimeseriesEnergy: (params, { edge }) => queryHistoricTimeseriesEnergy(historyOf(edge), params),
  queryHistoricTimeseriesEnergyPerPeriod: (params, { edge }) =>
    queryHistoricTimeseriesEnergyPerPeriod(historyOf(edge), params),

  async queryHistoricTimeseriesExportXlxs(params, { edge, edgeId }) {
    const file = await exportXlsx(historyOf(edge), edgeId, params, edge.clock.now())
    return { payload: file.toString('base64') }
  },

  readChannels({ addresses }, { edge }) {
    return { values: Object.fromEntries(addresses.map((address) => [address, edge.read(address)])) }
  },

  listChannels({ componentId }, { edge }) {
    const now = edge.clock.now()
    const component = edge.edge.registry.need(componentId)
    return {
      channels: [...component.channels.values()].map((channel) => ({
        ...channel.doc,
        value: channel.value,
        ageMs: channel.lastValueAt === null ? null : Math.max(0, now - channel.lastValueAt),
        lastValue: channel.lastValue,
      })),
    }
  },

  getLinkHealth: (_params, { edge }) => ({ bridges: linkHealth(edge.edge) }),
}

function historyOf({ edge }: EdgeAccess): TimeSeries {
  if (edge.history) return edge.history
  throw new SitewrightError('history.none', 'This edge keeps no history: it has no Timedata component.')
}

/** zod reads `value: unknown` as optional; a missing value means the same as null. */
type PropertyList = readonly { name: string; value: unknown }[]
