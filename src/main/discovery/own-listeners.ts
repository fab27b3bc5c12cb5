import { isIPv4 } from 'node:net'
import type { Place } from './found'

/** A port this program listens at itself, and what for: a scan names it and does not knock there. */
export interface OwnListener {
  /** As it was bound: `127.0.0.1`, `0.0.0.0`, `::`. */
  readonly host: string
  readonly port: number
  readonly name: string
}

/** What this laptop is to itself. */
export interface OwnDoors {
  readonly listeners: readonly OwnListener[]
  readonly addresses: ReadonlySet<string>
}

/** The listener of ours that stands at this door, if any. */
export function ownListenerAt({ listeners, addresses }: OwnDoors, { host, port }: Place): OwnListener | undefined {
  const address = host === 'localhost' ? '127.0.0.1' : host
  const isOurs = addresses.has(address) || isLoopback(address)
  return listeners.find(
    (listener) => listener.port === port && (listener.host === address || (isOurs && WILDCARDS.has(listener.host))),
  )
}

const WILDCARDS = new Set(['', '0.0.0.0', '::'])

function isLoopback(address: string): boolean {
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'))
}
