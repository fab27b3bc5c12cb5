// @vitest-environment happy-dom
import { fireEvent, screen } from '@testing-library/react'
import axe from 'axe-core'
import { expect, it } from 'vitest'
import { fakeRpc, fakeSite, fakeSummary, siteAnswers } from '../fake-rpc'
import { renderApp } from '../render-app'

const site = fakeSite({
  stepsDone: ['site'],
  data: { postcode: '36000' },
  searches: [{ id: 'tcp1', kind: 'modbus-tcp', hosts: '192.168.1.0/24', ports: [502], units: '', enabled: true }],
})
const answers = {
  ...siteAnswers(site),
  listSites: () => ({
    sites: [
      fakeSummary(site, { failed: 1 }),
      fakeSummary(fakeSite({ id: 'S2' }), { problem: { key: 'storage.corrupt', args: { file: 'site.db' } } }),
    ],
  }),
  getLaptopChecks: () => ({
    checkedAt: Date.now(),
    checks: [
      { id: 'ports', verdict: 'passed' as const, title: { key: 'laptop.ports' }, detail: { key: 'laptop.ports.open' } },
    ],
  }),
  getNetworks: () => ({ interfaces: [{ name: 'eth0', address: '10.0.0.2', network: '10.0.0.0/24', mac: '' }] }),
  getStatus: () => ({
    items: [
      { id: 'edge' as const, verdict: 'passed' as const, message: { key: 'status.clock.steady' } },
      { id: 'bus' as const, verdict: 'failed' as const, message: { key: 'status.bus.none' } },
    ],
  }),
}

/** Serious ones. Rules that need a layout engine (contrast, target size) are for a real browser. */
async function violations() {
  const { violations: found } = await axe.run(document.body, {
    rules: { 'color-contrast': { enabled: false }, 'target-size': { enabled: false } },
  })
  const serious = found.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  return serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 120))])
}

it.each([
  ['/', 'Which site today?'],
  ['/settings', 'Settings'],
  ['/jobs', 'Jobs'],
  [`/sites/${site.id}/commission/site`, 'Site'],
  [`/sites/${site.id}/commission/laptop`, 'This laptop'],
  [`/sites/${site.id}/commission/connections`, 'Connections'],
])('can be used without sight: %s', async (path, heading) => {
  using _app = renderApp(path, fakeRpc(answers))
  await screen.findByRole('heading', { name: heading, level: 1 })
  await screen.findByRole('button', { name: /Bus/ })
  expect(await violations()).toEqual([])
})

it('keeps names and roles in menus and dialogs', async () => {
  using _app = renderApp('/', fakeRpc(answers))
  fireEvent.click(await screen.findByRole('button', { name: 'English' }))
  await screen.findByRole('menu')
  expect(await violations()).toEqual([])
  fireEvent.click(screen.getByRole('button', { name: /^New site/ }))
  await screen.findByRole('dialog')
  expect(await violations()).toEqual([])
})
