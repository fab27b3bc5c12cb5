// @vitest-environment happy-dom
import { SitewrightError } from '@shared/errors'
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { RpcProvider, useQuery } from '../../../src/renderer/rpc'
import { type FakeRpc, fakeRpc, fakeSite, fakeSummary } from '../fake-rpc'

afterEach(cleanup)

function Sites() {
  const { status, data, error } = useQuery('listSites', {}, { refreshOn: ['sites'] })
  return <p role="status">{[status, data?.sites.length ?? '–', error?.key ?? ''].join(' ').trim()}</p>
}

const shown = () => screen.getByRole('status').textContent
const settle = () => act(() => new Promise((resolve) => setTimeout(resolve)))

async function show(line: FakeRpc) {
  render(
    <RpcProvider line={line}>
      <Sites />
    </RpcProvider>,
  )
}

it('goes from loading to the answer, and asks again when a notification says that it changed', async () => {
  const line = fakeRpc()
  await show(line)
  expect(shown()).toBe('loading –')
  await settle()
  expect(shown()).toBe('ready 0')

  line.answers.listSites = () => ({ sites: [fakeSummary(fakeSite())] })
  line.notify('sites', { siteId: null })
  await settle()
  expect(shown()).toBe('ready 1')
})

it('keeps the last answer and says that it is stale when asking again fails', async () => {
  const line = fakeRpc()
  await show(line)
  await settle()
  line.answers.listSites = () => {
    throw new SitewrightError('storage.full', 'The disk is full.')
  }
  line.notify('sites', { siteId: null })
  await settle()
  expect(shown()).toBe('stale 0 storage.full')
})

it('says that it failed when there was never an answer, and mends itself when the engine is back', async () => {
  const line = fakeRpc({
    listSites: () => {
      throw new SitewrightError('engine.lost', 'The engine is lost.')
    },
  })
  await show(line)
  await settle()
  expect(shown()).toBe('failed – engine.lost')

  line.answers.listSites = () => ({ sites: [] })
  line.notify('engine', { state: 'running', restartInMs: null })
  await settle()
  expect(shown()).toBe('ready 0')
})
