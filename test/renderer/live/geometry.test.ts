import { arrowHeads, centredBar, FLOW, feederWidth, slots } from '@renderer/features/live/flow/geometry'
import { expect, it } from 'vitest'

it('draws a feeder wider with every kilowatt, up to a limit', () => {
  expect([300, 1420, 6840, 40_000].map(feederWidth)).toEqual([3.48, 5.272, 13.944, 25])
  expect(feederWidth(-6840)).toBe(feederWidth(6840))
})

it('draws a thin line where nothing visible flows or nothing is known', () => {
  expect([null, 0, 19, -19].map(feederWidth)).toEqual([2, 2, 2, 2])
})

it('points the heads the way the power goes', () => {
  const [tail = ''] = arrowHeads(100, 110, 202, 4)
  expect(tail).toBe('M92 133.2L100 142L108 133.2')
  const ys = (path: string) => [...path.matchAll(/ (-?[\d.]+)/g)].map(([, y]) => Number(y))
  for (const path of arrowHeads(100, 110, 202, 4)) {
    const [back = 0, tip = 0] = ys(path)
    expect(tip).toBeGreaterThan(back)
  }
  for (const path of arrowHeads(100, 202, 110, 4)) {
    const [back = 0, tip = 0] = ys(path)
    expect(tip).toBeLessThan(back)
  }
})

it('keeps every tile within the busbar and every feeder under its tile', () => {
  for (const count of [1, 2, 3, 4])
    for (const slot of slots(count)) {
      expect(slot.left).toBeGreaterThanOrEqual(FLOW.bar.left)
      expect(slot.left + slot.width).toBeLessThanOrEqual(FLOW.bar.right)
      expect(slot.feeder).toBeGreaterThan(slot.left)
      expect(slot.feeder).toBeLessThan(slot.left + slot.width)
    }
  expect(slots(0)).toEqual([])
})

it('fills the bar of the grid from its middle: to the grid leftwards, from the grid rightwards', () => {
  expect(centredBar(0, 200, 0.5)).toEqual({ x: 100, width: 50 })
  expect(centredBar(0, 200, -0.5)).toEqual({ x: 50, width: 50 })
  expect(centredBar(0, 200, -3)).toEqual({ x: 0, width: 100 })
})
