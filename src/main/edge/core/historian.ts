import type { TimeSeries } from '@main/timeseries/timeseries'
import { type ChannelValue, isPriorityAtLeast, PersistencePriority } from '@shared/channel'
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
      let first = true
      return cycle.on('AFTER_PROCESS_IMAGE', ({ timestamp }) => {
        const values = new Map<string, ChannelValue>()
        for (const channel of first ? source.all() : source.changed()) {
          if (isKept(channel)) values.set(channel.address, channel.value)
        }
        first = false
        source.store.append(timestamp, values)
      })
    },
  })
