// @vitest-environment happy-dom
import { SitewrightError } from '@shared/errors'
import type { Job } from '@shared/job'
import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeRpc } from '../fake-rpc'
import { renderApp } from '../render-app'

const scan = (change: Partial<Job> = {}): Job => ({
  id: 'job1',
  siteId: 'S1',
  kind: 'scan',
  title: { key: 'step.connections' },
  state: 'running',
  act: { key: 'connections.ports.hint' },
  phases: [
    { id: 'connect', done: 254, total: 254, found: 5 },
    { id: 'identify', done: 30, total: 60, found: 3 },
  ],
  done: 284,
  total: 1482,
  found: 5,
  rate: 41,
  remainingS: 21,
  startedAt: 1,
  endedAt: null,
  reason: null,
  ...change,
})
const jobs = () => screen.getAllByRole('group', { name: 'Connections' })

it('shows a job with what it does right now and its true numbers', async () => {
  using _app = renderApp('/jobs', fakeRpc({ listJobs: () => ({ jobs: [scan()] }) }))
  const job = await screen.findByRole('group', { name: 'Connections' })
  expect(job.textContent).toContain('usually 502')
  expect(job.textContent).toContain('284 of 1’482 · 41 per s · about 21 s left')
  const bar = within(job).getByRole('progressbar', { name: 'Connections' })
  expect([bar.getAttribute('aria-valuenow'), bar.getAttribute('aria-valuemax')]).toEqual(['284', '1482'])
})

it('claims no total and no end where none is known', async () => {
  using _app = renderApp(
    '/jobs',
    fakeRpc({ listJobs: () => ({ jobs: [scan({ total: null, rate: null, remainingS: null })] }) }),
  )
  const job = await screen.findByRole('group', { name: 'Connections' })
  expect(within(job).getByRole('progressbar').hasAttribute('aria-valuemax')).toBe(false)
  expect(job.textContent).not.toMatch(/of|left/)
})

it('pauses, goes on and cancels, and follows what the engine says', async () => {
  const line = fakeRpc({
    listJobs: () => ({ jobs: [scan()] }),
    pauseJob: () => ({}),
    resumeJob: () => ({}),
    cancelJob: () => ({}),
  })
  using _app = renderApp('/jobs', line)
  fireEvent.click(await screen.findByRole('button', { name: 'Pause' }))
  line.notify('jobs', { jobs: [scan({ state: 'paused' })], removed: [] })
  fireEvent.click(await screen.findByRole('button', { name: 'Continue' }))
  await waitFor(() => expect(line.callsOf('resumeJob')).toEqual([{ jobId: 'job1' }]))
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
  line.notify('jobs', { jobs: [scan({ state: 'cancelled', endedAt: 2 })], removed: [] })
  await screen.findByText('stopped; what was found is kept')
  expect(jobs()[0]?.textContent).toContain('5 found')
})

it('takes a removed job off the list', async () => {
  const line = fakeRpc({ listJobs: () => ({ jobs: [scan({ state: 'done', endedAt: 2 })] }) })
  using _app = renderApp('/jobs', line)
  await screen.findByRole('button', { name: 'Remove' })
  line.notify('jobs', { jobs: [], removed: ['job1'] })
  await screen.findByText('No jobs. Scans appear here.')
})

it('counts running jobs on the rail and names the first at the foot', async () => {
  using _app = renderApp('/', fakeRpc({ listJobs: () => ({ jobs: [scan()] }) }))
  await screen.findByRole('link', { name: /Jobs.*1 job running/ })
  await screen.findByText(/Connections, 19 %/)
})

it('shows a choice at once and keeps it', async () => {
  const line = fakeRpc()
  using _app = renderApp('/settings', line)
  fireEvent.click(await screen.findByRole('radio', { name: 'Dark' }))
  await waitFor(() => expect(document.documentElement.dataset.theme).toBe('dark'))
  fireEvent.click(screen.getByRole('switch', { name: /Classic green/ }))
  await waitFor(() => expect(document.documentElement.dataset.passed).toBe('green'))
  const company = screen.getByRole('textbox', { name: 'Company' })
  fireEvent.change(company, { target: { value: 'Keller Elektro AG' } })
  fireEvent.blur(company)
  await waitFor(() =>
    expect(line.callsOf('updateSettings')).toEqual([
      { theme: 'dark' },
      { passedColour: 'green' },
      { company: 'Keller Elektro AG' },
    ]),
  )
})

it('takes a choice back that could not be kept, and says why', async () => {
  const line = fakeRpc({
    updateSettings: () => {
      throw new SitewrightError('storage.full', 'The disk is full.')
    },
  })
  using _app = renderApp('/settings', line)
  fireEvent.click(await screen.findByRole('radio', { name: 'Dark' }))
  expect((await screen.findByRole('alert')).textContent).toContain('The disk is full.')
  expect(document.documentElement.dataset.theme).toBe('light')
})
