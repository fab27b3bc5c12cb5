import { defineDriver } from '@main/edge/component/driver'
import { BridgeModbus } from '@main/edge/nature'
import type { LinkPool } from '@main/protocols/links/pool'
import { z } from 'zod'
import type { ModbusBridge } from './modbus-bridge'

const LogVerbosity = z.enum([
  'NONE',
  'DEBUG_LOG',
  'READS_AND_WRITES',
  'READS_AND_WRITES_VERBOSE',
  'READS_AND_WRITES_DURATION',
  'READS_AND_WRITES_DURATION_TRACE_EVENTS',
])

const Config = z.strictObject({
  /** Address or name. */
  ip: z.string().min(1),
  port: z.int().min(1).max(65535).default(502),
  logVerbosity: LogVerbosity.default('NONE'),
  invalidateElementsAfterReadErrors: z.int().min(1).default(1),
})

/**
 * One Modbus/TCP line and the bus of all devices behind it. The line itself belongs to the pool, so a scan or a check of
 * the same host never opens a second connection.
 */
export function bridgeModbusTcp(links: LinkPool) {
  return defineDriver<z.infer<typeof Config>>({
    factoryId: 'Bridge.Modbus.Tcp',
    name: 'Bridge Modbus/TCP',
    description: 'Connects Modbus devices over TCP.',
    config: Config,
    natures: () => [BridgeModbus],

    start({ ip, port, logVerbosity, invalidateElementsAfterReadErrors }, context) {
      const lease = links.modbusTcp(ip, port)
      const { link } = lease
      const bus = context.createBus({
        target: link.target,
        failuresUntilUnknown: invalidateElementsAfterReadErrors,
        isConnected: () => link.connected,
        stats: (unit) => (unit === null ? { asked: 0, answered: 0, medianMs: null } : link.stats(unit)),
      })
      const isTraced = logVerbosity.startsWith('READS_AND_WRITES')
      const bridge: ModbusBridge = {
        bus,
        lease: (settings) => links.modbusTcp(ip, port, settings),
        trace: (text) => {
          if (isTraced) context.log.info(text())
        },
      }
      context.provide(bridge)
      // What was sent before a sleep is not answered any more, and the other side may have gone.
      context.cycle.onWake(() => link.hangUp())
      return lease
    },
  })
}
