import { estimateScan, estimateSweep } from '@main/discovery/estimate'
import { planScan } from '@main/discovery/scan-plan'
import { expect, it } from 'vitest'
import { knowledge } from './plant'

const { profiles } = knowledge()

it('tells how long a scan takes before it starts', () => {
  const plan = (hosts: string, ports = [502]) =>
    planScan({ searches: [{ hosts, ports, units: '' }], units: 'quick', confirmed: true }, profiles)
  // 254 doors: two rounds of 128, half a second each.
  expect(estimateScan(plan('192.168.1.0/24'), 'polite')).toEqual({
    hosts: 254,
    connects: 254,
    seconds: 1,
    needsConfirmation: false,
  })
  expect(estimateScan(plan('10.0.0.0/16', [502, 1502]), 'polite')).toMatchObject({
    hosts: 65534,
    connects: 131068,
    seconds: 512,
    needsConfirmation: true,
  })
})

it('tells how long a full sweep takes from what was measured at this host', () => {
  expect(estimateSweep({ kind: 'gateway', medianMs: 500 })).toEqual({ units: 247, seconds: 136 })
  expect(estimateSweep({ kind: 'device', medianMs: 10 }, 'fast')).toEqual({ units: 247, seconds: 38 })
  expect(estimateSweep({ kind: 'device', medianMs: null }, 'fast')).toEqual({ units: 247, seconds: 247 })
})

it('asks the usual ids and those of the profiles, unless the person says which', () => {
  const units = (text: string, depth: 'quick' | 'full') =>
    planScan({ searches: [{ hosts: 'a', ports: [502], units: text }], units: depth, confirmed: false }, profiles)[0]
      ?.sweep.units
  expect(units('', 'quick')).toEqual(expect.arrayContaining([1, 2, 3, 247, 200, 126]))
  expect(units('', 'quick')?.length).toBeLessThan(16)
  expect(units('', 'full')?.length).toBe(247)
  expect(units('5-7', 'full')).toEqual([5, 6, 7])
})
