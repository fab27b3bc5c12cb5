import { SitewrightError } from '@shared/errors'
import { expect, it } from 'vitest'
import { connectionsStep, readPorts, type SearchDraft } from '../../../src/renderer/features/commission/connections'
import { fakeSite } from '../fake-rpc'

const search = (change: Partial<SearchDraft> = {}): SearchDraft => ({
  id: 'tcp1',
  hosts: '192.168.1.0/24',
  ports: '502',
  units: '',
  enabled: true,
  ...change,
})
const told = (searches: SearchDraft[]) =>
  connectionsStep.rules?.({ searches }).map(({ field, verdict, message }) => [field, verdict, message.key])
const refusal = (args: Record<string, string | number>) => new SitewrightError('scan.targets', 'no', { args })

it('reads ports with commas and blanks, each once', () => {
  expect([readPorts('502, 1502 502'), readPorts('0'), readPorts('70000'), readPorts('x'), readPorts('')]).toEqual([
    [502, 1502],
    null,
    null,
    null,
    null,
  ])
})

it('wants hosts and ports in every search, and warns when one stands there twice', () => {
  expect(told([search({ hosts: ' ', ports: '99999' })])).toEqual([
    ['searches.tcp1.hosts', 'failed', 'connections.hosts.empty'],
    ['searches.tcp1.ports', 'failed', 'connections.ports.wrong'],
  ])
  expect(told([search(), search({ id: 'tcp2' })])).toEqual([['searches.tcp2.hosts', 'warn', 'connections.twice']])
})

it('keeps only searches that are complete', () => {
  const stored = connectionsStep.store({ searches: [search(), search({ id: 'tcp2', hosts: '' })] })
  expect(stored?.searches?.map(({ id, ports }) => [id, ports])).toEqual([['tcp1', [502]]])
})

it('puts a refusal of the engine at the piece that was refused', () => {
  const searches = [search(), search({ id: 'tcp2', hosts: '10.0.0.5, gate-way..x', units: '1-300' })]
  const blame = (args: Record<string, string | number>) => connectionsStep.blame?.(refusal(args), { searches })
  expect(blame({ piece: 'gate-way..x', context: 'name' })).toBe('searches.tcp2.hosts')
  expect(blame({ piece: '1-300', context: 'unit', from: 0, to: 255 })).toBe('searches.tcp2.units')
  expect(connectionsStep.blame?.(new SitewrightError('storage.full', 'full'), { searches })).toBeNull()
})

it('tells of each search how many hosts that is and how long it takes, or what is wrong with it', async () => {
  const problems = await connectionsStep.check?.(
    { searches: [search(), search({ id: 'tcp2', hosts: 'x..y' }), search({ id: 'tcp3', enabled: false })] },
    {
      site: fakeSite(),
      signal: new AbortController().signal,
      rpc: {
        call: async (_method: string, params: unknown) => {
          const { searchIds } = params as { searchIds: string[] }
          if (searchIds[0] === 'tcp2') throw refusal({ piece: 'x..y', context: 'name' })
          return { hosts: 254, connects: 254, seconds: 1.4, needsConfirmation: false } as never
        },
      },
    },
  )
  expect(problems).toEqual([
    {
      field: 'searches.tcp1.hosts',
      verdict: 'passed',
      message: { key: 'connections.estimate', args: { count: 254, hosts: '254', seconds: '2' } },
    },
    {
      field: 'searches.tcp2.hosts',
      verdict: 'failed',
      message: { key: 'scan.targets', args: { piece: 'x..y', context: 'name' } },
    },
  ])
})
