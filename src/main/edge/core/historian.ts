import type { TimeSeries } from '@main/timeseries/timeseries'
import { type ChannelValue, isPriorityAtLeast, PersistencePriority } from '@shared/channel'
import { SitewrightError } from '@shared/errors'
import { isCumulated } from '@shared/units'
import { z } from 'zod'
import type { Channel } from '../channel/channel'
import { defineDriver } from '../component/driver'
import { Timedata } from '../nature'
import { channelDocs, state } from '../nature/nature'

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
  /** True while there is too little space where the history lies. */
  isDiskFull(): boolean
}

/** How often it looks at the disk, in cycles. */
const DISK_CYCLES = 60
const DAY_MS = 86_400_000
const MEGABYTE = 1 << 20

/**
 * Records the process image, once per cycle, into the edge's time-series store. It takes the place of OpenEMS's
 * `Timedata.Rrd4j`, under its factory name and properties, so that a configuration moves either way unchanged. How long
 * history is kept cannot be set there (RRD files have a fixed size); these properties are ours.
 *
 * On a disk that is nearly full nothing is recorded, so that the configuration can still be saved: `RecordingStopped` and
 * the log say so, and it goes on by itself. The time in between is not known.
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
      /** Every single value. */
      keepSamplesDays: z.int().min(1).default(90),
      /** Means of five minutes; those of hours are kept for ever. */
      keepMinutesDays: z.int().min(1).default(1100),
      maxSizeMb: z.int().min(16).default(8192),
    }),
    natures: () => [Timedata],
    channels: () =>
      channelDocs({ RecordingStopped: state('WARNING', 'The disk is nearly full: no history is recorded') }),
    start(config, { provide, cycle, channels, log }) {
      provide({ store: source.store } satisfies HistorianService)
      if (config.isReadOnly) return undefined
      source.store.retain({
        samplesMs: config.keepSamplesDays * DAY_MS,
        windowsMs: config.keepMinutesDays * DAY_MS,
        maxBytes: config.maxSizeMb * MEGABYTE,
      })
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
      let isStopped = false
      const stop = (is: boolean) => {
        if (is === isStopped) return
        isStopped = is
        channels.set('RecordingStopped', is ? 1 : 0)
        if (is) log.warn('The disk is nearly full: no history is recorded until there is space again.')
        else log.info('There is space on the disk again: history is recorded.')
      }
      return cycle.on('AFTER_PROCESS_IMAGE', ({ number, timestamp }) => {
        if (isStopped || number % DISK_CYCLES === 1) {
          const was = isStopped
          if (number % DISK_CYCLES === 1) stop(source.isDiskFull())
          if (isStopped) return
          // What changed meanwhile was not told to the store.
          if (was) generation = -1
        }
        const isNew = generation !== source.generation()
        generation = source.generation()
        try {
          source.store.append(timestamp, isNew ? everything() : changes())
        } catch (error) {
          if (!(error instanceof SitewrightError) || error.key !== 'storage.full') throw error
          stop(true)
        }
      })
    },
  })
