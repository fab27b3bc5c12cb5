import { DEVICE_PROPERTIES, isDeviceProperty } from '@main/profiles/properties'
import { ComponentId } from '@shared/edge-config'
import type { Profile, ProfileComponent } from '@shared/profile'
import { z } from 'zod'

const Line = {
  /** The bridge that owns the line. */
  'modbus.id': ComponentId.default('modbus0'),
}
const Unit = z.int().min(0).max(255)

/** Configuration of any Modbus device component; which of the properties one has, its profile says. */
const Any = z.strictObject({ ...Line, modbusUnitId: Unit, ...z.object(DEVICE_PROPERTIES).partial().shape })
export type DeviceConfig = z.infer<typeof Any>

/** The strict schema of one component: OpenEMS's keys, with the defaults of its OpenEMS factory. */
export function deviceConfig(profile: Profile, component: ProfileComponent): z.ZodType<DeviceConfig> {
  const own = Object.entries(component.properties).map(([name, value]) => {
    const property: z.ZodType = isDeviceProperty(name) ? DEVICE_PROPERTIES[name] : z.never()
    return [name, property.default(value)] as const
  })
  const schema = z.strictObject({
    ...Line,
    modbusUnitId: Unit.default(profile.connect.unitId),
    ...Object.fromEntries(own),
  })
  // The keys come from data, so the compiler cannot see that they are those of DeviceConfig.
  return schema as unknown as z.ZodType<DeviceConfig>
}

/** The same for `Sitewright.Modbus.Device`, where the configuration names the profile and, if it has several, the part. */
export const GenericConfig = z.strictObject({
  profile: z.string(),
  component: z.string().optional(),
  ...Line,
  modbusUnitId: Unit.default(1),
  ...z.object(DEVICE_PROPERTIES).partial().shape,
})
export type GenericConfig = z.infer<typeof GenericConfig>
