// @vitest-environment happy-dom
import { SitewrightError } from '@shared/errors'
import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { fakeRpc, fakeSite, siteAnswers } from '../fake-rpc'
import { renderApp } from '../render-app'

const type = (name: string, value: string) => {
  const input = screen.getByRole('textbox', { name })
  fireEvent.change(input, { target: { value } })
  fireEvent.blur(input)
}
const button = (name: string | RegExp) => screen.findByRole('button', { name })

it('opens the site where the work stands', async () => {
  const site = fakeSite({ stepsDone: ['site'] })
  const line = fakeRpc(siteAnswers(site))
  using app = renderApp(`/sites/${site.id}`, line)
  await screen.findByRole('heading', { name: 'This laptop', level: 1 })
  expect(app.history.location.pathname).toBe(`/sites/${site.id}/commission/laptop`)
  expect(line.callsOf('openSite')).toEqual([{ siteId: site.id }])
})

it('saves each field as it is left, and goes on to the next step', async () => {
  const site = fakeSite()
  const line = fakeRpc(siteAnswers(site))
  using app = renderApp(`/sites/${site.id}/commission/site`, line)
  await button('Continue')
  type('Postcode', '3600')
  type('Place', 'Thun')
  await waitFor(() =>
    expect(line.callsOf('updateSite').at(-1)?.data).toMatchObject({ postcode: '3600', place: 'Thun' }),
  )

  fireEvent.click(await button('Continue'))
  await screen.findByRole('heading', { name: 'This laptop', level: 1 })
  expect(line.callsOf('updateSite').at(-1)).toEqual({ siteId: site.id, stepsDone: ['site'] })
  expect(app.history.location.pathname).toBe(`/sites/${site.id}/commission/laptop`)
})

it('stays where something is wrong and says at the field what', async () => {
  const site = fakeSite()
  using app = renderApp(`/sites/${site.id}/commission/site`, fakeRpc(siteAnswers(site)))
  await button('Continue')
  type('Postcode', '36000')
  fireEvent.click(await button('Continue'))
  await screen.findByText('four digits in Switzerland')
  await screen.findByText('to mend')
  expect(app.history.location.pathname).toBe(`/sites/${site.id}/commission/site`)
})

it('says at the name that it is taken', async () => {
  const site = fakeSite()
  const line = fakeRpc(siteAnswers(site))
  line.answers.updateSite = () => {
    throw new SitewrightError('site.name-taken', 'taken', { args: { name: 'Werkhof' } })
  }
  using _app = renderApp(`/sites/${site.id}/commission/site`, line)
  await button('Continue')
  type('Site name', 'Werkhof')
  await screen.findByText('There is a site “Werkhof” already.')
})

it('skips a step without marking it done', async () => {
  const site = fakeSite()
  const line = fakeRpc(siteAnswers(site))
  using _app = renderApp(`/sites/${site.id}/commission/laptop`, line)
  fireEvent.click(await button('Skip, add to list'))
  await screen.findByRole('heading', { name: 'Connections', level: 1 })
  expect(line.callsOf('updateSite')).toEqual([])
})

it('opens any step again from the line of steps', async () => {
  const site = fakeSite({ stepsDone: ['site', 'laptop'] })
  using _app = renderApp(`/sites/${site.id}/commission/connections`, fakeRpc(siteAnswers(site)))
  const steps = await screen.findByRole('navigation', { name: 'Steps of commissioning' })
  fireEvent.click(within(steps).getByRole('button', { name: /Site/ }))
  await screen.findByRole('heading', { name: 'Site', level: 1 })
})

it('shows the checks of the laptop with their verdicts and asks again on F5', async () => {
  const site = fakeSite()
  const line = fakeRpc({
    ...siteAnswers(site),
    getLaptopChecks: () => ({
      checkedAt: Date.now(),
      checks: [
        {
          id: 'disk',
          verdict: 'failed',
          title: { key: 'laptop.disk' },
          detail: { key: 'laptop.disk.low', args: { free: '0.4' } },
        },
      ],
    }),
  })
  using _app = renderApp(`/sites/${site.id}/commission/laptop`, line)
  const check = (await screen.findByText('Disk space')).closest('li')
  expect(check?.textContent).toContain('0.4 GB free')
  expect(within(check as HTMLElement).getByRole('img', { name: 'failed' })).toBeTruthy()

  const before = line.callsOf('getLaptopChecks').length
  fireEvent.keyDown(document.body, { key: 'F5' })
  await waitFor(() => expect(line.callsOf('getLaptopChecks').length).toBe(before + 1))
})

it('proposes the networks of the laptop and searches there with one click', async () => {
  const site = fakeSite()
  const line = fakeRpc({
    ...siteAnswers(site),
    getNetworks: () => ({
      interfaces: [{ name: 'eth0', address: '192.168.1.57', network: '192.168.1.0/24', mac: '' }],
    }),
    estimateScan: () => ({ hosts: 254, connects: 254, seconds: 1.4, needsConfirmation: false }),
  })
  using _app = renderApp(`/sites/${site.id}/commission/connections`, line)
  fireEvent.click(await button('Search here: 192.168.1.0/24'))
  await screen.findByText('254 hosts, about 2 s')
  expect(line.callsOf('updateSite').at(-1)?.searches).toEqual([
    { id: 'tcp1', kind: 'modbus-tcp', hosts: '192.168.1.0/24', ports: [502], units: '', enabled: true },
  ])
  expect(screen.queryByRole('button', { name: 'Search here: 192.168.1.0/24' })).toBeNull()
})

it('says what is wrong with a host where it stands', async () => {
  const site = fakeSite()
  const line = fakeRpc(siteAnswers(site))
  line.answers.updateSite = () => {
    throw new SitewrightError('scan.targets', 'no', { args: { piece: '192.168.1.0/99', context: 'prefix' } })
  }
  using _app = renderApp(`/sites/${site.id}/commission/connections`, line)
  fireEvent.click(await button('Add hosts'))
  type('Hosts', '192.168.1.0/99')
  await screen.findByText('192.168.1.0/99: the part after / goes from 0 to 32.')
})

it('does not go on without any place to look, but can be skipped', async () => {
  const site = fakeSite()
  using app = renderApp(`/sites/${site.id}/commission/connections`, fakeRpc(siteAnswers(site)))
  fireEvent.click(await button('Continue'))
  await screen.findByText('Name at least one place to look, or skip this step.')
  expect(app.history.location.pathname).toBe(`/sites/${site.id}/commission/connections`)
})

it('lists what needs a person and leads to the step that settles it', async () => {
  const site = fakeSite()
  const line = fakeRpc({
    ...siteAnswers(site),
    getFindings: () => ({
      findings: [
        { id: 'a', verdict: 'failed', subject: '', message: { key: 'finding.grid-meter.none' }, step: 'connections' },
      ],
    }),
  })
  using app = renderApp(`/sites/${site.id}/commission/site`, line)
  fireEvent.click(await button(/To do/))
  fireEvent.click(await button(/No meter stands at the grid connection/))
  await waitFor(() => expect(app.history.location.pathname).toBe(`/sites/${site.id}/commission/connections`))
})
