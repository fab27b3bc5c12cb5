import { dayBounds, present, toSeries } from '@renderer/features/live/history/series'
import { axisStep, labelPlaces } from '@renderer/ui/time-chart-scale'
import { expect, it } from 'vitest'

const answer = {
  timestamps: ['2026-11-20T12:00:00Z', '2026-11-20T12:05:00Z', '2026-11-20T12:10:00Z', '2026-11-20T12:15:00Z'],
  data: {
    '_sum/ProductionActivePower': [6800, 6840, 6900, null],
    '_sum/EssDischargePower': [-1200, null, 300, null],
    '_sum/GridActivePower': [-1420, -1400, 200, null],
  },
}
const at = (time: string) => Date.parse(`2026-11-20T${time}Z`) / 1000

it('draws kilowatts, a charging battery upward and the grid downward while it takes', () => {
  const series = toSeries(answer, at('13:00:00'))
  expect(series.values.producing).toEqual([6.8, 6.84, 6.9, null])
  expect(series.values.battery).toEqual([1.2, null, -0.3, null])
  expect(series.values.grid).toEqual([-1.42, -1.4, 0.2, null])
})

it('puts a mean into the middle of its five minutes, the running one no later than now', () => {
  expect(toSeries(answer, at('12:11:00')).times).toEqual([at('12:02:30'), at('12:07:30'), at('12:11:00')])
})

it('leaves the future empty', () => {
  expect(toSeries(answer, at('12:06:00')).times).toHaveLength(2)
})

it('leaves out a series that never had a value', () => {
  expect(present(toSeries(answer, at('13:00:00'))).map(({ id }) => id)).toEqual(['producing', 'battery', 'grid'])
})

it('moves labels apart without changing their order', () => {
  expect(labelPlaces([50, 52, 200], 20, 0, 300)).toEqual([50, 70, 200])
  expect(labelPlaces([290, 295], 20, 0, 300)).toEqual([280, 300])
  expect(labelPlaces([-40, 5], 20, 0, 300)).toEqual([0, 20])
})

it('puts about five round steps on an axis', () => {
  expect([axisStep(-2.9, 7.4), axisStep(0, 0.4), axisStep(0, 31), axisStep(0, 0)]).toEqual([2, 0.1, 5, 0.02])
})

it('knows how long a day is', () => {
  const { fromS, toS } = dayBounds('2026-11-20')
  expect(toS - fromS).toBe(86_400)
})
