import { bandOnScale, fuseShare, voltageMark } from '@renderer/features/live/phases'
import { expect, it } from 'vitest'

it('puts 230 V in the middle of the instrument and keeps the band inside it', () => {
  expect(voltageMark(230)).toEqual({ position: 0.5, inBand: true })
  expect(voltageMark(207)).toEqual({ position: bandOnScale.low, inBand: true })
  expect(voltageMark(253.1).inBand).toBe(false)
  expect(voltageMark(0)).toEqual({ position: 0, inBand: false })
})

it('compares a current with the fuse, whichever way it flows', () => {
  expect(fuseShare(-20, 40)).toEqual({ share: 0.5, verdict: 'ok' })
  expect(fuseShare(33, 40).verdict).toBe('warn')
  expect(fuseShare(44, 40)).toEqual({ share: 1, verdict: 'over' })
})
