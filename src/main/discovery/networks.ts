import type { NetworkInterfaceInfo } from 'node:os'
import { writeAddress } from './targets'

export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>

/** A network this laptop stands in, as a proposal for a search. */
export interface LocalNetwork {
  readonly name: string
  readonly address: string
  readonly network: string
  readonly mac: string
}

/**
 * The networks of all active interfaces, from `os.networkInterfaces()`. A network wider than /24 is proposed as the /24
 * around this laptop: that is where a technician's devices are, and 65,000 addresses are asked by nobody on purpose.
 * Loopback is left out, as are interfaces without an IPv4 address.
 */
export function localNetworks(interfaces: Interfaces): readonly LocalNetwork[] {
  const networks: LocalNetwork[] = []
  for (const [name, addresses] of Object.entries(interfaces)) {
    for (const { family, internal, address, cidr, mac } of addresses ?? []) {
      if (family !== 'IPv4' || internal) continue
      const prefix = Math.max(24, Number(cidr?.split('/')[1] ?? 24))
      networks.push({ name, address, network: `${networkOf(address, prefix)}/${prefix}`, mac })
    }
  }
  return networks
}

/** Every address of this laptop itself, IPv6 included. */
export function ownAddresses(interfaces: Interfaces): ReadonlySet<string> {
  return new Set(Object.values(interfaces).flatMap((addresses) => (addresses ?? []).map(({ address }) => address)))
}

function networkOf(address: string, prefix: number): string {
  const length = 2 ** (32 - prefix)
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  return writeAddress(Math.floor(number / length) * length)
}
