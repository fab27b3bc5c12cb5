import { connect } from 'node:net'
import type { LinkSettings } from '@main/protocols/modbus/link'
import { type LinkWorld, TcpLink } from '@main/protocols/modbus/tcp-link'
import { ManualClock } from '../../support/manual-clock'

/** A link to a test server over real loopback sockets, on a clock that the test moves. Jitter is off. */
export function linkTo(
  server: { host: string; port: number },
  settings: LinkSettings = {},
  world: Partial<LinkWorld> & { clock?: ManualClock } = {},
): { link: TcpLink; clock: ManualClock } & AsyncDisposable {
  const clock = world.clock ?? new ManualClock()
  const link = new TcpLink(server.host, server.port, settings, { connect, random: () => 0.5, ...world, clock })
  return { link, clock, [Symbol.asyncDispose]: () => link[Symbol.asyncDispose]() }
}

/** What became of a promise, without waiting for one that is still open. */
export function outcome<T>(promise: Promise<T>): { value?: T; error?: unknown; settled: boolean } {
  const state: { value?: T; error?: unknown; settled: boolean } = { settled: false }
  promise.then(
    (value) => Object.assign(state, { value, settled: true }),
    (error: unknown) => Object.assign(state, { error, settled: true }),
  )
  return state
}
