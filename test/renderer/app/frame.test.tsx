// @vitest-environment happy-dom
import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeRpc, fakeSite, fakeSummary, siteAnswers } from '../fake-rpc'
import { renderApp } from '../render-app'

const press = (key: string, ctrl = false, shift = false) =>
  fireEvent.keyDown(document.body, { key, ctrlKey: ctrl, shiftKey: shift })

it('shows the places that exist, in their order, and no others', async () => {
  using _app = renderApp('/', fakeRpc())
  const rail = await screen.findByRole('navigation', { name: 'Places' })
  const names = within(rail)
    .getAllByRole('link')
    .map((link) => link.textContent)
  expect(names).toEqual(['Start', 'Commission', 'Devices', 'Live', 'Jobs', 'Settings'])
  expect(within(rail).getByRole('link', { current: 'page' }).textContent).toBe('Start')
})

it('goes to the places of the site in work by their numbers', async () => {
  const site = fakeSite()
  using app = renderApp('/', fakeRpc(siteAnswers(site)))
  await screen.findByRole('heading', { name: 'Which site today?' })
  press('4', true)
  await waitFor(() => expect(app.history.location.pathname).toBe(`/sites/${site.id}/live`))
  press('3', true)
  await waitFor(() => expect(app.history.location.pathname).toBe(`/sites/${site.id}/devices`))
  press('1', true)
  await waitFor(() => expect(app.history.location.pathname).toBe('/'))
})

it('says how to get a site where one is needed and there is none', async () => {
  using _app = renderApp('/live', fakeRpc())
  await screen.findByRole('heading', { name: 'No site is open' })
  screen.getByRole('button', { name: 'New site' })
  screen.getByRole('button', { name: 'Try the demo site' })
})

it('marks every view of the demo site as simulated', async () => {
  const site = fakeSite({ kind: 'demo', data: { name: 'Demo site' } })
  const line = fakeRpc(siteAnswers(site))
  using _app = renderApp(`/sites/${site.id}/commission/laptop`, line)
  await screen.findByText('Demo site. These devices are simulated.')
  expect(line.callsOf('openDemoSite')).toHaveLength(1)
  press('1', true)
  await waitFor(() => expect(screen.queryByText('Demo site. These devices are simulated.')).toBeNull())
})

it('says that the engine is lost and when the next try is, and opens the site again when it is back', async () => {
  const site = fakeSite()
  const line = fakeRpc(siteAnswers(site))
  using _app = renderApp(`/sites/${site.id}/commission/laptop`, line)
  await screen.findByRole('heading', { name: 'This laptop', level: 1 })
  line.notify('engine', { state: 'lost', restartInMs: 4000 })
  await screen.findByText(/Next try in [34] s/)
  line.notify('engine', { state: 'running', restartInMs: null })
  await waitFor(() => expect(screen.queryByText(/The engine stopped/)).toBeNull())
  await waitFor(() => expect(line.callsOf('openSite')).toHaveLength(2))
})

it('tells cause and next step of what is not well in the status', async () => {
  const line = fakeRpc({
    getStatus: () => ({
      items: [
        { id: 'edge', verdict: 'passed', message: { key: 'status.edge.runs', args: { cycle: 1000 } } },
        { id: 'bus', verdict: 'failed', message: { key: 'link.refused', args: { target: '10.0.0.9:502' } } },
      ],
    }),
  })
  using _app = renderApp('/', line)
  fireEvent.click(await screen.findByRole('button', { name: /Bus\s*failed/ }))
  await screen.findByText('10.0.0.9:502 refuses the connection.')
  screen.getByText(/Switch Modbus TCP on/)
  line.notify('status', { siteId: null, items: [] })
  await waitFor(() => expect(screen.queryByRole('button', { name: /Bus/ })).toBeNull())
})

it('turns through the themes with Ctrl Shift L and keeps the choice', async () => {
  const line = fakeRpc()
  using _app = renderApp('/', line)
  await waitFor(() => expect(document.documentElement.dataset.theme).toBe('light'))
  press('L', true, true)
  await waitFor(() => expect(document.documentElement.dataset.theme).toBe('dark'))
  press('L', true, true)
  await waitFor(() => expect(document.documentElement.dataset).toMatchObject({ theme: 'sun', density: 'field' }))
  expect(line.callsOf('updateSettings')).toEqual([{ theme: 'dark' }, { theme: 'sun' }])
})

it('speaks German when that is chosen at the foot of the page', async () => {
  using _app = renderApp('/', fakeRpc())
  fireEvent.click(await screen.findByRole('button', { name: 'English' }))
  fireEvent.click(await screen.findByRole('menuitemradio', { name: 'Deutsch' }))
  await screen.findByRole('heading', { name: 'Welche Anlage heute?' })
  expect(document.documentElement.lang).toBe('de')
})

it('opens the jobs with Ctrl J, shows them anywhere, and closes them with Escape', async () => {
  using _app = renderApp('/settings', fakeRpc())
  await screen.findByRole('heading', { name: 'Settings' })
  press('j', true)
  await screen.findByText('No jobs. Scans appear here.')
  press('Escape')
  await waitFor(() => expect(screen.queryByText('No jobs. Scans appear here.')).toBeNull())
})

it('lists its keys with ?', async () => {
  using _app = renderApp('/', fakeRpc())
  await screen.findByRole('heading', { name: 'Which site today?' })
  press('?', false, true)
  const list = await screen.findByRole('dialog', { name: 'Keys' })
  expect(
    within(list)
      .getAllByRole('term')
      .map((term) => term.textContent),
  ).toContain('Live')
})

it('changes the site from the top bar', async () => {
  const site = fakeSite()
  const other = fakeSummary(fakeSite({ id: 'OTHER', data: { name: 'Werkhof Süd' } }))
  const line = fakeRpc(siteAnswers(site))
  line.answers.listSites = () => ({ sites: [fakeSummary(site), other] })
  using app = renderApp(`/sites/${site.id}/commission/laptop`, line)
  fireEvent.click(await screen.findByRole('button', { name: 'Lindenweg 12, change site' }))
  fireEvent.click(await screen.findByRole('menuitemradio', { name: 'Werkhof Süd' }))
  await waitFor(() => expect(app.history.location.pathname).toContain('/sites/OTHER/'))
})

it('shows why a site cannot be opened, and tries again when asked', async () => {
  const site = fakeSite()
  const line = fakeRpc(siteAnswers(site))
  line.answers.openSite = () => {
    throw new Error('down')
  }
  using _app = renderApp(`/sites/${site.id}/commission/laptop`, line)
  await screen.findByText('Something went wrong inside Sitewright.')
  line.answers.openSite = () => ({ edgeId: site.id })
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }))
  await screen.findByRole('heading', { name: 'This laptop', level: 1 })
})

it('opens a site once, however often one goes from place to place in it', async () => {
  const site = fakeSite()
  const line = fakeRpc(siteAnswers(site))
  using _app = renderApp(`/sites/${site.id}/commission/laptop`, line)
  await screen.findByRole('heading', { name: 'This laptop', level: 1 })
  fireEvent.click(screen.getByRole('button', { name: 'Skip, add to list' }))
  await screen.findByRole('heading', { name: 'Connections', level: 1 })
  expect(line.callsOf('openSite')).toHaveLength(1)
})
