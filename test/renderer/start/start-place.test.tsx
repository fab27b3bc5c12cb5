// @vitest-environment happy-dom
import { SitewrightError } from '@shared/errors'
import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeRpc, fakeSite, fakeSummary, siteAnswers } from '../fake-rpc'
import { renderApp } from '../render-app'

const lindenweg = fakeSite({ id: 'S1', stepsDone: ['site', 'laptop', 'connections'], openedAt: Date.now() })
const werkhof = fakeSite({
  id: 'S2',
  data: { name: 'Werkhof Süd', place: 'Bern' },
  openedAt: Date.now() - 3 * 86_400_000,
})
const sites = [fakeSummary(werkhof, { open: false }), fakeSummary(lindenweg, { failed: 1, unsure: 3, devices: 18 })]
const rows = async () =>
  within(await screen.findByRole('grid', { name: 'Recent sites' }))
    .getAllByRole('row')
    .slice(1)

it('says what to do when there is no site yet', async () => {
  using _app = renderApp('/', fakeRpc())
  await screen.findByRole('heading', { name: 'No sites yet' })
  const buttons = ['New site', 'Try the demo site'].map((name) => screen.getByRole('button', { name }))
  expect(buttons).toHaveLength(2)
  expect(screen.queryByRole('grid')).toBeNull()
})

it('shows the site in work first, with the steps done, what is open, and Continue', async () => {
  using app = renderApp('/', fakeRpc({ ...siteAnswers(lindenweg), listSites: () => ({ sites }) }))
  const [first, second] = await rows()
  expect(first?.textContent).toContain('Lindenweg 12')
  expect(first?.textContent).toContain('3 of 5')
  expect(first?.textContent).toContain('18 devices')
  within(first as HTMLElement).getByRole('img', { name: 'failed' })
  within(second as HTMLElement).getByRole('button', { name: 'Open Werkhof Süd' })
  fireEvent.click(within(first as HTMLElement).getByRole('button', { name: 'Continue with Lindenweg 12' }))
  await waitFor(() => expect(app.history.location.pathname).toBe('/sites/S1/commission/find'))
})

it('finds a site by name, place or id', async () => {
  using _app = renderApp('/', fakeRpc({ listSites: () => ({ sites }) }))
  await rows()
  const filter = screen.getByRole('searchbox', { name: 'Filter by name, place or id' })
  fireEvent.change(filter, { target: { value: 'bern' } })
  expect((await rows()).map((row) => row.textContent?.includes('Werkhof'))).toEqual([true])
  fireEvent.change(filter, { target: { value: 'nowhere' } })
  await screen.findByText('No site matches “nowhere”.')
})

it('shows a damaged site as a row that says what to do, and offers nothing that cannot work', async () => {
  const damaged = fakeSummary(werkhof, { problem: { key: 'storage.corrupt', args: { file: 'site.db', problem: 'x' } } })
  using _app = renderApp('/', fakeRpc({ listSites: () => ({ sites: [damaged, fakeSummary(lindenweg)] }) }))
  const row = (await rows()).find((each) => each.textContent?.includes('Werkhof'))
  expect(row?.textContent).toContain('site.db is damaged.')
  expect(row?.textContent).toContain('Put back a copy beside it')
  expect(within(row as HTMLElement).queryByRole('button', { name: /Open/ })).toBeNull()
})

it('makes a site from its name alone, with the technician of the settings', async () => {
  const line = fakeRpc(siteAnswers(lindenweg))
  line.answers.listSites = () => ({ sites: [] })
  line.answers.createSite = () => ({ site: lindenweg })
  using app = renderApp('/', line)
  fireEvent.click(await screen.findByRole('button', { name: 'New site' }))
  const dialog = await screen.findByRole('dialog', { name: 'New site' })
  fireEvent.change(within(dialog).getByRole('textbox', { name: 'Site name' }), { target: { value: 'Lindenweg 12' } })
  fireEvent.click(within(dialog).getByRole('button', { name: 'Create the site' }))
  await waitFor(() => expect(app.history.location.pathname).toContain('/sites/S1/commission'))
  expect(line.callsOf('createSite')[0]?.data).toMatchObject({ name: 'Lindenweg 12', country: 'CH' })
})

it('says at the name when there is such a site already', async () => {
  const line = fakeRpc()
  line.answers.createSite = () => {
    throw new SitewrightError('site.name-taken', 'taken', { args: { name: 'Werkhof Süd' } })
  }
  using _app = renderApp('/', line)
  fireEvent.click(await screen.findByRole('button', { name: 'New site' }))
  const name = await screen.findByRole('textbox', { name: 'Site name' })
  fireEvent.change(name, { target: { value: 'Werkhof Süd' } })
  fireEvent.keyDown(name, { key: 'Enter' })
  await screen.findByText('There is a site “Werkhof Süd” already.')
})

it('opens the demo site', async () => {
  const demo = fakeSite({ id: 'DEMO', kind: 'demo', stepsDone: ['site'] })
  const line = fakeRpc({ ...siteAnswers(demo), listSites: () => ({ sites }) })
  using app = renderApp('/', line)
  fireEvent.click(await screen.findByRole('button', { name: /Demo site/ }))
  await waitFor(() => expect(app.history.location.pathname).toContain('/sites/DEMO/commission'))
})

it('asks before it deletes a site, and can be told to keep it', async () => {
  const line = fakeRpc({ listSites: () => ({ sites }), deleteSite: () => ({}) })
  using _app = renderApp('/', line)
  const ask = async () => {
    fireEvent.click(await screen.findByRole('button', { name: 'More about Werkhof Süd' }))
    fireEvent.click(await screen.findByRole('menuitem', { name: 'Delete…' }))
    return screen.findByRole('dialog', { name: 'Delete Werkhof Süd?' })
  }
  fireEvent.click(within(await ask()).getByRole('button', { name: 'Keep it' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(line.callsOf('deleteSite')).toEqual([])
  fireEvent.click(within(await ask()).getByRole('button', { name: 'Delete the site' }))
  await waitFor(() => expect(line.callsOf('deleteSite')).toEqual([{ siteId: 'S2' }]))
})

it('tells of each check of the laptop what was seen', async () => {
  const line = fakeRpc({
    getLaptopChecks: () => ({
      checkedAt: Date.now(),
      checks: [
        { id: 'ports', verdict: 'passed', title: { key: 'laptop.ports' }, detail: { key: 'laptop.ports.open' } },
        {
          id: 'disk',
          verdict: 'failed',
          title: { key: 'laptop.disk' },
          detail: { key: 'laptop.disk.low', args: { free: '0.4' } },
        },
      ],
    }),
  })
  using _app = renderApp('/', line)
  const laptop = await screen.findByRole('region', { name: 'This laptop' })
  expect(laptop.textContent).toContain('Right to open ports')
  expect(laptop.textContent).toContain('this user may open ports')
  expect(laptop.textContent).toContain('0.4 GB free')
})
