import type { NetworkInterfaceInfo } from 'node:os'
import { localNetworks, ownAddresses } from '@main/discovery/networks'
import { expect, it } from 'vitest'

it('proposes the /24 around this laptop, and knows all its own addresses', () => {
  const interfaces = {
    lo: [ipv4('127.0.0.1', 8, true)],
    eth0: [ipv4('192.168.7.33', 24), { ...ipv4('192.168.7.33', 64), family: 'IPv6' as const, address: 'fe80::7' }],
    wlan0: [ipv4('10.20.30.40', 16)],
    usb0: [ipv4('172.16.5.10', 29)],
    down: undefined,
  } as Record<string, NetworkInterfaceInfo[] | undefined>

  expect(localNetworks(interfaces).map(({ name, address, network }) => `${name} ${address} ${network}`)).toEqual([
    'eth0 192.168.7.33 192.168.7.0/24',
    'wlan0 10.20.30.40 10.20.30.0/24',
    'usb0 172.16.5.10 172.16.5.8/29',
  ])
  expect([...ownAddresses(interfaces)]).toEqual(['127.0.0.1', '192.168.7.33', 'fe80::7', '10.20.30.40', '172.16.5.10'])
})

function ipv4(address: string, prefix: number, internal = false): NetworkInterfaceInfo {
  return { address, cidr: `${address}/${prefix}`, family: 'IPv4', internal, mac: '02:00:00:00:00:01', netmask: '' }
}
