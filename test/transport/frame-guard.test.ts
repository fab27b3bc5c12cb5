import { guardFrames } from '@main/transport/frame-guard'
import { memoryPair } from '@main/transport/memory'
import { expect, it } from 'vitest'
import { ManualClock, settle } from '../support/manual-clock'

it('lets through what a screen sends', async () => {
  const { page, passed } = guarded()
  const frame = ask('1', { edgeId: '0', payload: { params: { text: 'brackets in words: {[{[ "\\" }' } } })
  page.send(frame)
  await settle()
  expect(passed).toEqual([frame])
})

it('refuses a frame of more than a megabyte, naming the request it answers', async () => {
  const { page, passed, answers } = guarded()
  page.send(ask('big', { text: 'x'.repeat(1024 * 1024) }))
  await settle()
  expect(passed).toEqual([])
  expect(answers()).toMatchObject([{ id: 'big', error: { code: 4002, key: 'rpc.too-large' } }])
})

it('refuses JSON nested deeper than sixty-four levels before anything parses it', async () => {
  const { page, passed, answers } = guarded()
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
  page.send(`{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":${nested(62)}}}`)
  page.send(`{"jsonrpc":"2.0","id":2,"method":"m","params":{"a":${nested(63)}}}`)
  page.send('['.repeat(500_000))
  await settle()
  expect(passed.length).toBe(1)
  expect(answers()).toMatchObject([{ id: 2, error: { key: 'rpc.too-large' } }])
})

it('refuses more messages than a screen ever sends, and takes them again a second later', async () => {
  const { page, passed, answers, clock } = guarded()
  for (let n = 1; n <= 410; n++) page.send(ask(`r${n}`))
  await settle()
  expect(passed.length).toBe(400)
  expect(answers().map((answer) => [answer.id, answer.error.code])).toEqual(
    Array.from({ length: 10 }, (_, index) => [`r${401 + index}`, 4005]),
  )

  await clock.advance(1_000)
  page.send(ask('later'))
  await settle()
  expect(passed.at(-1)).toBe(ask('later'))
})

it('hangs up on a page that floods on regardless', async () => {
  const { page, passed } = guarded()
  let isClosed = false
  page.onClose(() => {
    isClosed = true
  })
  for (let n = 0; n < 2_000; n++) page.send(ask('flood'))
  await settle()
  expect([isClosed, passed.length]).toEqual([true, 400])
})

const ask = (id: string, params: object = {}) => JSON.stringify({ jsonrpc: '2.0', id, method: 'm', params })

function guarded() {
  const clock = new ManualClock()
  const [page, engine] = memoryPair()
  const passed: string[] = []
  const received: string[] = []
  guardFrames(engine, clock).onFrame((frame) => passed.push(frame))
  page.onFrame((frame) => received.push(frame))
  return { page, passed, clock, answers: () => received.map((frame) => JSON.parse(frame)) }
}
