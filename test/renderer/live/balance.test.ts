import { balanceOf, type SitePowers, shares } from '@renderer/features/live/balance'
import { expect, it } from 'vitest'

/** The site of the design picture: 6.84 produced, 1.42 to grid, 1.20 into the battery, 4.22 used. */
const noon: SitePowers = {
  production: 6840,
  grid: -1420,
  battery: -1200,
  consumption: 4220,
  gridPhases: [-610, -210, -600],
  metered: [1620, 780, 1380],
}

it('closes when the meters agree, and tells what no meter explains', () => {
  expect(balanceOf(noon)).toMatchObject({ verdict: 'passed', residualW: 0, restW: 440 })
})

it('calls the loss between DC and AC a residual, and accepts a tenth of what flows', () => {
  const loss = balanceOf({ ...noon, consumption: 4040 })
  expect(loss.witnesses[0]).toMatchObject({ id: 'sum', residualW: 180, closes: true })
  expect(loss.residualW).toBe(180)
  expect(balanceOf({ ...noon, consumption: 3200 }).verdict).toBe('warn')
})

it('does not accept power that appears from nowhere', () => {
  expect(balanceOf({ ...noon, consumption: 4800 }).verdict).toBe('warn')
})

it('warns when the phases of the grid meter do not make its total', () => {
  const turned = balanceOf({ ...noon, gridPhases: [-610, 210, -600] })
  expect(turned).toMatchObject({ verdict: 'warn', residualW: 420 })
  expect(turned.witnesses.find(({ id }) => id === 'phases')).toMatchObject({ residualW: 420, closes: false })
})

it('warns when metered consumers use more than the site', () => {
  const counted = balanceOf({ ...noon, metered: [1620, 780, 1380, 900] })
  expect(counted).toMatchObject({ verdict: 'warn', restW: -460 })
})

it('proves nothing from a consumption that is only calculated', () => {
  expect(balanceOf({ ...noon, gridPhases: [null, null, null], metered: [] }).verdict).toBe('notrun')
})

it('says nothing when the grid is not known, and never takes it as zero', () => {
  const blind = { ...noon, grid: null, consumption: null, gridPhases: [null, null, null] }
  expect(balanceOf(blind)).toEqual({ verdict: 'notrun', residualW: null, witnesses: [], restW: null })
  expect(shares(blind)).toEqual({ selfConsumption: null, selfSufficiency: null })
})

it('counts what charges the battery as used on site', () => {
  const { selfConsumption, selfSufficiency } = shares(noon)
  expect(selfConsumption).toBeCloseTo(0.792, 3)
  expect(selfSufficiency).toBe(1)
})

it('does not praise the battery for power that came from the grid', () => {
  const night = shares({ ...noon, production: 0, grid: 3000, battery: -1000, consumption: 2000 })
  expect(night).toEqual({ selfConsumption: null, selfSufficiency: 0 })
})
