import { type ConnectOutcome, type Door, Knocker, type KnockOptions } from './knocker'
import type { Endpoint } from './targets'

export interface ConnectResult {
  readonly endpoint: Endpoint
  /** Its place in the list of endpoints. */
  readonly index: number
  readonly outcome: ConnectOutcome
  readonly ms: number
  /** A second look at a host that kept silent the first time; the first look was reported too. */
  readonly again: boolean
}

export interface ConnectScanOptions extends KnockOptions {
  /** So many endpoints are passed over: they were settled before. */
  readonly from?: number
  /** What is known of a door without knocking; asked once for each. */
  readonly known?: (endpoint: Endpoint) => ConnectOutcome | undefined
  readonly onResult: (result: ConnectResult) => void
}

/**
 * Knocks at every endpoint with a plain TCP connect, closed at once, and tells each outcome as soon as it is known. One
 * connection per host at a time: many devices take a single client. The endpoints are walked lazily, and once more when
 * the pace says so: then the silent doors of hosts that live are asked again, and of hosts that never answered the first
 * door only, for their other doors were second chances already.
 *
 * Rejects with the signal's reason when aborted; every socket is gone by then.
 */
export async function connectScan(endpoints: Iterable<Endpoint>, options: ConnectScanOptions): Promise<void> {
  const { pace, known, onResult } = options
  const knocker = new Knocker(options)
  const answered = new Map<string, Set<number>>()
  const hasAnswered = ({ host, port }: Endpoint) => answered.get(host)?.has(port) ?? false
  const settled = ({ endpoint, index, again }: Door, outcome: ConnectOutcome, ms: number) => {
    const { host, port } = endpoint
    if (outcome !== 'silent') answered.set(host, (answered.get(host) ?? new Set()).add(port))
    if (!again || outcome !== 'silent') onResult({ endpoint, index, outcome, ms, again })
  }

  const firstLook = function* (): Iterable<Door> {
    for (const door of doors(endpoints, options.from)) {
      const outcome = known?.(door.endpoint)
      if (outcome) settled(door, outcome, 0)
      else yield door
    }
  }
  const secondLook = function* (wanted: (host: string) => boolean): Iterable<Door> {
    for (const door of doors(endpoints, options.from)) {
      if (hasAnswered(door.endpoint) || !wanted(door.endpoint.host)) continue
      yield { ...door, again: true, isMoot: () => hasAnswered(door.endpoint) }
    }
  }
  const alive = new Set<string>()
  // The second look begins while the last doors of the first are still waited for.
  const bothLooks = function* (): Iterable<Door> {
    yield* firstLook()
    if (!pace.retry) return
    for (const host of answered.keys()) alive.add(host)
    const asked = new Set<string>()
    yield* secondLook((host) => {
      const isNew = !asked.has(host)
      asked.add(host)
      return isNew || alive.has(host)
    })
  }
  await knocker.knock(bothLooks(), settled)
  if (pace.retry) {
    await knocker.knock(
      secondLook((host) => answered.has(host) && !alive.has(host)),
      settled,
    )
  }
}

function* doors(endpoints: Iterable<Endpoint>, from = 0): Iterable<Door> {
  let index = 0
  for (const endpoint of endpoints) {
    if (index >= from) yield { endpoint, index, again: false }
    index++
  }
}
