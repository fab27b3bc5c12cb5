import { Ask, LEVELS } from '@main/protocols/modbus/ask'
import { FairQueue } from '@main/protocols/modbus/fair-queue'
import type { RequestPriority } from '@main/protocols/modbus/link'
import { readRegisters } from '@main/protocols/modbus/pdu'
import { UnitRecord } from '@main/protocols/modbus/unit-record'
import { expect, it } from 'vitest'

const anybody = () => true
const settle = { resolve: () => {}, reject: () => {} }

function ask(unit: number, address = 0, priority: RequestPriority = 'poll'): Ask {
  return new Ask('host:502', readRegisters(3, address, 1), new UnitRecord(unit), LEVELS[priority], undefined, settle)
}

/** Takes `count` and says which: `unit@address`. */
function taken(queue: FairQueue, count: number, mayAsk: (ask: Ask) => boolean = anybody): string[] {
  return Array.from({ length: count }, () => {
    const next = queue.take(mayAsk)
    return next ? `${next.unit}@${/\d+$/.exec(next.call.describe())}` : 'nobody'
  })
}

it('lets the units take turns, each in its own order', () => {
  const queue = new FairQueue()
  for (const address of [1, 2, 3, 4]) queue.push(ask(1, address))
  for (const address of [1, 2]) queue.push(ask(2, address))
  queue.push(ask(3, 1))
  expect(taken(queue, 8)).toEqual(['1@1', '2@1', '3@1', '1@2', '2@2', '1@3', '1@4', 'nobody'])
  expect(queue.size).toBe(0)
})

it('takes a person before a check, a check before a poll, a poll before a scan', () => {
  const queue = new FairQueue()
  const order: RequestPriority[] = ['scan', 'poll', 'check', 'person']
  order.forEach((priority, address) => {
    queue.push(ask(1, address, priority))
  })
  expect(taken(queue, 4)).toEqual(['1@3', '1@2', '1@1', '1@0'])
})

it('lets a scan creep on although polling never ends', () => {
  const queue = new FairQueue()
  for (let address = 0; address < 3; address++) queue.push(ask(9, address, 'scan'))
  for (let address = 0; address < 50; address++) queue.push(ask(1, address))
  const order = taken(queue, 24)
  expect(order.flatMap((who, turn) => (who.startsWith('9') ? [turn] : []))).toEqual([7, 15, 23])
})

it('passes over a unit that may not be asked now, and comes back to it', () => {
  const queue = new FairQueue()
  queue.push(ask(1, 1))
  queue.push(ask(2, 1))
  expect(taken(queue, 2, ({ unit }) => unit !== 1)).toEqual(['2@1', 'nobody'])
  expect(queue.size).toBe(1)
  expect(taken(queue, 1)).toEqual(['1@1'])
})

it('drops what was settled while it waited', () => {
  const queue = new FairQueue()
  const asks = [1, 2, 3].map((address) => ask(1, address))
  const last = ask(2, 9)
  for (const one of [...asks, last]) queue.push(one)
  asks[0]?.reject(new Error('aborted'))
  asks[1]?.reject(new Error('aborted'))
  last.reject(new Error('aborted'))
  expect(taken(queue, 2)).toEqual(['1@3', 'nobody'])
  expect(queue.size).toBe(0)
})

it('gives all that still wait when it is emptied', () => {
  const queue = new FairQueue()
  const aborted = ask(1, 1)
  for (const one of [aborted, ask(1, 2), ask(2, 3, 'scan')]) queue.push(one)
  aborted.reject(new Error('aborted'))
  expect(queue.drain().map(({ unit }) => unit)).toEqual([1, 2])
  expect([queue.size, queue.take(anybody)]).toEqual([0, undefined])
})
