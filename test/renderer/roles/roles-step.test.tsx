// @vitest-environment happy-dom
import type { EdgeConfig } from '@shared/edge-config'
import { SitewrightError } from '@shared/errors'
import type { RoleProposal } from '@shared/rpc'
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { type FakeAnswers, type FakeRpc, fakeRpc, fakeSite, siteAnswers } from '../fake-rpc'
import { renderApp } from '../render-app'
import { proposal } from './proposal'

const site = fakeSite({ stepsDone: ['site', 'laptop', 'connections', 'find'] })
const METER = 'io.openems.edge.meter.api.ElectricityMeter'

/** An edge that stores what it is told and proposes accordingly. */
function open(proposals: RoleProposal[], more: FakeAnswers = {}) {
  const config: EdgeConfig = {
    components: {},
    factories: { 'Meter.Microcare.SDM630': { name: '', description: '', natureIds: [METER] } },
  }
  const asMap = (properties: { name: string; value?: unknown }[]) =>
    Object.fromEntries(properties.map(({ name, value }) => [name, value]))
  const line: FakeRpc = fakeRpc({
    ...siteAnswers(site),
    getEdgeConfig: () => structuredClone(config),
    proposeRoles: () => ({
      proposals: proposals.map((each) => ({
        ...each,
        componentId: each.id in config.components ? each.id : null,
        bridge: { ...each.bridge, exists: each.bridge.id in config.components },
      })),
    }),
    createComponentConfig: ({ factoryPid, properties }) => {
      const { id, alias, ...rest } = asMap(properties)
      config.components[String(id)] = { alias: String(alias), factoryId: factoryPid, properties: rest }
      line.notifyEdge(site.id, 'edgeConfig', structuredClone(config))
      return {}
    },
    updateComponentConfig: ({ componentId, properties }) => {
      const { alias, ...rest } = asMap(properties)
      const component = config.components[componentId]
      if (component) Object.assign(component, { alias }, { properties: { ...component.properties, ...rest } })
      line.notifyEdge(site.id, 'edgeConfig', structuredClone(config))
      return {}
    },
    deleteComponentConfig: ({ componentId }) => {
      delete config.components[componentId]
      line.notifyEdge(site.id, 'edgeConfig', structuredClone(config))
      return {}
    },
    ...more,
  })
  const app = renderApp(`/sites/${site.id}/commission/roles`, line)
  return { line, config, [Symbol.dispose]: () => app[Symbol.dispose]() }
}
const row = async (name: string) => {
  const found = (await screen.findByText(name)).closest('tr')
  if (!found) throw new Error(`no row with ${name}`)
  return within(found)
}

it('creates the bridge first and each component once, through OpenEMS calls only', async () => {
  using app = open([
    proposal('a'),
    proposal('b', { id: 'meter1', title: 'Eastron SDM120', role: 'consumption', alias: 'SDM120' }),
  ])
  fireEvent.click(await screen.findByRole('button', { name: 'Create 2' }))
  await waitFor(() => expect(app.line.callsOf('createComponentConfig')).toHaveLength(3))
  expect(app.line.callsOf('createComponentConfig').map(({ factoryPid }) => factoryPid)).toEqual([
    'Bridge.Modbus.Tcp',
    'Meter.Microcare.SDM630',
    'Meter.Microcare.SDM630',
  ])
  expect(Object.keys(app.config.components)).toEqual(['modbus0', 'meter0', 'meter1'])
  expect(await screen.findByRole('button', { name: 'Finish' })).toBeTruthy()
})

it('shows that a created row reads, with its direction as a word', async () => {
  using app = open([proposal('a')])
  fireEvent.click(await screen.findByRole('button', { name: 'Create 1' }))
  const cells = await row('Eastron SDM630')
  await waitFor(() => expect(app.line.callsOf('subscribeChannels').at(-1)?.channels).toContain('meter0/ActivePower'))
  act(() => app.line.notifyEdge(site.id, 'currentData', { 'meter0/ActivePower': -1420 }))
  const value = await cells.findByText('1.42')
  expect(value.parentElement?.textContent).toBe('to grid1.42kW')
})

it('says what the sign means, and what it means turned round', async () => {
  using _app = open([proposal('a')])
  const cells = await row('Eastron SDM630')
  const words = () => cells.getByText('+').parentElement?.textContent
  expect(words()).toBe('+ from grid')
  fireEvent.click(cells.getByRole('switch', { name: 'turn round' }))
  expect(words()).toBe('+ to grid')
})

it('keeps going when one row fails, and shows what the edge said', async () => {
  using app = open(
    [
      proposal('a'),
      proposal('b', {
        id: 'meter1',
        title: 'Eastron SDM120',
        role: 'consumption',
        bridge: { ...proposal('b').bridge, id: 'modbus1' },
      }),
    ],
    {
      createComponentConfig: ({ properties }) => {
        const id = properties.find(({ name }) => name === 'id')?.value
        if (id === 'meter0') throw new SitewrightError('internal', 'Unit 1 is used by meter9.')
        return {}
      },
    },
  )
  fireEvent.click(await screen.findByRole('button', { name: 'Create 2' }))
  const cells = await row('Eastron SDM630')
  expect((await cells.findByRole('alert')).textContent).not.toBe('')
  const ids = () =>
    app.line
      .callsOf('createComponentConfig')
      .map(
        ({ properties }) => (properties as { name: string; value: unknown }[]).find(({ name }) => name === 'id')?.value,
      )
  await waitFor(() => expect(ids()).toEqual(['modbus0', 'meter0', 'modbus1', 'meter1']))
})

it('makes two grid meters an error before anything is stored', async () => {
  using _app = open([proposal('a'), proposal('b', { id: 'meter1', role: 'consumption' })])
  const selects = await screen.findAllByRole('combobox')
  if (!selects[1]) throw new Error('no second role')
  fireEvent.change(selects[1], { target: { value: 'grid' } })
  const list = await screen.findByRole('list', { name: 'To settle' })
  expect(list.textContent).toContain('meter0, meter1')
})

it('takes a component away with the bridge that nothing else uses', async () => {
  using app = open([proposal('a')])
  fireEvent.click(await screen.findByRole('button', { name: 'Create 1' }))
  fireEvent.click(await screen.findByRole('button', { name: 'Remove meter0' }))
  const dialog = await screen.findByRole('dialog')
  expect(dialog.textContent).toContain('modbus0')
  fireEvent.click(within(dialog).getByRole('button', { name: 'Remove meter0' }))
  await waitFor(() => expect(Object.keys(app.config.components)).toEqual([]))
  expect(await screen.findByRole('button', { name: 'Create 1' })).toBeTruthy()
})
