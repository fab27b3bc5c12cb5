import { expect, it } from 'vitest'
import { isStepId, stepAfter, stepInWork, withDone } from '../../../src/renderer/wizard/flow'

it('goes on at the first step that is not done, also when a later one is', () => {
  expect(stepInWork({ stepsDone: [] })).toBe('site')
  expect(stepInWork({ stepsDone: ['site', 'connections'] })).toBe('laptop')
  expect(stepInWork({ stepsDone: ['site', 'laptop', 'connections', 'find', 'roles'] })).toBe('roles')
})

it('knows the step after each, and the end', () => {
  expect([stepAfter('site'), stepAfter('find'), stepAfter('roles')]).toEqual(['laptop', 'roles', null])
})

it('marks a step done in the order of the steps, once', () => {
  expect(withDone({ stepsDone: ['find', 'site'] }, 'laptop')).toEqual(['site', 'laptop', 'find'])
  expect(withDone({ stepsDone: ['site'] }, 'site')).toEqual(['site'])
})

it('takes no other word for a step', () => {
  expect([isStepId('find'), isStepId('prove')]).toEqual([true, false])
})
