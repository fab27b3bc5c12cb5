import { resolve } from 'node:path'
import { allDrivers } from '@main/drivers'
import { defineDriver } from '@main/edge/component/driver'
import { propertiesOf } from '@main/edge/config/property-docs'
import { suggestedId } from '@main/edge/config/suggested-id'
import { NATURES } from '@main/edge/nature'
import { readProfileLibrary } from '@main/profiles/profile-library'
import { TcpLinkPool } from '@main/protocols/links/tcp-link-pool'
import { systemClock } from '@shared/clock'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const factory = (config: z.ZodType<Record<string, unknown>>) =>
  defineDriver({
    factoryId: 'Test.Factory',
    name: 'Test',
    description: '',
    config,
    natures: () => [],
    start: () => undefined,
  })
const describeOne = (schema: z.ZodType) => propertiesOf(factory(z.strictObject({ it: schema })), 'test0')[3]

describe('a property of a factory', () => {
  it('is described from its schema: text, number with its limits, choice, switch, list, password', () => {
    expect(describeOne(z.string().default('x'))).toEqual({
      id: 'it',
      name: 'It',
      description: '',
      type: 'string',
      isRequired: false,
      isPassword: false,
      defaultValue: 'x',
      schema: { type: 'input', templateOptions: { type: 'text' } },
    })
    expect(describeOne(z.int().min(1).max(247))).toMatchObject({
      type: 'integer',
      isRequired: true,
      defaultValue: null,
      schema: { type: 'input', templateOptions: { type: 'number', min: 1, max: 247 } },
    })
    expect(describeOne(z.int().default(7))).toMatchObject({
      type: 'integer',
      defaultValue: 7,
      schema: { templateOptions: { type: 'number' } },
    })
    expect(describeOne(z.number().default(-999))).toMatchObject({ type: 'double', defaultValue: -999 })
    expect(describeOne(z.enum(['GRID', 'PRODUCTION']).optional())).toMatchObject({
      type: 'string',
      isRequired: false,
      schema: {
        type: 'select',
        templateOptions: {
          options: [
            { value: 'GRID', label: 'GRID' },
            { value: 'PRODUCTION', label: 'PRODUCTION' },
          ],
        },
      },
    })
    expect(describeOne(z.boolean().default(false))).toMatchObject({
      type: 'boolean',
      defaultValue: false,
      schema: { type: 'toggle', templateOptions: {} },
    })
    expect(describeOne(z.array(z.int()).default([]))).toMatchObject({
      type: 'integer',
      defaultValue: [],
      schema: { type: 'repeat', fieldArray: { type: 'input', templateOptions: { type: 'number' } } },
    })
    expect(describeOne(z.string().default('').meta({ password: true, title: 'Key' }))).toMatchObject({
      name: 'Key',
      type: 'password',
      isPassword: true,
      schema: { templateOptions: { type: 'password' } },
    })
  })

  it('is called as a person would call it', () => {
    const names = propertiesOf(
      factory(
        z.strictObject({ 'modbus.id': z.string(), modbusUnitId: z.int(), 'controllers.ids': z.array(z.string()) }),
      ),
      'test0',
    ).map(({ name }) => name)
    expect(names).toEqual(['Component-ID', 'Alias', 'Is enabled?', 'Modbus-ID', 'Modbus Unit-ID', 'Controllers-IDs'])
  })

  it('can be described for every factory there is', async () => {
    await using links = new TcpLinkPool({ clock: systemClock() })
    const drivers = allDrivers({ links, profiles: readProfileLibrary(resolve('resources'), NATURES) })
    for (const driver of drivers) {
      const properties = propertiesOf(driver, 'any0')
      expect(properties.map(({ id }) => id).slice(0, 3)).toEqual(['id', 'alias', 'enabled'])
      // What is offered as the default is what the schema takes.
      const defaults = properties
        .slice(3)
        .flatMap(({ id, defaultValue }) => (defaultValue === null ? [] : [[id, defaultValue]]))
      const wrong = driver.config.safeParse(Object.fromEntries(defaults)).error?.issues ?? []
      const required = properties.filter(({ isRequired }) => isRequired).map(({ id }) => id)
      expect([driver.factoryId, wrong.map(({ path }) => path.join('.'))]).toEqual([driver.factoryId, required])
    }
  })
})

it('suggests the first free id of the kind a factory makes', () => {
  const suggest = (factoryId: string, ...taken: string[]) => suggestedId(factoryId, (id) => taken.includes(id))
  expect(suggest('Meter.Socomec.Threephase', 'meter0', 'meter1')).toBe('meter2')
  expect(suggest('Bridge.Modbus.Tcp')).toBe('modbus0')
  expect(suggest('Controller.Debug.Log')).toBe('ctrlDebugLog0')
  expect(suggest('Controller.Api.Rest.ReadOnly', 'ctrlApiRest0')).toBe('ctrlApiRest1')
})
