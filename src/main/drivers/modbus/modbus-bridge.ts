import type { Bus } from '@main/edge/cycle/bus'
import type { LinkLease } from '@main/protocols/links/pool'
import type { LinkSettings } from '@main/protocols/modbus/link'
import type { ConnectHints } from '@shared/profile'

/** What a Modbus bridge offers to the devices that reference it. */
export interface ModbusBridge {
  readonly bus: Bus
  /** A counted hold on the bridge's one line, opened with what this device needs of it. */
  lease(settings: LinkSettings): LinkLease
  /** One exchange for the log, where the bridge's `logVerbosity` asks for it. */
  trace(text: () => string): void
}

/** What a profile knows about a device, as settings of the line. */
export function linkSettings(connect: ConnectHints): LinkSettings {
  const { timeoutMs, maxInFlight, pauseMs, connectDelayMs, disconnectBetweenPolls } = connect
  return {
    timeoutMs,
    maxInFlight,
    pauseMs,
    connectDelayMs,
    ...(disconnectBetweenPolls && { disconnectAfterMs: 0 }),
  }
}
