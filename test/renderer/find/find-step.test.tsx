// @vitest-environment happy-dom
import type { FoundDevice } from '@shared/device'
import type { Job } from '@shared/job'
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { beforeEach, expect, it, vi } from 'vitest'
import { type FakeAnswers, fakeRpc, fakeSite, siteAnswers } from '../fake-rpc'
import { renderApp } from '../render-app'
import { wideScreen } from '../wide-screen'
import { foundDevice } from './found-device'

const site = fakeSite({
  stepsDone: ['site', 'laptop', 'connections'],
  searches: [{ id: 's1', kind: 'modbus-tcp', hosts: '192.168.1.0/24', ports: [502], units: '', enabled: true }],
})
const at = (host: string, unit: number | null, more: Partial<FoundDevice> = {}) =>
  foundDevice({ link: { kind: 'modbus-tcp', host, port: 502, unit }, ...more })
const scan: Job = {
  id: 'job1',
  siteId: site.id,
  kind: 'scan',
  title: { key: 'scan.title', args: { where: '192.168.1.0/24' } },
  state: 'running',
  act: { key: 'scan.act.ask', args: { unit: 3, host: '192.168.1.31', port: 502 } },
  phases: [
    { id: 'connect', done: 254, total: 254, found: 2 },
    { id: 'units', done: 3, total: 20, found: 1 },
    { id: 'identify', done: 0, total: 1, found: 0 },
  ],
  done: 257,
  total: 275,
  found: 1,
  rate: null,
  remainingS: null,
  startedAt: 0,
  endedAt: null,
  reason: null,
}

function open(devices: FoundDevice[], more: FakeAnswers = {}) {
  const line = fakeRpc({
    ...siteAnswers(site),
    listFound: () => ({ devices }),
    estimateScan: () => ({ hosts: 254, connects: 254, seconds: 3.2, needsConfirmation: false }),
    startScan: () => ({ jobId: 'job1' }),
    readFound: () => ({
      at: Date.now(),
      readings: [
        { component: 'meter', channel: 'VoltageL1', value: 231_400, unit: 'mV' },
        { component: 'meter', channel: 'ActivePower', value: 780, unit: 'W' },
      ],
    }),
    ...more,
  })
  const app = renderApp(`/sites/${site.id}/commission/find`, line)
  return { line, [Symbol.dispose]: () => app[Symbol.dispose]() }
}
beforeEach(wideScreen)

const table = () => screen.findByRole('grid', { name: 'Found devices' })
const names = (grid: HTMLElement) =>
  within(grid)
    .getAllByRole('row')
    .slice(1)
    .map((row) => within(row).getAllByRole('cell')[1]?.textContent?.trim())

it('says what a scan would take before it is started, and starts it polite and quick', async () => {
  using app = open([])
  expect(await screen.findByText('254 addresses, 254 connections, about 4 s.')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Find devices' }))
  await waitFor(() => expect(app.line.callsOf('startScan')).toHaveLength(1))
  expect(app.line.callsOf('startScan')[0]).toMatchObject({ searchIds: ['s1'], speed: 'polite', units: 'quick' })
})

it('asks before it knocks at more than 4,096 addresses', async () => {
  using app = open([], {
    estimateScan: () => ({ hosts: 65_534, connects: 65_534, seconds: 170, needsConfirmation: true }),
  })
  fireEvent.click(await screen.findByRole('button', { name: 'Find devices' }))
  const dialog = await screen.findByRole('dialog')
  expect(app.line.callsOf('startScan')).toEqual([])
  fireEvent.click(within(dialog).getByRole('button', { name: 'Ask 65’534 addresses' }))
  await waitFor(() => expect(app.line.callsOf('startScan')[0]).toMatchObject({ confirmed: true }))
})

it('appends what is found while the scan runs and leaves the rows above where they are', async () => {
  using app = open([at('192.168.1.40', 1)], { listJobs: () => ({ jobs: [scan] }) })
  const grid = await table()
  act(() => app.line.notify('found', { siteId: site.id, devices: [at('192.168.1.31', 1, { model: 'UMG' })] }))
  await waitFor(() => expect(names(grid)).toEqual(['Eastron SDM63022105817', 'Eastron UMG22105817']))
})

it('holds new rows back once the person has sorted, and shows them when asked', async () => {
  using app = open([at('192.168.1.40', 1), at('192.168.1.41', 1, { model: 'SDM120' })])
  const grid = await table()
  fireEvent.click(within(grid).getByRole('button', { name: 'Device' }))
  expect(names(grid)[0]).toContain('SDM120')
  act(() => app.line.notify('found', { siteId: site.id, devices: [at('192.168.1.50', 1, { model: 'A' })] }))
  fireEvent.click(await screen.findByRole('button', { name: '1 new, show' }))
  expect(names(grid)).toHaveLength(3)
})

it('shows the proofs of the selected row with the very frames, and what it reads now', async () => {
  const device = at('192.168.1.31', 1, {
    evidence: [
      {
        verdict: 'passed',
        title: { key: 'evidence.voltage-l1' },
        probe: 'FC4 0x0000 ×2',
        answer: '43 67 66 66',
        says: '231.4 V',
        weight: 98,
      },
    ],
    unsure: [{ key: 'found.unsure.firmware' }],
  })
  using _app = open([device])
  const side = await screen.findByRole('region', { name: 'Evidence' })
  expect(side.textContent).toContain('98')
  expect(within(side).getByText('FC4 0x0000 ×2 → 43 67 66 66')).toBeTruthy()
  expect(within(side).getByText(/firmware cannot be read/)).toBeTruthy()
  expect((await within(side).findByRole('region', { name: 'Reads now' })).textContent).toContain('231.4')
})

it('names what is no device and says why', async () => {
  using _app = open([
    at('192.168.1.77', null, { kind: 'modbus-closed', brand: null, model: null, serial: null, profile: null }),
  ])
  const grid = await table()
  expect(names(grid)).toEqual(['Modbus is switched off'])
  fireEvent.click(within(grid).getByRole('button', { name: /^Why\?/ }))
  expect(screen.getByRole('region', { name: 'Evidence' }).textContent).toContain('Switch on Modbus TCP')
})

it('keeps the choice of the person: Space on a row, and the next step counts', async () => {
  const device = at('192.168.1.31', 1)
  using app = open([device], {
    updateFound: ({ use }) => {
      const changed = { ...device, use: use ?? null }
      app.line.notify('found', { siteId: site.id, devices: [changed] })
      return { device: changed }
    },
  })
  const grid = await table()
  expect(await screen.findByRole('button', { name: 'Continue with 1' })).toBeTruthy()
  const row = within(grid).getAllByRole('row')[1]
  if (!row) throw new Error('no row')
  fireEvent.keyDown(row, { key: ' ' })
  await waitFor(() =>
    expect(app.line.callsOf('updateFound')).toEqual([{ siteId: site.id, deviceId: device.id, use: false }]),
  )
  expect(await screen.findByRole('button', { name: 'Continue' })).toBeTruthy()
})

it('shows phases with true numbers and cancels by Esc', async () => {
  using app = open([at('192.168.1.31', 1)], { listJobs: () => ({ jobs: [scan] }), cancelJob: () => ({}) })
  const lane = await screen.findByRole('region', { name: 'Find devices in 192.168.1.0/24' })
  expect(lane.textContent).toContain('257 of 275')
  expect(lane.textContent).toContain('phase 2 of 3')
  expect(within(lane).getByText('asking unit 3 at 192.168.1.31:502')).toBeTruthy()
  fireEvent.keyDown(document.body, { key: 'Escape' })
  await waitFor(() => expect(app.line.callsOf('cancelJob')).toEqual([{ jobId: 'job1' }]))
})

it('tells how long asking every unit takes before it is done', async () => {
  using app = open([at('192.168.1.31', 1)], {
    estimateSweep: () => ({ units: 247, seconds: 130 }),
    sweepUnits: () => ({ jobId: 'job2' }),
  })
  fireEvent.click(await screen.findByRole('button', { name: 'Ask all unit ids' }))
  const dialog = await screen.findByRole('dialog')
  expect(dialog.textContent).toContain('about 3 min')
  expect(app.line.callsOf('sweepUnits')).toEqual([])
  fireEvent.click(within(dialog).getByRole('button', { name: 'Ask 247 ids' }))
  await waitFor(() => expect(app.line.callsOf('sweepUnits')).toHaveLength(1))
})

it('hands the list over as a file, made in this window', async () => {
  const made = vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:found')
  const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {})
  using _app = open([at('192.168.1.31', 1)])
  await table()
  fireEvent.click(screen.getByRole('button', { name: 'CSV' }))
  const [blob] = made.mock.calls[0] ?? []
  expect(await (blob as Blob).text()).toContain('Eastron;SDM630;22105817')
  expect(click).toHaveBeenCalledOnce()
  vi.restoreAllMocks()
})
