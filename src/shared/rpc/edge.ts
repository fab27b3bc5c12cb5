import { z } from 'zod'
import { ChannelAddress, ChannelDoc, ChannelValue } from '../channel'
import { ComponentId, ConfigChangeEntry, EdgeConfig } from '../edge-config'
import { Verdict } from '../message'
import { method, notification } from './define'

const Empty = z.object({})
const PropertyList = z.array(z.object({ name: z.string().min(1).max(200), value: z.unknown() })).max(500)

/** Days of a place, both included. */
const Range = z.object({
  timezone: z.union([z.string().max(100), z.number()]),
  fromDate: z.string(),
  toDate: z.string(),
  channels: z.array(z.string().max(300)).max(1000),
})
const Resolution = z.union([z.object({ value: z.int().positive(), unit: z.string() }), z.int().positive()])
const Slots = z.object({
  timestamps: z.array(z.string()),
  data: z.record(z.string(), z.array(z.number().nullable())),
})

/** Scope `edge`: methods of OpenEMS (wire description §4, §5), and ours, marked so. */
export const edgeMethods = {
  getEdgeConfig: method({ scope: 'edge', role: 'guest', params: Empty, result: EdgeConfig, errors: [] }),

  /** With property `id`: a new component; without: the singleton of that PID. Atomic: all or nothing is stored. */
  createComponentConfig: method({
    scope: 'edge',
    role: 'admin',
    params: z.object({ factoryPid: z.string().min(1).max(200), properties: PropertyList }),
    result: Empty,
    errors: ['config.not-created'],
  }),
  /** Only what is sent changes; `null` removes a property, so that its default counts again. */
  updateComponentConfig: method({
    scope: 'edge',
    role: 'owner',
    params: z.object({ componentId: z.string().min(1).max(200), properties: PropertyList }),
    result: Empty,
    errors: ['config.component-unknown', 'config.not-applied'],
  }),
  deleteComponentConfig: method({
    scope: 'edge',
    role: 'admin',
    params: z.object({ componentId: z.string().min(1).max(200) }),
    result: Empty,
    errors: ['config.component-unknown', 'config.not-deleted'],
  }),

  /**
   * Asked for in every cycle until nothing was set for `apiTimeout` seconds; `null`, or an empty text where the channel holds
   * none, takes a value back.
   */
  setChannelValue: method({
    scope: 'edge',
    role: 'admin',
    params: z.object({
      componentId: z.string().min(1).max(200),
      channelId: z.string().min(1).max(200),
      value: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
    }),
    result: Empty,
    errors: [
      'config.component-unknown',
      'channel.unknown',
      'channel.not-writable',
      'channel.value',
      'channel.option',
      'api.no-writes',
    ],
  }),

  /** Ours. Who changed what and when, newest first; what the edge notes by itself is left out. */
  listConfigChanges: method({
    scope: 'edge',
    role: 'owner',
    params: z.object({
      componentId: z.string().min(1).max(200).optional(),
      limit: z.int().min(1).max(1000).default(50),
    }),
    result: z.object({ changes: z.array(ConfigChangeEntry) }),
    errors: [],
  }),
  /** Ours. Takes one change back, which is a change of its own; refused when it no longer fits what is there now. */
  undoConfigChange: method({
    scope: 'edge',
    role: 'admin',
    params: z.object({ number: z.int().min(1) }),
    result: Empty,
    errors: ['config.change-unknown', 'config.not-undone'],
  }),

  /** Asks one component something of its own; the answer is the inner result itself (wire description §4.2). */
  componentJsonApi: method({
    scope: 'edge',
    role: 'guest',
    params: z.object({ componentId: z.string().min(1).max(200), payload: z.record(z.string(), z.unknown()) }),
    result: z.record(z.string(), z.unknown()),
    errors: ['config.component-unknown', 'config.factory-unknown', 'channel.unknown', 'rpc.no-json-api'],
  }),

  /** The list replaces the previous one; `[]` unsubscribes. Answered by `currentData` every cycle. */
  subscribeChannels: method({
    scope: 'edge',
    role: 'guest',
    params: z.object({ count: z.number().optional(), channels: z.array(z.string().max(300)).max(10_000) }),
    result: Empty,
    errors: ['channel.unknown'],
  }),

  /** The log of the edge from now on, as `systemLog` notifications, until the session ends or `false` is sent. */
  subscribeSystemLog: method({
    scope: 'edge',
    role: 'owner',
    params: z.object({ subscribe: z.boolean() }),
    result: Empty,
    errors: [],
  }),
  /** A `channelUpdate` notification each time components were made anew: then their channels may be others. */
  subscribeChannelUpdate: method({
    scope: 'edge',
    role: 'guest',
    params: z.object({ subscribe: z.boolean() }),
    result: Empty,
    errors: [],
  }),
  /** Self description: every method with who may ask it and its shapes. */
  routes: method({
    scope: 'edge',
    role: 'guest',
    params: Empty,
    result: z.object({ version: z.string(), endpoints: z.array(z.record(z.string(), z.unknown())) }),
    errors: [],
  }),

  queryHistoricTimeseriesData: method({
    scope: 'edge',
    role: 'guest',
    params: Range.extend({ resolution: Resolution.optional() }),
    result: Slots,
    errors: ['history.none'],
  }),
  /** What cumulated channels counted from the first day to the last. */
  queryHistoricTimeseriesEnergy: method({
    scope: 'edge',
    role: 'guest',
    params: Range,
    result: z.object({ data: z.record(z.string(), z.number().nullable()) }),
    errors: ['history.none'],
  }),
  /** The same per slot. */
  queryHistoricTimeseriesEnergyPerPeriod: method({
    scope: 'edge',
    role: 'guest',
    params: Range.extend({ resolution: Resolution }),
    result: Slots,
    errors: ['history.none'],
  }),

  /** A spreadsheet, base64: powers by the quarter of an hour, energies of the whole range. OpenEMS spells it so. */
  queryHistoricTimeseriesExportXlxs: method({
    scope: 'edge',
    role: 'guest',
    params: Range.omit({ channels: true }),
    result: z.object({ payload: z.string() }),
    errors: ['history.none'],
  }),

  /** Ours. The process image. `null` is an answer: the value is not known. */
  readChannels: method({
    scope: 'edge',
    role: 'guest',
    params: z.object({ addresses: z.array(ChannelAddress).min(1).max(5000) }),
    result: z.object({ values: z.record(z.string(), ChannelValue) }),
    errors: ['channel.unknown'],
  }),
  /** Ours. What the channels of a component are, with the age of each value in ms (null = never read). */
  listChannels: method({
    scope: 'edge',
    role: 'guest',
    params: z.object({ componentId: ComponentId }),
    result: z.object({
      channels: z.array(
        ChannelDoc.extend({ value: ChannelValue, ageMs: z.number().nullable(), lastValue: ChannelValue }),
      ),
    }),
    errors: ['config.component-unknown'],
  }),
  /** Ours. How each bridge and each device on it fares. */
  getLinkHealth: method({
    scope: 'edge',
    role: 'guest',
    params: Empty,
    result: z.object({
      bridges: z.array(
        z.object({
          id: z.string(),
          target: z.string(),
          verdict: Verdict,
          connected: z.boolean(),
          /** Share of the cycle in which the bus was busy, 0…1. */
          busy: z.number(),
          devices: z.array(
            z.object({
              componentId: z.string(),
              unit: z.int().nullable(),
              verdict: Verdict,
              asked: z.int(),
              answered: z.int(),
              medianMs: z.number().nullable(),
              failures: z.int(),
              /** Ms until it is asked again; null = not in back-off. */
              backOffMs: z.number().nullable(),
              error: z.object({ key: z.string(), text: z.string() }).nullable(),
            }),
          ),
        }),
      ),
    }),
    errors: [],
  }),
}

export const edgeNotifications = {
  currentData: notification({ scope: 'edge', params: z.record(z.string(), ChannelValue) }),
  systemLog: notification({
    scope: 'edge',
    params: z.object({
      line: z.object({ time: z.string(), level: z.string(), source: z.string(), message: z.string() }),
    }),
  }),
  channelUpdate: notification({ scope: 'edge', params: Empty }),
  edgeConfig: notification({ scope: 'edge', params: EdgeConfig }),
}
