import { UnitRecord } from '@main/protocols/modbus/unit-record'
import { expect, it } from 'vitest'

function answeredIn(record: UnitRecord, ...turnaroundsMs: number[]): UnitRecord {
  for (const ms of turnaroundsMs) {
    record.sent()
    record.answered(ms)
  }
  return record
}

it('waits the full bound for a unit that has never answered', () => {
  expect(new UnitRecord(1).limit(1000)).toBe(1000)
})

it('learns a time-out of four times the slow answers, not below 250 ms and not above the bound', () => {
  expect(answeredIn(new UnitRecord(1), 2).limit(1000)).toBe(250)
  expect(answeredIn(new UnitRecord(1), 80, 90, 100).limit(1000)).toBe(400)
  expect(answeredIn(new UnitRecord(1), 600).limit(1000)).toBe(1000)
  expect(answeredIn(new UnitRecord(1), 2).limit(100)).toBe(100)
})

it('follows a unit that becomes slower and one that becomes faster', () => {
  const record = answeredIn(new UnitRecord(1), ...new Array(32).fill(50))
  answeredIn(record, ...new Array(32).fill(120))
  expect(record.limit(1000)).toBe(480)
  answeredIn(record, ...new Array(32).fill(10))
  expect(record.limit(1000)).toBe(250)
})

it('does not let one slow answer of many change its mind', () => {
  const record = answeredIn(new UnitRecord(1), ...new Array(31).fill(70), 900)
  expect(record.limit(1000)).toBe(280)
})

it('doubles its patience with each silence and forgets that with an answer', () => {
  const record = answeredIn(new UnitRecord(1), 5)
  const limits = [0, 1, 2, 3].map(() => {
    const limit = record.limit(1000)
    record.sent()
    record.timedOut()
    return limit
  })
  expect(limits).toEqual([250, 500, 1000, 1000])
  expect(answeredIn(record, 5).limit(1000)).toBe(250)
})

it('never again waits less than twice what a late answer has taken', () => {
  const record = answeredIn(new UnitRecord(1), 5)
  record.sent()
  record.timedOut()
  record.answeredLate(320)
  answeredIn(record, ...new Array(64).fill(5))
  expect(record.limit(1000)).toBe(640)
})

it('counts exceptions as answers, except those a gateway gives in the unit’s place', () => {
  const record = answeredIn(new UnitRecord(1), 4)
  record.refused()
  record.sent()
  record.gatewayAnswered()
  expect(record.stats()).toMatchObject({ asked: 2, answered: 1, exceptions: 2, timeouts: 0, medianMs: 4 })
  expect(record.inFlight).toBe(0)
})
