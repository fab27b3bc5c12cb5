import type { DriverDefinition } from '@main/edge/component/driver'
import { MemoryConfigStore } from '@main/edge/config/config-store'
import { Edge } from '@main/edge/edge'
import type { TimeSeries } from '@main/timeseries/timeseries'
import type { ChannelValue } from '@shared/channel'
import type { Properties, StoredComponent } from '@shared/edge-config'
import { createLogger, type LogEntry } from '@shared/log'
import { ManualClock } from './manual-clock'

export interface TestEdge extends AsyncDisposable {
  readonly edge: Edge
  readonly clock: ManualClock
  readonly store: MemoryConfigStore
  readonly log: LogEntry[]
  /** One cycle as a device sees it: everybody is asked, then the process image switches; time moves on by the cycle. */
  cycle(times?: number): Promise<void>
  snapshot(componentId: string): Record<string, ChannelValue>
}

type Components = Record<string, { factoryId: string; alias?: string; properties?: Properties }>

/** An edge whose clock belongs to the test. Its cycle runs when the test says so. */
export async function testEdge(options: {
  drivers?: readonly DriverDefinition[]
  components?: Components
  history?: TimeSeries
  clock?: ManualClock
  store?: MemoryConfigStore
  isDiskFull?: () => boolean
}): Promise<TestEdge> {
  const clock = options.clock ?? new ManualClock()
  const log: LogEntry[] = []
  const store =
    options.store ?? new MemoryConfigStore({ components: complete(options.components ?? {}) }, () => clock.now())
  const edge = await Edge.open({
    clock,
    log: createLogger('', (entry) => log.push(entry), clock.now.bind(clock)),
    version: '2026.5.0',
    store,
    history: options.history ?? memoryHistory(),
    drivers: options.drivers ?? [],
    ...(options.isDiskFull ? { isDiskFull: options.isDiskFull } : {}),
  })
  return {
    edge,
    clock,
    store,
    log,
    async cycle(times = 1) {
      for (let count = 0; count < times; count++) {
        edge.startRounds({ number: 0, timestamp: clock.now(), cycleTimeMs: edge.cycle.cycleTimeMs })
        await Promise.all(edge.buses().map((bus) => bus.settled()))
        edge.cycle.run()
        await Promise.all(edge.buses().map((bus) => bus.settled()))
        await clock.advance(edge.cycle.cycleTimeMs)
      }
    },
    snapshot: (componentId) => edge.snapshot(componentId),
    [Symbol.asyncDispose]: () => edge[Symbol.asyncDispose](),
  }
}

const complete = (components: Components): Record<string, StoredComponent> =>
  Object.fromEntries(
    Object.entries(components).map(([id, { factoryId, alias = '', properties = {} }]) => [
      id,
      { factoryId, alias, properties },
    ]),
  )

/** Keeps every row, for tests that look at what was recorded. */
export function memoryHistory(): TimeSeries & { rows: { at: number; changes: Map<string, ChannelValue> }[] } {
  const rows: { at: number; changes: Map<string, ChannelValue> }[] = []
  return {
    rows,
    append: (at, changes) => void rows.push({ at, changes: new Map(changes) }),
    markGap: () => {},
    means: (channels, slots) => new Map(channels.map((channel) => [channel, slots.map(() => null)])),
    counts: (channels, slots) => new Map(channels.map((channel) => [channel, slots.map(() => null)])),
    markCumulated: () => {},
    retain: () => {},
    latest: () => null,
    compact: () => {},
    channels: [],
    [Symbol.dispose]: () => {},
  }
}
