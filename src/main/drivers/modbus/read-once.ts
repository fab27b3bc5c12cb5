import { NATURES } from '@main/edge/nature'
import type { SunspecModels } from '@main/profiles/sunspec/models'
import type { ChannelDoc, ChannelValue } from '@shared/channel'
import type { DeviceReading } from '@shared/device'
import type { Profile, ProfileComponent } from '@shared/profile'
import { isRefusal, type ReadLine } from './device-line'
import { planReads } from './plan-reads'
import { RegisterReader } from './register-reader'
import { sunspecTasks, walkDevice } from './sunspec-reader'

/**
 * Reads a device once as its profile says, before it is a component of any edge: what a person sees when asking *what does
 * it measure just now?* What the device refuses is unknown; what the line throws, this throws.
 */
export async function readOnce(
  read: ReadLine,
  profile: Profile,
  models: SunspecModels,
  signal?: AbortSignal,
): Promise<DeviceReading[]> {
  const readings = new Map<string, DeviceReading>()
  const take = (componentId: string, channel: string, value: ChannelValue) => {
    const component = profile.components.find(({ id }) => id === componentId)
    const doc = component && docOf(component, channel)
    if (!doc) return
    readings.set(`${componentId}/${channel}`, {
      component: componentId,
      channel,
      value: shown(value, doc),
      unit: doc.unit,
    })
  }
  if (profile.kind === 'sunspec') {
    const chain = await walkDevice(read, undefined, signal)
    for (const task of sunspecTasks(read, profile.points, chain, models)) {
      await unlessRefused(task.fetch(({ component, channel }, value) => take(component, channel, value), signal))
    }
  } else {
    const reader = new RegisterReader(read, ({ component, channel }, value) => take(component, channel, value))
    const readable = profile.fields.filter(({ access }) => access !== 'w')
    for (const block of planReads(readable, { ...profile.connect, refused: profile.refused })) {
      await unlessRefused(reader.fetch(block, signal))
    }
  }
  return [...readings.values()]
}

async function unlessRefused(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!isRefusal(error)) throw error
  }
}

function docOf({ natures, channels }: ProfileComponent, channel: string): ChannelDoc | undefined {
  return [...natures.flatMap((nature) => NATURES[nature]?.channels ?? []), ...channels].find(({ id }) => id === channel)
}

const shown = (value: ChannelValue, { type }: ChannelDoc): ChannelValue =>
  typeof value === 'number' && (type === 'INTEGER' || type === 'LONG') ? Math.round(value) + 0 : value
