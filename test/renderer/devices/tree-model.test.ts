import { filterTree, treeOf, worst } from '@renderer/features/devices/tree-model'
import { plantParts } from '@renderer/features/plant/parts'
import type { FoundDevice } from '@shared/device'
import { expect, it } from 'vitest'
import { plantConfig } from '../fake-plant'
import { foundDevice } from '../find/found-device'

const config = plantConfig()
const at = (host: string, unit: number | null, more: Partial<FoundDevice> = {}) =>
  foundDevice({ link: { kind: 'modbus-tcp', host, port: 502, unit }, ...more })
const tree = (found: FoundDevice[]) =>
  treeOf({ config, parts: plantParts(config), found, nameOf: ({ model }) => model ?? '?' })
const shape = (nodes: ReturnType<typeof tree>) => nodes.map(({ name, leaves }) => [name, leaves.map(({ id }) => id)])

it('puts devices under their connection, by unit', () => {
  expect(shape(tree([]))).toEqual([
    ['192.168.1.31', ['meter0']],
    ['192.168.1.40', ['ess0', 'pvInverter0']],
    ['192.168.1.61', ['evcs0']],
    [
      '192.168.1.77',
      ['meter2', 'meter11', 'meter12', 'meter13', 'meter14', 'meter15', 'meter16', 'meter17', 'meter18'],
    ],
  ])
})

it('knows the found device behind a component, and does not list it twice', () => {
  const [node] = tree([at('192.168.1.31', 1)])
  expect(node?.leaves.map(({ id, found }) => [id, found?.id])).toEqual([['meter0', '192.168.1.31:502/1']])
})

it('keeps unused finds under their host, and loses none but the ignored', () => {
  const nodes = tree([at('192.168.1.31', 9), at('192.168.1.99', null), at('192.168.1.98', 1, { ignored: true })])
  expect(shape(nodes)[0]).toEqual(['192.168.1.31', ['meter0', '192.168.1.31:502/9']])
  expect(shape(nodes).at(-1)).toEqual(['192.168.1.99', ['192.168.1.99:502/-']])
})

it('finds by name, id, maker or address', () => {
  const ids = (text: string) => filterTree(tree([]), text).flatMap(({ leaves }) => leaves.map(({ id }) => id))
  expect(ids('flat 3')).toEqual(['meter13'])
  expect(ids('evcs')).toEqual(['evcs0'])
  expect(ids('1.31')).toEqual(['meter0'])
  expect(ids('nothing like it')).toEqual([])
})

it('shows the worst of several verdicts, and nothing while all is well', () => {
  expect(worst(['passed', 'warn', 'failed'])).toBe('failed')
  expect(worst(['passed', undefined, 'notrun'])).toBe(null)
})
