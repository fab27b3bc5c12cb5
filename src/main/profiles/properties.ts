import { z } from 'zod'

/** OpenEMS's meter types; they decide on which side of the balance a meter stands. */
export const MeterType = z.enum([
  'GRID',
  'GRID_GENSET',
  'PRODUCTION',
  'PRODUCTION_AND_CONSUMPTION',
  'CONSUMPTION_METERED',
  'MANAGED_CONSUMPTION_METERED',
  'CONSUMPTION_NOT_METERED',
])

/** Which house phase the first phase of the device is wired to, then the second and third. */
export const PhaseRotation = z.enum(['L1_L2_L3', 'L2_L3_L1', 'L3_L1_L2'])

/**
 * The properties a device component can have beyond `modbus.id` and `modbusUnitId`, under OpenEMS's keys. A profile names
 * those that its OpenEMS factory has, with the factory's defaults; no driver takes others.
 */
export const DEVICE_PROPERTIES = {
  type: MeterType,
  /** Negates powers and swaps production and consumption energy: the meter was wired the other way round. */
  invert: z.boolean(),
  /** Where a single-phase device is connected. ALL: it is a three-phase one. */
  phase: z.enum(['ALL', 'L1', 'L2', 'L3']),
  phaseRotation: PhaseRotation,
  /** Nothing is ever written while this is true. */
  readOnly: z.boolean(),
  /** mA per phase */
  minHwCurrent: z.int().min(0),
  /** mA per phase */
  maxHwCurrent: z.int().min(0),
} as const satisfies Record<string, z.ZodType>

export type DeviceProperty = keyof typeof DEVICE_PROPERTIES

export const isDeviceProperty = (name: string): name is DeviceProperty => name in DEVICE_PROPERTIES
