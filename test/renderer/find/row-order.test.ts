import { arrange, arrive, emptyOrder, hold, showWaiting } from '@renderer/features/commission/find/row-order'
import { expect, it } from 'vitest'

it('appends new rows, so that the row under the pointer stays', () => {
  const order = arrive(arrive(emptyOrder, ['b', 'c']), ['a', 'b', 'c'])
  expect(order.shown).toEqual(['b', 'c', 'a'])
})

it('lets new rows wait once the person has scrolled, and shows them when asked', () => {
  const scrolled = arrive(hold(arrive(emptyOrder, ['b']), true), ['a', 'b', 'c'])
  expect(scrolled).toMatchObject({ shown: ['b'], waiting: ['a', 'c'] })
  expect(showWaiting(scrolled)).toEqual({ shown: ['b', 'a', 'c'], waiting: [], held: true })
})

it('lets them in again when the person is back at the top', () => {
  const scrolled = arrive(hold(arrive(emptyOrder, ['b']), true), ['a', 'b'])
  expect(hold(scrolled, false)).toEqual({ shown: ['b', 'a'], waiting: [], held: false })
})

it('forgets rows that are gone and stays the same object when nothing changed', () => {
  const order = arrive(emptyOrder, ['a', 'b'])
  expect(arrive(order, ['a', 'b'])).toBe(order)
  expect(arrive(order, ['b']).shown).toEqual(['b'])
  expect(arrange(order, ['b', 'a']).shown).toEqual(['b', 'a'])
})
