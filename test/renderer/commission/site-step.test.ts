import { newSiteData } from '@shared/site'
import { expect, it } from 'vitest'
import { siteStep } from '../../../src/renderer/features/commission/site'

const rules = (change: Partial<typeof newSiteData>) =>
  siteStep
    .rules?.({ ...newSiteData, name: 'Lindenweg', ...change })
    .map(({ field, verdict, message }) => [field, verdict, message.key])

it('knows the postcodes of each country', () => {
  expect(rules({ postcode: '3600' })).toEqual([])
  expect(rules({ postcode: '36000' })).toEqual([['postcode', 'failed', 'site.postcode.wrong.CH']])
  expect(rules({ postcode: '36000', country: 'DE' })).toEqual([])
  expect(rules({ postcode: '3600', country: 'LI' })).toEqual([['postcode', 'failed', 'site.postcode.wrong.LI']])
  expect(rules({ postcode: '9490', country: 'LI' })).toEqual([])
})

it('warns about a Swiss metering code of another length, and only there', () => {
  const code = `CH${'1'.repeat(31)}`
  expect(rules({ meteringCode: code })).toEqual([])
  expect(rules({ meteringCode: 'CH1234' })).toEqual([['meteringCode', 'warn', 'site.meteringCode.length']])
  expect(rules({ meteringCode: 'DE1234', country: 'DE' })).toEqual([])
})

it('warns about a fuse of an unusual size', () => {
  expect(rules({ fuseA: 63 })).toEqual([])
  expect(rules({ fuseA: 61 })).toEqual([['fuseA', 'warn', 'site.fuseA.unusual']])
})

it('keeps every field that is right and none that is wrong', () => {
  const stored = siteStep.store({ ...newSiteData, name: 'L', postcode: '36000', place: ' Thun ', fuseA: null })
  expect(stored?.data).toMatchObject({ place: 'Thun', phases: 3 })
  expect(Object.keys(stored?.data ?? {})).not.toEqual(expect.arrayContaining(['name']))
  expect(stored?.data).not.toHaveProperty('postcode')
  expect(stored?.data).not.toHaveProperty('fuseA')
})
