import { Disposables } from '@shared/disposables'
import { expect, it } from 'vitest'

it('closes the last first, waits for each, goes on when one fails and tells the first failure', async () => {
  const closed: string[] = []
  const parts = new Disposables()
  parts.use({ [Symbol.dispose]: () => void closed.push('socket') })
  parts.use({
    async [Symbol.asyncDispose]() {
      await Promise.resolve()
      closed.push('session')
      throw new Error('the session did not end')
    },
  })
  parts.defer(() => closed.push('timer'))
  await expect(parts[Symbol.asyncDispose]()).rejects.toThrow('the session did not end')
  expect(closed).toEqual(['timer', 'session', 'socket'])
  await parts[Symbol.asyncDispose]()
  expect(closed.length).toBe(3)
})

it('closes what was opened when opening fails half-way, and leaves open what was handed over', async () => {
  const closed: string[] = []
  const open = async (fails: boolean) => {
    await using starting = new Disposables()
    starting.defer(() => closed.push(fails ? 'half' : 'whole'))
    if (fails) throw new Error('port taken')
    return starting.move()
  }
  await expect(open(true)).rejects.toThrow('port taken')
  const running = await open(false)
  expect(closed).toEqual(['half'])
  await running[Symbol.asyncDispose]()
  expect(closed).toEqual(['half', 'whole'])
})
