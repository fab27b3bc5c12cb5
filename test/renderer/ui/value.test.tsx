// @vitest-environment happy-dom
import { screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { type Reading, Tile } from '../../../src/renderer/ui'
import { renderUi } from './render-ui'

const tile = (reading: Partial<Reading>) => {
  const all: Reading = { kind: 'fresh', value: null, lastValue: null, lastAt: null, ...reading }
  using _view = renderUi(<Tile name="Flat 2, using" unit="W" reading={all} />)
  return screen.getByRole('region', { name: 'Flat 2, using' }).textContent
}
const ago = (ms: number) => Date.now() - ms

it('shows a fresh number with its unit and age', () => {
  expect(tile({ value: 120, lastValue: 120, lastAt: ago(1000) })).toBe('Flat 2, using0.12kW1 s ago')
})

it('shows a number that grew old with its age', () => {
  expect(tile({ kind: 'old', lastValue: 120, lastAt: ago(14_000) })).toBe('Flat 2, using0.12kW14 s ago')
})

it('shows what is not read any more as a dash, with what it was and when', () => {
  expect(tile({ kind: 'lost', lastValue: 120, lastAt: ago(14_000) })).toBe('Flat 2, using–0.12 kW, 14 s ago')
})

it('says since when a device is silent', () => {
  expect(tile({ kind: 'lost', lastValue: 150, lastAt: new Date(2026, 10, 20, 10, 31).getTime() })).toBe(
    'Flat 2, using–silent since 10:31',
  )
})

it('shows what was never read as a dash, and says so', () => {
  expect(tile({ kind: 'never' })).toBe('Flat 2, using–never read')
})
