import type { TimeSeries } from '@main/timeseries/timeseries'
import { type ChannelValue, isPriorityAtLeast, PersistencePriority } from '@shared/channel'
import { isCumulated } from '@shared/units'
import { z } from 'zod'
import type { Channel } from '../channel/channel'
import { defineDriver } from '../component/driver'
import { Timedata } from '../nature'

/** What a historian offers to those who query. */
export interface HistorianService {
  readonly store: TimeSeries
}

export interface HistorianSource {
  readonly store: TimeSeries
  /** Channels whose active value changed in this cycle. */
  changed(): Iterable<Channel>
  all(): Iterable<Channel>
  /** Grows whenever components were made anew: then their channels begin as unknown without having "changed". */
  generation(): number
}

/**
 * Records the process image, once per cycle, into the edge's time-series store. It takes the place of OpenEMS's
 * `Timedata.Rrd4j`, under its factory name and properties, so that a configuration moves either way unchanged.
 */
export const historianDriver = (source: HistorianSource) =>
  defineDriver({
    factoryId: 'Timedata.Rrd4j',
    name: 'Timedata',
    description: 'Keeps the history of this edge on its own disk.',
    config: z.strictObject({
      persistencePriority: PersistencePriority.default('HIGH'),
      isReadOnly: z.boolean().default(false),
      debugMode: z.boolean().default(false),
    }),
    natures: () => [Timedata],
    start(config, { provide, cycle }) {
      provide({ store: source.store } satisfies HistorianService)
      if (config.isReadOnly) return undefined
      const isKept = (channel: Channel) =>
        channel.doc.accessMode !== 'WO' &&
        isPriorityAtLeast(channel.doc.persistencePriority, config.persistencePriority)
      let generation = -1
      let known = new Set<string>()
      /** Everything as it is now; what no longer exists is not known from here on. */
      const everything = (): Map<string, ChannelValue> => {
        const values = new Map<string, ChannelValue>()
        const counters: string[] = []
        for (const channel of source.all()) {
          if (!isKept(channel)) continue
          values.set(channel.address, channel.value)
          if (isCumulated(channel.doc.unit)) counters.push(channel.address)
        }
        source.store.markCumulated(counters)
        const now = new Set(values.keys())
        for (const address of known) if (!now.has(address)) values.set(address, null)
        known = now
        return values
      }
      const changes = (): Map<string, ChannelValue> => {
        const values = new Map<string, ChannelValue>()
        for (const channel of source.changed()) if (isKept(channel)) values.set(channel.address, channel.value)
        return values
      }
      return cycle.on('AFTER_PROCESS_IMAGE', ({ timestamp }) => {
        const isNew = generation !== source.generation()
        generation = source.generation()
        source.store.append(timestamp, isNew ? everything() : changes())
      })
    },
  })
