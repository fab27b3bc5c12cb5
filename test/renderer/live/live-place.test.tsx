// @vitest-environment happy-dom
import type { ChartView, TimeChartProps } from '@renderer/ui/time-chart'
import type { EdgeConfig } from '@shared/edge-config'
import { SitewrightError } from '@shared/errors'
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { useEffect } from 'react'
import { beforeEach, expect, it, vi } from 'vitest'
import { plantAnswers, plantConfig, plantHistory, sendCycle } from '../fake-plant'
import { type FakeAnswers, fakeRpc, fakeSite } from '../fake-rpc'
import { renderApp } from '../render-app'
import { wideScreen } from '../wide-screen'

const drawn = vi.hoisted(() => ({ views: [] as unknown[] }))
// There is no canvas here; what would be drawn is kept instead.
vi.mock('@renderer/ui/time-chart', () => ({
  TimeChart: ({ onReady, label }: TimeChartProps) => {
    // biome-ignore lint/correctness/useExhaustiveDependencies: as the real one, ready once.
    useEffect(() => onReady({ show: (view) => void drawn.views.push(view) }), [])
    return <div role="img" aria-label={label} />
  },
}))

const site = fakeSite({ data: { concept: 'zev', fuseA: 80 } })

function open(more: FakeAnswers = {}) {
  const line = fakeRpc({ ...plantAnswers(site), ...more })
  const app = renderApp(`/sites/${site.id}/live`, line)
  const cycle = async (changed: Parameters<typeof sendCycle>[2] = {}) => {
    await waitFor(() =>
      expect(line.callsOf('subscribeChannels').at(-1)?.channels).toEqual(
        expect.arrayContaining(['meter0/ActivePower', '_sum/ConsumptionActivePower']),
      ),
    )
    act(() => sendCycle(line, site, changed))
  }
  return { line, cycle, [Symbol.dispose]: () => app[Symbol.dispose]() }
}
/** What a screen reader hears of a tile of the energy flow. */
const tiles = () => [...document.querySelectorAll('svg g > title')].map(({ textContent }) => textContent)
const meter = async (name: string) => {
  const table = await screen.findByRole('table', { name: 'Meters' })
  return within(table).getByText(name).closest('tr')?.textContent
}
beforeEach(wideScreen)

it('tells the energy flow in words: what, how much, which way', async () => {
  using app = open()
  await app.cycle()
  await waitFor(() =>
    expect(tiles()).toEqual([
      'Grid 1.42 kW to grid',
      'PV 6.84 kW producing',
      'Battery 1.20 kW charging',
      'Flat 1–8 1.62 kW using',
      'Common 0.44 kW using',
      'Heat pump 0.78 kW using',
      'Charger 1.38 kW charging',
    ]),
  )
})

it('says that the balance closes, and on demand what was compared with what', async () => {
  using app = open()
  await app.cycle()
  fireEvent.click(await screen.findByRole('button', { name: /Balance closes to 0.02 kW/ }))
  expect(await screen.findByText(/L1 \+ L2 \+ L3 differ from the total by 0.02 kW/)).toBeTruthy()
  expect(screen.getByText('self-consumption 79 % · self-sufficiency 100 %')).toBeTruthy()
})

it('shows a lost meter as a dash with its age, never as zero, and takes it out of no sum', async () => {
  using app = open()
  await app.cycle()
  expect(await meter('Flat 2')).toContain('0.12')
  await app.cycle({ 'meter12/ActivePower': null })
  await waitFor(async () => expect(await meter('Flat 2')).toMatch(/0\.12 kW, \d s ago.*–/))
  expect(await meter('Flat 2')).not.toContain('0.00')
  expect(tiles()).toContain('Flat 1–8 –')
  expect(tiles()).toContain('Common –')
})

it('does not know the consumption without the grid meter, although the edge goes on calculating it', async () => {
  using app = open()
  await app.cycle()
  await app.cycle({
    'meter0/ActivePower': null,
    '_sum/GridActivePower': null,
    '_sum/ConsumptionActivePower': 5640,
  })
  await screen.findByRole('button', { name: /Balance not known/ })
  expect(tiles()).toContain('Grid –')
  expect(tiles()).toContain('Common –')
  await waitFor(() => expect((drawn.views.at(-1) as ChartView).labels.using?.value).toBe('–'))
})

it('changes the word, not only the number, when the power turns', async () => {
  using app = open()
  await app.cycle()
  await app.cycle({ 'meter0/ActivePower': 350, '_sum/GridActivePower': 350 })
  await waitFor(() => expect(tiles()[0]).toBe('Grid 0.35 kW from grid'))
  expect(await meter('Grid meter')).toContain('from grid0.35kW3’120.4')
})

it('says which phase is outside the band or above its fuse', async () => {
  using app = open()
  await app.cycle({ 'meter0/VoltageL1': 256_300, 'meter0/CurrentL2': 84_000 })
  const phases = await screen.findByRole('region', { name: 'Phases' })
  expect(await within(phases).findByRole('img', { name: 'outside the band' })).toBeTruthy()
  expect(within(phases).getByRole('img', { name: 'above the fuse' })).toBeTruthy()
})

it('draws the day so far, ends each line in the value of now, and leaves the future empty', async () => {
  using app = open()
  await app.cycle()
  await screen.findByRole('img', { name: /Power over the day/ })
  await waitFor(() => {
    const view = drawn.views.at(-1) as ChartView
    expect(view.labels.producing).toEqual({ word: 'producing', value: '6.84' })
    expect(view.labels.grid).toEqual({ word: 'to grid', value: '1.42' })
    expect(view.labels.battery).toEqual({ word: 'battery charging', value: '1.20' })
    expect(view.values.producing?.at(-1)).toBe(6.84)
    expect(view.times.at(-1)).toBeLessThanOrEqual(Date.now() / 1000)
  })
})

it('shows the same day as a table', async () => {
  using app = open({
    queryHistoricTimeseriesData: ({ fromDate, channels }) =>
      plantHistory(fromDate, new Date(`${fromDate}T00:17:00`).getTime(), channels),
  })
  await app.cycle()
  fireEvent.click(await screen.findByRole('button', { name: 'As a table' }))
  const table = await screen.findByRole('region', { name: /Power over the day/ })
  const first = within(table).getAllByRole('row')[1]
  expect(first?.textContent).toMatch(/^00:000\.00\d\.\d\d−0\.50/)
})

it('asks for another day', async () => {
  using app = open()
  fireEvent.click(await screen.findByRole('button', { name: /^Day:/ }))
  // Without a layout Mantine takes the button for scrolled away and hides what hangs on it.
  const dialog = await screen.findByRole('dialog', { name: /^Day/, hidden: true })
  const days = await within(dialog).findAllByRole('button', { hidden: true })
  const today = days.find((each) => each.getAttribute('aria-current') === 'date')
  if (!today) throw new Error('no today')
  act(() => today.focus())
  fireEvent.keyDown(today, { key: 'ArrowUp' })
  const before = document.activeElement as HTMLElement
  fireEvent.click(before)
  await waitFor(() => expect(app.line.callsOf('queryHistoricTimeseriesData').at(-1)?.fromDate).toBe(before.dataset.day))
})

it('says that nothing was recorded, instead of failing', async () => {
  using _app = open({
    queryHistoricTimeseriesData: () => {
      throw new SitewrightError('history.none', 'no data')
    },
  })
  expect(await screen.findByText(/^Nothing is recorded yet/)).toBeTruthy()
})

it('leads to the roles while no meter has one', async () => {
  const empty: EdgeConfig = { components: {}, factories: {} }
  using _app = open({ getEdgeConfig: () => empty })
  fireEvent.click(await screen.findByRole('button', { name: 'Assign roles' }))
  await screen.findByRole('heading', { name: 'Roles and wiring', level: 1 })
})

it('follows a change of the configuration', async () => {
  const config = plantConfig()
  using app = open({ getEdgeConfig: () => structuredClone(config) })
  await app.cycle()
  expect(await meter('Flat 8')).toBeTruthy()
  delete config.components.meter18
  act(() => app.line.notifyEdge(site.id, 'edgeConfig', config))
  await waitFor(() => expect(screen.queryByText('Flat 8')).toBeNull())
})
