import type { NetworkInterfaceInfo } from 'node:os'
import { z } from 'zod'
import { type JsonApiMethods, jsonApiMethod } from '../component/json-api'

export type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>

/**
 * What `_host` tells of the machine's network: the IPv4 addresses it has now. It is read only: this program changes no
 * settings of the machine it runs on. How an interface came to its address (DHCP, gateway, DNS) is not known here and is
 * left out. Source: OpenEMS `io.openems.edge.core.host.jsonrpc`, 2026.5.
 */
export function networkApi(interfaces: () => Interfaces): JsonApiMethods {
  const cards = () =>
    Object.entries(interfaces()).flatMap(([name, addresses = []]) => {
      const ips = addresses.filter(({ family, internal }) => family === 'IPv4' && !internal)
      return ips.length > 0 ? [{ name, ips }] : []
    })
  return {
    getNetworkInfo: jsonApiMethod({
      role: 'owner',
      params: z.object({}),
      answer: () => ({
        networkInterfaces: cards().map(({ name, ips }) => ({
          hardwareInterface: name,
          ips: ips.map(({ address, cidr }) => ({ label: '', address, subnetmask: prefixOf(cidr) })),
        })),
        routes: [],
      }),
    }),
    getNetworkConfig: jsonApiMethod({
      role: 'owner',
      params: z.object({}),
      answer: () => ({
        interfaces: Object.fromEntries(
          cards().map(({ name, ips }) => [
            name,
            { addresses: ips.map(({ address, netmask }) => ({ label: '', address, subnetmask: netmask })) },
          ]),
        ),
      }),
    }),
  }
}

/** `192.168.1.20/24` → 24 */
const prefixOf = (cidr: string | null): number => Number(cidr?.split('/')[1] ?? 32)
