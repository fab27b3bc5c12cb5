import { hostname, networkInterfaces, release, type } from 'node:os'
import { z } from 'zod'
import type { ComponentRegistry } from '../component/component-registry'
import { type DriverDefinition, defineDriver } from '../component/driver'
import { JsonApi } from '../nature'
import { channelDocs, channelOf, choice, measured, state } from '../nature/nature'
import { componentManagerApi } from './component-manager-api'
import { networkApi } from './network-api'
import { sumDriver } from './sum'

/** What only the composition root knows about this edge. */
export interface CoreFacts {
  /** `YYYY.M.P`; at least 2024.6.1, so that a UI asks for channels and properties on demand. */
  readonly version: string
  /** How long the last cycle took, ms. */
  measuredCycleTime(): number | null
  /** True while less than 100 MB are free where the history lies. */
  isDiskFull(): boolean
  registry(): ComponentRegistry
}

/** OpenEMS's single components: they exist in every edge, under these ids (modules description B3). */
export function coreDrivers(facts: CoreFacts): DriverDefinition[] {
  return [
    sumDriver,
    defineDriver({
      factoryId: 'Core.Meta',
      name: 'Core Meta',
      description: 'What is true of the whole edge: version, currency, limits of the grid connection.',
      singleton: { id: '_meta' },
      config: z.strictObject({
        currency: z.string().default('EUR'),
        gridFeedInLimitationType: z.string().default('NO_LIMITATION'),
        maximumGridFeedInLimit: z.int().default(-1),
        isEssChargeFromGridAllowed: z.boolean().default(false),
        gridConnectionPointFuseLimit: z.int().default(32),
        subdivisionCode: z.string().default('UNDEFINED'),
        placeName: z.string().default(''),
        postcode: z.string().default(''),
        latitude: z.number().default(-999),
        longitude: z.number().default(-999),
        timezone: z.string().default(''),
        gridBuySoftLimit: z.string().default('[]'),
        thirdPartyUsageAcceptance: z.string().default('UNDECIDED'),
      }),
      natures: () => [JsonApi],
      channels: () =>
        channelDocs({
          Version: channelOf('STRING', '', 'RO', { persist: 'HIGH' }),
          SystemTimeUtc: channelOf('LONG', 'sec', 'RO', { persist: 'VERY_LOW' }),
          Currency: choice({ UNDEFINED: 0, EUR: 1, SEK: 2, CHF: 3 }, { persist: 'HIGH' }),
          IsEssChargeFromGridAllowed: channelOf('BOOLEAN', '', 'RO', { persist: 'HIGH' }),
          GridFeedInLimitationType: choice(
            { UNDEFINED: -1, DYNAMIC_LIMITATION: 0, NO_LIMITATION: 1 },
            { persist: 'HIGH' },
          ),
          GridBuySoftLimit: measured('W'),
        }),
      start(config, { channels, cycle, clock, answer }) {
        answer({})
        channels.set('Version', facts.version)
        channels.set('Currency', { EUR: 1, SEK: 2, CHF: 3 }[config.currency] ?? 0)
        channels.set('IsEssChargeFromGridAllowed', config.isEssChargeFromGridAllowed ? 1 : 0)
        channels.set('GridFeedInLimitationType', config.gridFeedInLimitationType === 'DYNAMIC_LIMITATION' ? 0 : 1)
        return cycle.on('BEFORE_PROCESS_IMAGE', () => channels.set('SystemTimeUtc', Math.floor(clock.now() / 1000)))
      },
    }),
    defineDriver({
      factoryId: 'Core.Cycle',
      name: 'Core Cycle',
      description: 'The heartbeat of the edge.',
      singleton: { id: '_cycle' },
      config: z.strictObject({
        cycleTime: z.int().min(100).max(600_000).default(1000),
        logVerbosity: z.string().default('NONE'),
      }),
      natures: () => [],
      channels: () =>
        channelDocs({
          MeasuredCycleTime: channelOf('LONG', 'ms', 'RO', { persist: 'HIGH' }),
          CycleTimeIsTooShort: state('INFO', 'The work of a cycle takes longer than the cycle'),
          IgnoreDisabledController: state('INFO', 'A disabled Controller is ignored'),
        }),
      start: (config, { channels, cycle }) =>
        cycle.on('BEFORE_PROCESS_IMAGE', () => {
          const measured = facts.measuredCycleTime()
          channels.set('MeasuredCycleTime', measured)
          channels.set('CycleTimeIsTooShort', measured !== null && measured > config.cycleTime ? 1 : 0)
        }),
    }),
    defineDriver({
      factoryId: 'Core.Host',
      name: 'Core Host',
      description: 'The machine the edge runs on.',
      singleton: { id: '_host' },
      config: z.strictObject({
        networkConfiguration: z.string().default(''),
        usbConfiguration: z.string().default(''),
      }),
      natures: () => [JsonApi],
      channels: () =>
        channelDocs({
          Hostname: channelOf('STRING', '', 'RO', { persist: 'HIGH' }),
          OsVersion: channelOf('STRING', '', 'RO', { persist: 'HIGH' }),
          DiskIsFull: state('INFO', 'Disk is full'),
        }),
      start(_config, { channels, cycle, answer }) {
        answer(networkApi(networkInterfaces))
        channels.set('Hostname', hostname())
        channels.set('OsVersion', `${type()} ${release()}`)
        return cycle.on('BEFORE_PROCESS_IMAGE', ({ number }) => {
          if (number % 60 === 1) channels.set('DiskIsFull', facts.isDiskFull() ? 1 : 0)
        })
      },
    }),
    defineDriver({
      factoryId: 'Core.ComponentManager',
      name: 'Core Component-Manager',
      description: 'Knows every component and whether what is stored also runs.',
      singleton: { id: '_componentManager' },
      config: z.strictObject({}),
      natures: () => [JsonApi],
      channels: () =>
        channelDocs({
          ConfigNotActivated: state('FAULT', 'A configuration was not activated'),
          DuplicatedComponentId: state('FAULT', 'Duplicated Component-ID'),
          WasOutOfMemory: state('INFO', 'OutOfMemory had happened'),
          DefaultConfigurationFailed: state('FAULT', 'Applying the default configuration failed'),
        }),
      start(_config, { channels, clock, cycle, answer }) {
        answer(componentManagerApi(facts.registry, () => clock.now()))
        return cycle.on('BEFORE_PROCESS_IMAGE', () =>
          channels.set('ConfigNotActivated', facts.registry().notActivated().length > 0 ? 1 : 0),
        )
      },
    }),
  ]
}
