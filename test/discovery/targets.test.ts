import { parseNumberList, writeNumberList } from '@main/discovery/number-list'
import { parseTargets, refuseTooMany } from '@main/discovery/targets'
import { SitewrightError } from '@shared/errors'
import { expect, it } from 'vitest'

it('leaves out the network and the broadcast address of a network', () => {
  expect(hosts('192.168.1.0/29')).toEqual([1, 2, 3, 4, 5, 6].map((n) => `192.168.1.${n}`))
  expect(hosts('192.168.1.77/30')).toEqual(['192.168.1.77', '192.168.1.78'])
  expect(hosts('10.0.0.4/31')).toEqual(['10.0.0.4', '10.0.0.5'])
  expect(hosts('10.0.0.4/32')).toEqual(['10.0.0.4'])
})

it('takes ranges with a short or a full end, with blanks and with the dash a phone types', () => {
  expect(hosts('192.168.1.9-11')).toEqual(['192.168.1.9', '192.168.1.10', '192.168.1.11'])
  expect(hosts('192.168.1.254 – 192.168.2.1')).toEqual(['192.168.1.254', '192.168.1.255', '192.168.2.0', '192.168.2.1'])
})

it('asks each door once, port after port, however often a host is listed', () => {
  const targets = parseTargets('192.168.1.2, 192.168.1.1-3; meter.local:1502 192.168.1.2:1502 [fe80::1]:502')
  expect(targets.hostCount).toBe(5)
  expect(targets.endpointCount([502, 8899])).toBe(9)
  expect(
    [...targets.endpoints([502, 8899])].map(({ host, port, named }) => `${host} ${port}${named ? ' named' : ''}`),
  ).toEqual([
    '192.168.1.1 502',
    '192.168.1.2 502 named',
    '192.168.1.3 502',
    'fe80::1 502 named',
    '192.168.1.1 8899',
    '192.168.1.2 8899 named',
    '192.168.1.3 8899',
    '192.168.1.2 1502 named',
    'meter.local 1502 named',
  ])
})

it('counts a large network without writing it out, and asks before searching it', () => {
  const before = process.memoryUsage().heapUsed
  const targets = parseTargets('10.0.0.0/8')
  const first = targets.endpoints([502, 1502])[Symbol.iterator]().next().value
  expect([targets.hostCount, targets.endpointCount([502, 1502]), first?.host]).toEqual([16777214, 33554428, '10.0.0.1'])
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(1_000_000)

  expect(failure(() => refuseTooMany(targets.hostCount))).toEqual(['scan.too-many', { hosts: 16777214, limit: 4096 }])
  refuseTooMany(parseTargets('10.0.0.0/20').hostCount)
})

it.each([
  ['192.168.1.0/33', 'prefix', '192.168.1.0/33: the part after / goes from 0 to 32'],
  ['192.168.1.0/x', 'prefix', '192.168.1.0/x: the part after / goes from 0 to 32'],
  ['192.168.1.300', 'address', '192.168.1.300: an address has four parts from 0 to 255: 192.168.1.31'],
  ['192.168.1', 'address', '192.168.1: an address has four parts from 0 to 255: 192.168.1.31'],
  ['192.168.1.5-2', 'range-order', '192.168.1.5-2: a range goes from the smaller address to the larger one'],
  ['192.168.1.5-256', 'range-end', '192.168.1.5-256: the last part of an address goes from 0 to 255'],
  ['meter.local:99999', 'port', 'meter.local:99999: the part after : is a port, 1 to 65535'],
  ['[meter]:502', 'ipv6', '[meter]:502: between [ and ] stands an IPv6 address: [fe80::1]:502'],
  [
    'fe80::/64',
    'ipv6',
    'fe80::/64: an IPv6 address with a port stands in brackets, a network of IPv6 cannot be searched',
  ],
  ['what?', 'name', 'what?: this is neither an address nor a name'],
  [' , ', 'empty', undefined],
])('names the piece of %s that is wrong, and what would be right', (text, context, sentence) => {
  const error = caught(() => parseTargets(`10.0.0.1, ${text}`.replace(/^10.0.0.1, {2},/, '')))
  expect([error.key, error.args.context]).toEqual(['scan.targets', context])
  if (sentence) expect(error.message).toBe(sentence)
})

it('reads lists of units and ports, and says between which numbers they lie', () => {
  expect(parseNumberList('1-3, 247,2', 'unit')).toEqual([1, 2, 3, 247])
  expect(parseNumberList('', 'unit')).toEqual([])
  expect(writeNumberList([247, 3, 1, 2, 2])).toBe('1-3, 247')
  expect(failure(() => parseNumberList('1,300', 'unit'))).toEqual([
    'scan.targets',
    { piece: '300', context: 'unit', from: 0, to: 255 },
  ])
  expect(failure(() => parseNumberList('0', 'port'))).toEqual([
    'scan.targets',
    { piece: '0', context: 'port', from: 1, to: 65535 },
  ])
})

function hosts(text: string): string[] {
  return [...parseTargets(text).endpoints([502])].map(({ host }) => host)
}

function caught(act: () => void): SitewrightError {
  try {
    act()
  } catch (error) {
    if (error instanceof SitewrightError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

function failure(act: () => void): unknown[] {
  const { key, args } = caught(act)
  return [key, args]
}
