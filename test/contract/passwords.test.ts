import { defineDriver } from '@main/edge/component/driver'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { edgeWire, type RawLine } from '../support/edge-wire'
import { testEdge } from '../support/test-edge'

const remote = defineDriver({
  factoryId: 'Test.Remote',
  name: 'Remote',
  description: 'Something with a key.',
  config: z.strictObject({ uri: z.string(), apikey: z.string().default('').meta({ password: true }) }),
  natures: () => [],
  start: () => undefined,
})

const ask = (line: RawLine, method: string, params: Record<string, unknown>) =>
  line.ask({ jsonrpc: '2.0', id: method, method, params })

it('a password is never shown, and a form that sends back what it was shown does not change it', async () => {
  await using edge = await testEdge({ drivers: [remote] })
  using wire = edgeWire(edge)
  const admin = wire.connect()
  await admin.login('admin')
  const properties = Object.entries({ id: 'remote0', uri: 'ws://a', apikey: 'secret' })
  await ask(admin, 'createComponentConfig', {
    factoryPid: 'Test.Remote',
    properties: properties.map(([name, value]) => ({ name, value })),
  })
  const update = [
    { name: 'uri', value: 'ws://b' },
    { name: 'apikey', value: 'xxx' },
  ]
  await ask(admin, 'updateComponentConfig', { componentId: 'remote0', properties: update })
  expect(edge.store.load().components.remote0?.properties).toMatchObject({ uri: 'ws://b', apikey: 'secret' })

  const config = await ask(admin, 'getEdgeConfig', {})
  const history = await ask(admin, 'listConfigChanges', {})
  expect(config).toMatchObject({ result: { components: { remote0: { properties: { apikey: 'xxx' } } } } })
  expect(history).toMatchObject({
    result: {
      changes: [
        { number: 2, properties: [{ name: 'uri', old: 'ws://a', new: 'ws://b' }] },
        { number: 1, properties: [{ name: 'uri' }, { name: 'apikey', old: null, new: 'xxx' }] },
      ],
    },
  })
  expect(JSON.stringify([config, history, admin.heard])).not.toContain('secret')

  const renewed = [{ name: 'apikey', value: 'other' }]
  await ask(admin, 'updateComponentConfig', { componentId: 'remote0', properties: renewed })
  await ask(admin, 'undoConfigChange', { number: 3 })
  expect(edge.store.load().components.remote0?.properties.apikey).toBe('secret')
})
