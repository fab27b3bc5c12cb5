import {
  type ComponentTraits,
  type DriverContext,
  type DriverDefinition,
  defineDriver,
} from '@main/edge/component/driver'
import type { BusDevice } from '@main/edge/cycle/bus'
import { keepEnergy } from '@main/edge/energy/keep-energy'
import { ModbusComponent, NATURES, type Nature } from '@main/edge/nature'
import { GENERIC_FACTORY, type ProfileLibrary } from '@main/profiles/profile-library'
import type { FoundModel } from '@main/profiles/sunspec/chain'
import type { SunspecModels } from '@main/profiles/sunspec/models'
import type { ModbusLink } from '@main/protocols/modbus/link'
import type { ChannelValue } from '@shared/channel'
import { SitewrightError } from '@shared/errors'
import type { Profile, ProfileComponent, RegisterField, SunspecPoint } from '@shared/profile'
import { deriveChannels } from './derived-channels'
import { type DeviceConfig, deviceConfig, GenericConfig } from './device-config'
import { type ReadLine, readLine } from './device-line'
import { linkSettings, type ModbusBridge } from './modbus-bridge'
import { orientation, turn } from './orientation'
import { planReads } from './plan-reads'
import { RegisterReader } from './register-reader'
import { registerWrites, writableFields } from './register-writes'
import { LIMIT_MODELS, SunspecLimit } from './sunspec-limit'
import { sunspecTasks, walkDevice } from './sunspec-reader'

/** One driver for each component of a profile that has an OpenEMS factory of its own (or one of ours). */
export function modbusDevices(profiles: ProfileLibrary): DriverDefinition[] {
  return profiles.all.flatMap((profile) =>
    profile.components
      .filter(({ factoryId }) => factoryId !== GENERIC_FACTORY)
      .map((component) => deviceDriver({ profile, component }, profiles)),
  )
}

/** Any device with a profile for which OpenEMS has no factory: the configuration names the profile. */
export function genericModbusDevice(profiles: ProfileLibrary): DriverDefinition {
  const partOf = (config: GenericConfig): Part => {
    const profile = profiles.get(config.profile)
    const component = profile.components.find(({ id }) => config.component === undefined || config.component === id)
    if (component) return { profile, component }
    const text = `The profile ${profile.id} has no component ${config.component}.`
    throw new SitewrightError('profile.unknown', text, { args: { profile: `${profile.id}/${config.component}` } })
  }
  return defineDriver<GenericConfig>({
    factoryId: GENERIC_FACTORY,
    name: 'Modbus device',
    description: 'Any Modbus device that its profile fully describes.',
    config: GenericConfig,
    natures: (config) => naturesOf(partOf(config).component),
    channels: (config) => partOf(config).component.channels,
    references: (config) => [config['modbus.id']],
    traits: (config) => traitsOf(partOf(config).component, config),
    start: (config, context) => startDevice(partOf(config), config, context, profiles),
  })
}

interface Part {
  readonly profile: Profile
  readonly component: ProfileComponent
}

function deviceDriver(part: Part, profiles: ProfileLibrary): DriverDefinition {
  const { profile, component } = part
  const [product] = profile.products
  return defineDriver<DeviceConfig>({
    factoryId: component.factoryId,
    name: component.title,
    description: `${product?.brand ?? ''} ${component.title}, read as its profile ${profile.id} says.`.trim(),
    config: deviceConfig(profile, component),
    natures: () => naturesOf(component),
    channels: () => component.channels,
    references: (config) => [config['modbus.id']],
    traits: (config) => traitsOf(component, config),
    start: (config, context) => startDevice(part, config, context, profiles),
  })
}

function naturesOf(component: ProfileComponent): Nature[] {
  return [...component.natures.flatMap((name) => NATURES[name] ?? []), ModbusComponent]
}

/** Only what is a meter has a meter type: an inverter produces, a charging station consumes, others say it themselves. */
function traitsOf({ natures }: ProfileComponent, { type }: Pick<DeviceConfig, 'type'>): ComponentTraits {
  if (natures.includes('Evcs')) return { meterType: 'MANAGED_CONSUMPTION_METERED' }
  if (natures.includes('ManagedSymmetricPvInverter')) return { meterType: 'PRODUCTION' }
  return type && natures.includes('ElectricityMeter') ? { meterType: type } : {}
}

/**
 * Puts a device on the bus of its bridge. There is no try/catch: retry, back-off and the communication-failed state belong
 * to the bus, so that every protocol fails in the same way.
 */
function startDevice(
  { profile, component }: Part,
  config: DeviceConfig,
  context: DriverContext,
  { sunspecModels }: ProfileLibrary,
): Disposable {
  const bridge = context.require<ModbusBridge>(config['modbus.id'])
  const lease = bridge.lease(linkSettings(profile.connect))
  const unit = config.modbusUnitId
  const device = context.join(bridge.bus, { unit })
  const place = orientation(config)
  const setting: Setting = {
    device,
    told: new Set(),
    read: traced(readLine(lease.link, unit, { priority: 'poll' }), unit, bridge),
    channelsOf: (lines) => lines.flatMap(({ channel }) => place(channel)?.channel ?? []),
    set: (channel, value) => {
      const oriented = place(channel)
      if (oriented) context.channels.set(oriented.channel, turn(value, oriented.sign))
    },
  }
  deriveChannels(context, config, (channel) => setting.told.has(channel))
  keepEnergy(context, component.natures, (channel) => setting.told.has(channel))

  const isWritable = config.readOnly === false
  if (profile.kind === 'sunspec') {
    const points = profile.points.filter((point) => point.component === component.id)
    const limit = isWritable && component.natures.includes('ManagedSymmetricPvInverter')
    device.prepare(
      followChain(setting, points, sunspecModels, limit ? limiter(context, device, lease.link, unit) : null),
    )
  } else {
    const fields = profile.fields.filter((field) => field.component === component.id)
    readRegisters(setting, fields, profile)
    const writable = isWritable ? writableFields(fields) : []
    if (writable.length > 0) device.write(registerWrites(context, lease.link, unit, writable))
  }
  return lease
}

interface Setting {
  readonly device: BusDevice
  readonly read: ReadLine
  /** Channels of this component that the device itself tells; the others may follow from them. */
  readonly told: Set<string>
  /** Where channels of the profile are found on this component. */
  channelsOf(lines: readonly { readonly channel: string }[]): string[]
  set(channel: string, value: ChannelValue): void
}

function readRegisters(setting: Setting, fields: readonly RegisterField[], { connect, refused }: Profile): void {
  const { device, read, told, channelsOf, set } = setting
  const readable = fields.filter(({ access }) => access !== 'w')
  for (const channel of channelsOf(readable)) told.add(channel)
  const reader = new RegisterReader(read, ({ channel }, value) => set(channel, value))
  for (const block of planReads(readable, { ...connect, refused })) {
    device.read(block.poll, channelsOf(block.items), (signal) => reader.fetch(block, signal))
  }
}

/** What is done with a chain beyond reading it. */
interface ChainUser {
  readonly wants: readonly number[]
  take(chain: readonly FoundModel[], models: SunspecModels): void
}

/** Each time anew: which models a device shows is known only after a walk, and may change while it is away. */
function followChain(
  { device, read, told, channelsOf, set }: Setting,
  points: readonly SunspecPoint[],
  models: SunspecModels,
  user: ChainUser | null,
): (signal: AbortSignal) => Promise<void> {
  return async (signal) => {
    const chain = await walkDevice(read, (id) => user?.wants.includes(id) === true, signal)
    device.clear()
    told.clear()
    for (const task of sunspecTasks(read, points, chain, models)) {
      const channels = channelsOf(task.points)
      for (const channel of channels) told.add(channel)
      device.read(task.poll, channels, (stop) => task.fetch(({ channel }, value) => set(channel, value), stop))
    }
    user?.take(chain, models)
  }
}

/** Sends what is asked for in `ActivePowerLimit`, once the chain has shown where. */
function limiter({ channels, clock }: DriverContext, device: BusDevice, link: ModbusLink, unit: number): ChainUser {
  let limit: SunspecLimit | null = null
  let stop: AbortSignal | null = null
  const write = (at: number, words: readonly number[]) =>
    link.writeRegisters(unit, at, words, stop ? { signal: stop } : {})
  device.write(async (signal) => {
    stop = signal
    const wanted = channels.takeWrite('ActivePowerLimit')
    await limit?.apply(typeof wanted === 'number' ? wanted : null, clock.monotonic())
  })
  return {
    wants: LIMIT_MODELS,
    take: (chain, models) => {
      limit = SunspecLimit.of(chain, models, write)
    },
  }
}

function traced(read: ReadLine, unit: number, bridge: ModbusBridge): ReadLine {
  return async (request, signal) => {
    const words = await read(request, signal)
    const hex = () => Array.from(words, (word) => word.toString(16).padStart(4, '0')).join(' ')
    bridge.trace(() => `unit ${unit} FC${request.fc} ${request.at} ×${request.count}: ${hex()}`)
    return words
  }
}
