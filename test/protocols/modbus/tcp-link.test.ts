import { expect, it } from 'vitest'
import { hostileModbus, valueAt } from '../../support/hostile-modbus'
import { watchLeaks } from '../../support/leaks'
import { linkTo } from './support'

it('connects when somebody asks, and gives everything back', async () => {
  await using _leaks = watchLeaks()
  await using server = await hostileModbus()
  await using given = linkTo(server)
  const { link, clock } = given
  expect(link.connected).toBe(false)
  expect([...(await link.readHolding(1, 40000, 3))]).toEqual([0, 1, 2].map((n) => valueAt(1, 40000 + n)))
  expect(link.connected).toBe(true)
  expect(link.stats(1)).toEqual({
    asked: 1,
    answered: 1,
    exceptions: 0,
    timeouts: 0,
    discarded: 0,
    medianMs: 0,
    lastError: null,
  })
  await clock.advance(5000)
})
