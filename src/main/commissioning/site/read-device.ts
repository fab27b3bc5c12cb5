import { readLine } from '@main/drivers/modbus/device-line'
import { readOnce } from '@main/drivers/modbus/read-once'
import type { ProfileLibrary } from '@main/profiles/profile-library'
import type { LinkPool } from '@main/protocols/links/pool'
import type { DeviceReading, FoundDevice } from '@shared/device'

/**
 * What a found device measures just now, in the units of its channels: one reading of each channel of the components it
 * offers, over the link that edge and scan share. Empty without a profile, for then nobody knows where its values stand.
 * Throws what the line throws.
 */
export async function readDevice(
  device: Pick<FoundDevice, 'link' | 'profile' | 'components'>,
  { pool, profiles, signal }: { pool: LinkPool; profiles: ProfileLibrary; signal?: AbortSignal },
): Promise<DeviceReading[]> {
  const profile = device.profile === null ? undefined : profiles.find(device.profile)
  const { host, port, unit } = device.link
  if (!profile || unit === null) return []
  const { pauseMs, connectDelayMs, timeoutMs } = profile.connect
  using lease = pool.modbusTcp(host, port, { pauseMs, connectDelayMs, timeoutMs })
  const line = readLine(lease.link, unit, { priority: 'person' })
  const readings = await readOnce(line, profile, profiles.sunspecModels, signal)
  return readings.filter(({ component }) => device.components.includes(component))
}
