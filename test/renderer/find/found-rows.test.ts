import { foundCsv } from '@renderer/features/commission/find/found-csv'
import { foldRows, hostOf, matchesFilter, sortedIds, tally } from '@renderer/features/commission/find/found-rows'
import { type FoundDevice, isUsed } from '@shared/device'
import { expect, it } from 'vitest'
import { foundDevice } from './found-device'

const flat = (unit: number, more: Partial<FoundDevice> = {}) =>
  foundDevice({ link: { kind: 'modbus-tcp', host: '192.168.1.77', port: 502, unit }, ...more })

it('folds identical meters with consecutive ids into one row', () => {
  const rows = foldRows([flat(3), flat(11), flat(12), flat(13), flat(20)])
  expect(rows.map(({ devices }) => devices.map(({ link }) => link.unit))).toEqual([[3], [11, 12, 13], [20]])
})

it('never hides a device with a problem in a fold', () => {
  const problem = { verdict: 'warn' as const, message: { key: 'discovery.slow' } }
  const rows = foldRows([flat(1), flat(2), flat(3, { problem }), flat(4)])
  expect(rows.map(({ devices }) => devices.length)).toEqual([1, 1, 1, 1])
})

it('finds a row by what a person sees of it', () => {
  const device = flat(12, { serial: '22105817' })
  for (const text of ['sdm630', 'eastron', '2210', '.77', 'unit 12', ' '])
    expect(matchesFilter(device, { text, hideIgnored: false })).toBe(true)
  expect(matchesFilter(device, { text: 'fronius', hideIgnored: false })).toBe(false)
  expect(matchesFilter({ ...device, ignored: true }, { text: '', hideIgnored: true })).toBe(false)
})

it('orders addresses by number, not by letter', () => {
  const found = ['192.168.1.100', '192.168.1.20'].map((host) =>
    foundDevice({ link: { kind: 'modbus-tcp', host, port: 502, unit: 1 } }),
  )
  expect(sortedIds(found, null)).toEqual(['192.168.1.20:502/1', '192.168.1.100:502/1'])
})

it('puts what needs a decision first when sorted by problem', () => {
  const bad = flat(9, { problem: { verdict: 'failed', message: { key: 'x' } } })
  const look = flat(8, { problem: { verdict: 'warn', message: { key: 'x' } } })
  const ids = sortedIds([flat(1), look, bad], { column: 'problem', descending: false })
  expect(ids).toEqual([bad.id, look.id, flat(1).id])
})

it('uses sure devices until the person says otherwise', () => {
  expect(isUsed(flat(1))).toBe(true)
  expect(isUsed(flat(1, { use: false }))).toBe(false)
  expect(isUsed(flat(1, { confidence: 71 }))).toBe(false)
  expect(isUsed(flat(1, { kind: 'gateway', profile: null }))).toBe(false)
})

it('does not count what is ignored', () => {
  const bad = flat(9, { problem: { verdict: 'failed', message: { key: 'x' } } })
  expect(tally([flat(1), bad, { ...bad, ignored: true }])).toEqual({ found: 2, failed: 1, look: 0 })
})

it('shows the port only where it is not the usual one', () => {
  expect(hostOf({ host: '192.168.1.31', port: 502 })).toBe('192.168.1.31')
  expect(hostOf({ host: '127.0.0.1', port: 15_021 }, true)).toBe('.1:15021')
  expect(hostOf({ host: 'meter.local', port: 502 }, true)).toBe('meter.local')
})

it('writes a list that a spreadsheet opens and that cannot run a formula', () => {
  const csv = foundCsv([flat(1, { model: '=HYPERLINK("x")', serial: 'a;b' })])
  const [head, line] = csv.split('\r\n')
  expect(head?.startsWith('\uFEFFuse;kind;brand')).toBe(true)
  expect(line).toContain('"\'=HYPERLINK(""x"")";"a;b"')
})
