import type { ChannelDoc } from '@shared/channel'
import type { EdgeConfig } from '@shared/edge-config'
import { SitewrightError } from '@shared/errors'
import { z } from 'zod'
import type { Component } from '../component/component'
import { type ComponentRegistry, unknownComponent } from '../component/component-registry'
import type { DriverDefinition } from '../component/driver'
import { type JsonApiMethods, jsonApiMethod } from '../component/json-api'
import { propertiesOf } from '../config/property-docs'
import { suggestedId } from '../config/suggested-id'
import { DigitalInput, OpenemsComponent } from '../nature'
import { channelSheet } from './channel-sheet'

const Id = z.string().min(1).max(200)

/**
 * What `_componentManager` answers: which factories there are, what they take, and what channels components have. An
 * OpenEMS UI asks for these on demand since 2024.6.1, because EdgeConfig no longer carries them (wire description §4.2).
 */
export function componentManagerApi(registry: () => ComponentRegistry, now: () => number): JsonApiMethods {
  const component = (id: string): Component => registry().need(id)
  return {
    getAllComponentFactories: jsonApiMethod({
      role: 'admin',
      params: z.object({}),
      answer: () => ({
        factories: Object.fromEntries(registry().drivers.map((driver) => [driver.factoryId, factoryOf(driver)])),
      }),
    }),
    getPropertiesOfFactory: jsonApiMethod({
      role: 'admin',
      params: z.object({ factoryId: Id }),
      answer({ factoryId }) {
        const driver = registry().driver(factoryId)
        if (!driver) {
          const text = `There is no factory ${factoryId} in this edge.`
          throw new SitewrightError('config.factory-unknown', text, { args: { factoryId } })
        }
        const id = suggestedId(factoryId, (taken) => registry().isStored(taken))
        return { factory: factoryOf(driver), properties: propertiesOf(driver, id) }
      },
    }),
    getChannelsOfComponent: jsonApiMethod({
      role: 'guest',
      params: z.object({ componentId: Id, requireEnabled: z.boolean().default(false) }),
      answer({ componentId, requireEnabled }) {
        const found = component(componentId)
        if (requireEnabled && !found.enabled) throw unknownComponent(componentId)
        return { channels: docsOf(found) }
      },
    }),
    getChannel: jsonApiMethod({
      role: 'guest',
      params: z.object({ componentId: Id, channelId: Id }),
      answer: ({ componentId, channelId }) => ({ channel: component(componentId).channel(channelId).doc }),
    }),
    getStateChannelsOfComponent: jsonApiMethod({
      role: 'guest',
      params: z.object({ componentId: Id }),
      answer: ({ componentId }) => ({
        channels: docsOf(component(componentId)).filter(({ category }) => category === 'STATE'),
      }),
    }),
    getDigitalInputChannelsOfComponents: jsonApiMethod({
      role: 'guest',
      params: z.object({ componentIds: z.array(Id).max(1000) }),
      answer: ({ componentIds }) => ({
        channelsPerComponent: componentIds
          .map(component)
          .filter(({ natureIds }) => natureIds.includes(DigitalInput.id))
          .map((input) => ({ componentId: input.id, channels: docsOf(input).filter(isInput) })),
      }),
    }),
    channelExportXlsx: jsonApiMethod({
      role: 'admin',
      params: z.object({ componentId: Id }),
      answer: async ({ componentId }) => ({
        payload: (await channelSheet(component(componentId), now())).toString('base64'),
      }),
    }),
    getChannelCount: jsonApiMethod({
      role: 'admin',
      params: z.object({}),
      answer: () => ({ numberOfChannels: [...registry().channels()].length }),
    }),
  }
}

const docsOf = ({ channels }: Component): ChannelDoc[] => [...channels.values()].map(({ doc }) => doc)

const isInput = ({ type, category }: ChannelDoc): boolean => type === 'BOOLEAN' && category === 'OPENEMS_TYPE'

function factoryOf(driver: DriverDefinition): EdgeConfig['factories'][string] {
  const { name, description } = driver
  return { name, description, natureIds: [...naturesOf(driver), OpenemsComponent.id] }
}

/** Where the natures follow from the configuration (a device that names its profile) there are none to tell beforehand. */
function naturesOf(driver: DriverDefinition): string[] {
  try {
    return driver.natures({}).map(({ id }) => id)
  } catch {
    return []
  }
}
