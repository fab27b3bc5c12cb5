import { LoginGuard } from '@main/session/login-guard'
import { expect, it } from 'vitest'
import { ManualClock } from '../support/manual-clock'

/** A door whose only password is `right`. */
function door() {
  const clock = new ManualClock()
  const guard = new LoginGuard(clock)
  const knock = (password: string, peer = 'laptop') =>
    guard
      .attempt(peer, password, async () => (password === 'right' ? 'in' : null))
      .then(
        (found) => found ?? 'wrong',
        (error: { key: string }) => error.key,
      )
  return { clock, guard, knock }
}

it('lets a peer wait half a minute after ten wrong passwords, and nobody else', async () => {
  const { clock, knock } = door()
  for (let count = 0; count < 10; count++) expect(await knock(`guess ${count}`)).toBe('wrong')
  expect(await knock('right')).toBe('auth.too-many')
  expect(await knock('right', 'neighbour')).toBe('in')
  await clock.advance(30_000)
  expect(await knock('right')).toBe('in')
})

it('counts a wrong password once that a UI sends twice at once', async () => {
  const { knock } = door()
  for (let count = 0; count < 9; count++) {
    await knock(`guess ${count}`)
    await knock(`guess ${count}`)
  }
  expect(await knock('right')).toBe('in')
})

it('forgets wrong passwords after a minute', async () => {
  const { clock, knock } = door()
  for (let count = 0; count < 30; count++) {
    expect(await knock(`guess ${count}`)).toBe('wrong')
    await clock.advance(7_000)
  }
})

it('gives who guesses in parallel no more tries than who guesses one by one', async () => {
  const { knock } = door()
  const answers = await Promise.all(Array.from({ length: 50 }, (_, count) => knock(`guess ${count}`)))
  expect(answers.filter((answer) => answer === 'wrong')).toHaveLength(10)
})

it('does not forgive wrong passwords for a right one: a guest may be guessing the password of admin', async () => {
  const { knock } = door()
  const answers: string[] = []
  for (let count = 0; count < 12; count++) answers.push(await knock(`guess ${count}`), await knock('right'))
  expect(answers.filter((answer) => answer === 'wrong')).toHaveLength(10)
})

it('does not count a check that failed for another reason', async () => {
  const { guard, knock } = door()
  for (let count = 0; count < 20; count++) {
    await guard.attempt('laptop', 'x', () => Promise.reject(new Error('disk'))).catch(() => {})
  }
  expect(await knock('right')).toBe('in')
})
