import { createServer } from 'node:net'
import { sleep } from '@shared/clock'
import { expect, it } from 'vitest'
import { watchLeaks } from './leaks'
import { ManualClock } from './manual-clock'

it('runs timers in the order they fall due, and those they set, without waiting', async () => {
  const clock = new ManualClock(1_000)
  const seen: string[] = []
  clock.after(20, () => seen.push(`b ${clock.now()}`))
  clock.after(10, () => {
    seen.push(`a ${clock.now()}`)
    clock.after(5, () => seen.push(`a2 ${clock.now()}`))
  })
  clock.after(20, () => seen.push('c'))
  using _late = clock.after(31, () => seen.push('too late'))

  await clock.advance(30)
  expect(seen).toEqual(['a 1010', 'a2 1015', 'b 1020', 'c'])
  expect([clock.now(), clock.monotonic(), clock.pending]).toEqual([1030, 30, 1])
})

it('lets promises go on before the next timer runs', async () => {
  const clock = new ManualClock()
  const seen: number[] = []
  const loop = async () => {
    for (let round = 0; round < 600; round++) {
      await sleep(clock, 1000)
      seen.push(clock.monotonic())
    }
  }
  const done = loop()
  await clock.advance(600_000)
  await done
  expect(seen.length).toBe(600)
  expect(seen.at(-1)).toBe(600_000)
})

it('takes back a timer that is disposed of, and jumps the wall clock alone', async () => {
  const clock = new ManualClock(0)
  {
    using _timer = clock.after(1, () => expect.unreachable())
  }
  clock.jump(3_600_000)
  await clock.advance(10)
  expect([clock.now(), clock.monotonic()]).toEqual([3_600_010, 10])
})

it('tells a listener that was left open', async () => {
  const leaks = watchLeaks({ graceMs: 20 })
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await expect(leaks[Symbol.asyncDispose]()).rejects.toThrow('Left open: 1 × TCPServerWrap')
  server.close()
  await leaks[Symbol.asyncDispose]()
})

it('tells a timer that was left running', async () => {
  const leaks = watchLeaks({ graceMs: 20 })
  const timer = setTimeout(() => {}, 60_000)
  await expect(leaks[Symbol.asyncDispose]()).rejects.toThrow('Left open: 1 × Timeout')
  clearTimeout(timer)
  await leaks[Symbol.asyncDispose]()
})
