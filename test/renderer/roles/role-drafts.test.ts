import {
  createProperties,
  draftFindings,
  type RoleEdit,
  roleRows,
  updateProperties,
} from '@renderer/features/commission/roles/role-drafts'
import type { EdgeConfig } from '@shared/edge-config'
import type { RoleProposal } from '@shared/rpc'
import { expect, it } from 'vitest'
import { proposal } from './proposal'

const EMPTY: EdgeConfig = { components: {}, factories: {} }
const names = (role: string) => ({ grid: 'Grid meter', 'heat-pump': 'Heat pump' })[role] ?? null
const rows = (proposals: RoleProposal[], edits: Record<string, RoleEdit> = {}, config = EMPTY) =>
  roleRows(proposals, config, new Map(Object.entries(edits)), names)

it('names a part by what it does here, and no two alike', () => {
  const [grid, first, second] = rows([
    proposal('a'),
    proposal('b', { id: 'meter1', role: 'heat-pump' }),
    proposal('c', { id: 'meter2', role: 'heat-pump' }),
  ])
  expect([grid?.alias, first?.alias, second?.alias]).toEqual(['Grid meter', 'Heat pump', 'Heat pump 2'])
})

it('creates with the properties of the chosen role', () => {
  const [row] = rows([proposal('a')], { 'a meter': { role: 'consumption', invert: true } })
  expect(row && createProperties(row)).toEqual([
    { name: 'id', value: 'meter0' },
    { name: 'alias', value: 'SDM630' },
    { name: 'modbus.id', value: 'modbus0' },
    { name: 'modbusUnitId', value: 1 },
    { name: 'type', value: 'CONSUMPTION_METERED' },
    { name: 'invert', value: true },
  ])
})

it('leaves a stored component alone until something differs, and then sends only what can be changed here', () => {
  const stored = proposal('a', { componentId: 'meter0' })
  const config: EdgeConfig = {
    components: {
      meter0: { alias: 'Grid meter', factoryId: stored.factoryId, properties: { type: 'GRID', invert: false } },
    },
    factories: {},
  }
  expect(rows([stored], {}, config)[0]?.todo).toBe('none')
  const [changed] = rows([stored], { 'a meter': { invert: true } }, config)
  expect(changed?.todo).toBe('update')
  expect(changed && updateProperties(changed)).toEqual([
    { name: 'alias', value: 'Grid meter' },
    { name: 'type', value: 'GRID' },
    { name: 'invert', value: true },
  ])
})

it('knows a stored heat pump by its name, because OpenEMS keeps it as a plain meter', () => {
  const stored = proposal('a', { componentId: 'meter0', role: 'consumption' })
  const config: EdgeConfig = {
    components: {
      meter0: { alias: 'Wärmepumpe', factoryId: stored.factoryId, properties: { type: 'CONSUMPTION_METERED' } },
    },
    factories: {},
  }
  expect(rows([stored], {}, config)[0]).toMatchObject({ role: 'heat-pump', todo: 'none' })
})

it('wants exactly one grid meter', () => {
  const two = rows([proposal('a'), proposal('b', { id: 'meter1' })])
  expect(draftFindings(two)).toMatchObject([
    { verdict: 'failed', message: { key: 'finding.grid-meter.several', args: { ids: 'meter0, meter1' } } },
  ])
  expect(draftFindings(rows([proposal('a', { role: 'consumption' })]))).toMatchObject([
    { message: { key: 'finding.grid-meter.none' } },
  ])
  expect(draftFindings(rows([proposal('a')]))).toEqual([])
})

it('refuses an id that OpenEMS would not take, or that is taken', () => {
  const problem = (id: string, config = EMPTY) => rows([proposal('a')], { 'a meter': { id } }, config)[0]?.problem
  expect(problem('meter 1')).toBe('id')
  expect(problem('meter')).toBe('id')
  expect(problem('meter7')).toBe(null)
  const taken = { components: { meter7: { alias: '', factoryId: 'x', properties: {} } }, factories: {} }
  expect(problem('meter7', taken)).toBe('id-taken')
})
