import type { FoundDevice } from '@shared/device'
import { PACE, type ScanSpeed } from './speed'
import { HOSTS_WITHOUT_ASKING, type TargetList } from './targets'

export interface ScanEstimate {
  readonly hosts: number
  readonly connects: number
  readonly seconds: number
  /** More hosts than anyone searches by mistake. */
  readonly needsConfirmation: boolean
}

/**
 * How long a search takes at most until every door has been tried, plus what asking a named host takes as a rule. How many
 * hosts of a range will answer nobody knows before.
 */
export function estimateScan(
  searches: readonly { readonly targets: TargetList; readonly ports: readonly number[] }[],
  speed: ScanSpeed,
): ScanEstimate {
  const { connect, ask } = PACE[speed]
  const hosts = searches.reduce((sum, { targets }) => sum + targets.hostCount, 0)
  const connects = searches.reduce((sum, { targets, ports }) => sum + targets.endpointCount(ports), 0)
  const named = searches.reduce((sum, { targets }) => sum + targets.namedCount, 0)
  const bySilence = Math.ceil(connects / connect.maxOpen) * connect.timeoutMs
  const byPace = connect.perSecond === null ? 0 : (connects / connect.perSecond) * 1000
  const asking = Math.ceil(named / ask.hosts) * USUAL_HOST_MS
  const seconds = Math.ceil((Math.max(bySilence, byPace) + asking) / 1000)
  return { hosts, connects, seconds, needsConfirmation: hosts > HOSTS_WITHOUT_ASKING }
}

/** What asking one host takes as a rule: two units with a name, the other usual ids silent. */
const USUAL_HOST_MS = 3000

/**
 * How long asking all units of a host takes, from what was measured there: behind a gateway the time it needs to say that
 * a unit is absent; elsewhere the silence that is waited for.
 */
export function estimateSweep(
  row: Pick<FoundDevice, 'kind' | 'medianMs'>,
  speed: ScanSpeed = 'polite',
  units = 247,
): { readonly units: number; readonly seconds: number } {
  const { ask } = PACE[speed]
  const { medianMs } = row
  const silenceMs =
    medianMs === null ? ask.firstTimeoutMs : Math.min(ask.maxTimeoutMs, Math.max(ask.minTimeoutMs, 4 * medianMs))
  const absentMs = row.kind === 'gateway' && medianMs !== null ? medianMs + ask.pauseMs : silenceMs
  return { units, seconds: Math.ceil((units * absentMs) / 1000) }
}
