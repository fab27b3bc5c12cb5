import { SitewrightError } from '@shared/errors'
import { message } from '@shared/message'
import type { Site } from '@shared/site'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { defineStep, type SitePatch, type Step } from '../../../src/renderer/wizard/step'
import { StepWalk } from '../../../src/renderer/wizard/step-walk'
import { ManualClock } from '../../support/manual-clock'
import { fakeSite } from '../fake-rpc'

interface Name {
  name: string
  street: string
}

/** A step with one error, one warning and one question to the engine. */
const nameStep = defineStep<Name>({
  id: 'site',
  values: ({ data: { name, street } }: Site) => ({ name, street }),
  input: z.object({ name: z.string().min(2), street: z.string() }),
  sentence: (field) => message(`${field}.wrong`),
  rules: ({ street }) =>
    street === 'here' ? [{ field: 'street', verdict: 'warn', message: message('street.vague') }] : [],
  store: ({ name, street }) => ({ data: name.length < 2 ? { street } : { name, street } }),
  blame: ({ key }) => (key === 'site.name-taken' ? 'name' : null),
  View: () => null,
})

function visit(step: Step<Name> = nameStep, site = fakeSite({ data: { name: 'Lindenweg', street: '' } })) {
  const clock = new ManualClock()
  const kept: SitePatch[] = []
  const refusals: SitewrightError[] = []
  const walk = new StepWalk(step, {
    site,
    clock,
    rpc: { call: () => Promise.reject(new Error('nothing is asked here')) },
    async keep(patch) {
      const refusal = refusals.shift()
      if (refusal) throw refusal
      kept.push(patch)
    },
  })
  return { walk, clock, kept, refuse: (error: SitewrightError) => void refusals.push(error) }
}

it('reads back what the site knows', () => {
  expect(visit().walk.get().values).toEqual({ name: 'Lindenweg', street: '' })
})

it('keeps what is typed by itself, once, after a short pause', async () => {
  const { walk, clock, kept } = visit()
  walk.set('street', 'L')
  await clock.advance(300)
  walk.set('street', 'Lindenweg 12')
  expect(walk.get().keeping).toBe('keeping')
  await clock.advance(400)
  expect(kept).toEqual([{ data: { name: 'Lindenweg', street: 'Lindenweg 12' } }])
  expect(walk.get().keeping).toBe('kept')
})

it('keeps what is right although another field is not right yet, and loses nothing that was typed', async () => {
  const { walk, clock, kept } = visit()
  walk.set('name', 'L')
  walk.set('street', 'Lindenweg 12')
  await clock.advance(400)
  expect(kept).toEqual([{ data: { street: 'Lindenweg 12' } }])
  expect(walk.get().values.name).toBe('L')
})

it('says what is wrong when the field is left, not while it is typed, and takes it back at once', () => {
  const { walk } = visit()
  walk.set('name', 'L')
  expect(walk.problem('name')).toBeNull()
  walk.leave('name')
  expect(walk.problem('name')).toMatchObject({ verdict: 'failed', message: { key: 'name.wrong' } })
  walk.set('name', 'Li')
  expect(walk.problem('name')).toBeNull()
})

it('is held up by an error and not by a warning', async () => {
  const { walk } = visit()
  walk.set('street', 'here')
  expect(await walk.finish()).toBe(true)
  expect(walk.problem('street')).toMatchObject({ verdict: 'warn' })

  walk.set('name', '')
  expect(await walk.finish()).toBe(false)
  expect(walk.problem('name')).toMatchObject({ verdict: 'failed' })
})

it('shows a refusal of the engine at the field it is about, and tries again with the next change', async () => {
  const { walk, kept, refuse } = visit()
  refuse(new SitewrightError('site.name-taken', 'taken', { args: { name: 'Werkhof' } }))
  walk.set('name', 'Werkhof')
  expect(await walk.finish()).toBe(false)
  expect(walk.problem('name')?.message).toEqual({ key: 'site.name-taken', args: { name: 'Werkhof' } })

  walk.set('name', 'Werkhof Süd')
  expect(await walk.finish()).toBe(true)
  expect(kept).toEqual([{ data: { name: 'Werkhof Süd', street: '' } }])
})

it('shows a refusal that is no field’s fault as such, and does not go on', async () => {
  const { walk, refuse } = visit()
  refuse(new SitewrightError('storage.full', 'The disk is full.'))
  walk.set('street', 'Lindenweg 12')
  expect(await walk.finish()).toBe(false)
  expect(walk.get()).toMatchObject({ keeping: 'failed', error: { key: 'storage.full' } })
})

it('keeps in the order of typing, also while an earlier keeping is still under way', async () => {
  const { walk, kept } = visit()
  walk.set('street', 'a')
  const first = walk.keepNow()
  walk.set('street', 'b')
  await Promise.all([first, walk.keepNow()])
  expect(kept.map(({ data }) => data?.street)).toEqual(['a', 'b'].slice(-kept.length))
  expect(kept.at(-1)?.data?.street).toBe('b')
})

it('asks the engine after keeping, and forgets an answer that came too late', async () => {
  const answers: ((text: string) => void)[] = []
  const asking: Step<Name> = {
    ...nameStep,
    check: () =>
      new Promise((resolve) =>
        answers.push((key) => resolve([{ field: 'name', verdict: 'passed', message: message(key) }])),
      ),
  }
  const { walk, clock } = visit(asking)
  walk.set('name', 'Werkhof')
  await clock.advance(400)
  walk.set('name', 'Schulhaus')
  await clock.advance(400)
  answers.at(-1)?.('newest')
  answers.at(-2)?.('late')
  await clock.advance(0)
  expect(walk.problem('name')?.message.key).toBe('newest')
})

it('leaves no timer behind, and keeps what was typed last', async () => {
  const { walk, clock, kept } = visit()
  walk.set('street', 'Lindenweg 12')
  walk.close()
  await clock.advance(0)
  expect({ pending: clock.pending, street: kept.at(-1)?.data?.street }).toEqual({ pending: 0, street: 'Lindenweg 12' })
})
