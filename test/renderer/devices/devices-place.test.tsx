// @vitest-environment happy-dom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'
import { rowWindow } from '../../../src/renderer/ui/use-row-window'
import { plantAnswers, plantChannels, plantHealth, sendCycle } from '../fake-plant'
import { type FakeAnswers, fakeRpc, fakeSite } from '../fake-rpc'
import { foundDevice } from '../find/found-device'
import { renderApp } from '../render-app'
import { wideScreen } from '../wide-screen'

const site = fakeSite()
const used = foundDevice({ brand: 'Janitza', model: 'UMG 96RM-E', serial: '4801-2277', firmware: '3.2' })
const unused = foundDevice({ link: { kind: 'modbus-tcp', host: '192.168.1.99', port: 502, unit: 1 }, model: 'SDM72' })

function open(path = '', more: FakeAnswers = {}) {
  const line = fakeRpc({ ...plantAnswers(site), listFound: () => ({ devices: [used, unused] }), ...more })
  const app = renderApp(`/sites/${site.id}/devices${path}`, line)
  return { line, history: app.history, [Symbol.dispose]: () => app[Symbol.dispose]() }
}
beforeEach(wideScreen)

it('shows connections with their devices, and moves through them by the keyboard', async () => {
  using app = open()
  const tree = await screen.findByRole('tree', { name: 'Devices by connection' })
  const first = within(tree).getByRole('treeitem', { name: /Grid meter/ })
  act(() => first.focus())
  fireEvent.keyDown(first, { key: 'ArrowDown' })
  fireEvent.keyDown(document.activeElement ?? tree, { key: 'ArrowDown' })
  fireEvent.keyDown(document.activeElement ?? tree, { key: 'Enter' })
  await screen.findByRole('heading', { name: 'HVS 10.2', level: 1 })
  expect(app.history.location.pathname).toBe(`/sites/${site.id}/devices/ess0/overview`)
})

it('closes and opens a connection with the arrows', async () => {
  using _app = open()
  const tree = await screen.findByRole('tree', { name: 'Devices by connection' })
  const node = within(tree).getByRole('treeitem', { name: /192\.168\.1\.77/ })
  act(() => node.focus())
  fireEvent.keyDown(node, { key: 'ArrowLeft' })
  expect(within(tree).queryByRole('treeitem', { name: /Flat 1/ })).toBeNull()
  fireEvent.keyDown(node, { key: 'ArrowRight' })
  expect(within(tree).getByRole('treeitem', { name: /Flat 1/ })).toBeTruthy()
})

it('tells who a device is, what it does here and how its link fares', async () => {
  using _app = open('/meter0')
  const identity = await screen.findByRole('region', { name: 'Identity' })
  expect(identity.textContent).toContain('Serial number4801-2277')
  expect((await screen.findByRole('region', { name: 'In the edge' })).textContent).toContain('+ from grid, − to grid')
  const link = screen.getByRole('region', { name: 'Link' })
  // 4810 of 4812 is not all: it must not be rounded to 100 %.
  await waitFor(() => expect(link.textContent).toContain('4’810 / 4’81299.9 %'))
})

it('names a device that does not answer, in the tree and on its page', async () => {
  const health = plantHealth()
  const device = health.bridges[0]?.devices[0]
  if (device) {
    Object.assign(device, {
      verdict: 'failed',
      backOffMs: 8000,
      error: { key: 'link.timeout', text: 'No answer in 500 ms.' },
    })
  }
  using _app = open('/meter0', { getLinkHealth: () => health })
  const tree = await screen.findByRole('tree', { name: 'Devices by connection' })
  expect(await within(tree).findByRole('treeitem', { name: /Grid meter.*failed/ })).toBeTruthy()
  const link = screen.getByRole('region', { name: 'Link' })
  expect(link.textContent).toContain('does not answer')
  expect(link.textContent).toContain('Asked again in8 s')
  expect(link.textContent).toContain('No answer in 500 ms.')
})

it('has no live tab for what the edge does not run, and leads to where it can be used', async () => {
  using _app = open(`/${encodeURIComponent(unused.id)}`)
  await screen.findByRole('heading', { name: 'Eastron SDM72', level: 1 })
  expect(screen.queryByRole('tab')).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: 'Choose devices' }))
  await screen.findByRole('heading', { name: 'Find devices', level: 1 })
})

it('shows every point with value, unit and age, and those never read only when asked', async () => {
  using app = open('/meter0/live')
  await waitFor(() => expect(app.line.callsOf('subscribeChannels').at(-1)?.channels).toContain('meter0/VoltageL1'))
  act(() => sendCycle(app.line, site))
  const table = await screen.findByRole('table', { name: 'Points' })
  const row = (name: string) => within(table).getByText(name).closest('tr')?.textContent
  await waitFor(() => expect(row('VoltageL1')).toMatch(/231\.4V0 s ago/))
  expect(row('ActivePower')).toContain('to grid−1.42kW')
  expect(within(table).queryByText('ReactivePower')).toBeNull()
  fireEvent.click(screen.getByRole('checkbox', { name: 'Show 1 never read' }))
  expect(row('ReactivePower')).toContain('–')
})

it('filters the points and copies what is shown', async () => {
  const written = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
  using app = open('/meter0/live')
  await waitFor(() => expect(app.line.callsOf('subscribeChannels').at(-1)?.channels).toContain('meter0/VoltageL1'))
  act(() => sendCycle(app.line, site))
  const table = await screen.findByRole('table', { name: 'Points' })
  const [, filter] = screen.getAllByRole('searchbox')
  if (!filter) throw new Error('no filter')
  fireEvent.change(filter, { target: { value: 'voltage' } })
  await waitFor(() => expect(within(table).getAllByRole('row')).toHaveLength(4))
  fireEvent.click(screen.getByRole('button', { name: 'Copy' }))
  await waitFor(() => expect(written).toHaveBeenCalledOnce())
  expect(written.mock.calls[0]?.[0]).toContain('meter0/VoltageL1\tVoltage L1\t231.4 V')
})

it('makes only the rows in sight, however many points there are', async () => {
  const [first] = plantChannels('meter0').channels
  if (!first) throw new Error('no channel')
  const many = Array.from({ length: 2000 }, (_, index) => ({ ...first, id: `Point${index}` }))
  using _app = open('/meter0/live', { listChannels: () => ({ channels: many }) })
  await screen.findByText('Point0')
  const table = await screen.findByRole('table', { name: 'Points' })
  expect(within(table).getAllByRole('row').length).toBeLessThan(60)
})

it('keeps the window of rows inside the table', () => {
  expect(rowWindow(2000, 0, 20)).toEqual({ from: 0, to: 28 })
  expect(rowWindow(2000, 100, 20)).toEqual({ from: 92, to: 128 })
  expect(rowWindow(2000, 1996, 20)).toEqual({ from: 1972, to: 2000 })
  expect(rowWindow(3, 0, 20)).toEqual({ from: 0, to: 3 })
})
