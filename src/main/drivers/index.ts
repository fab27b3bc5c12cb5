import type { DriverDefinition } from '@main/edge/component/driver'
import type { ProfileLibrary } from '@main/profiles/profile-library'
import type { LinkPool } from '@main/protocols/links/pool'
import { bridgeModbusTcp } from './modbus/bridge-modbus-tcp'
import { genericModbusDevice, modbusDevices } from './modbus/modbus-device'

/** Every factory an edge can make beyond its own core. A new driver adds its line here. */
export function allDrivers({ links, profiles }: { links: LinkPool; profiles: ProfileLibrary }): DriverDefinition[] {
  return [bridgeModbusTcp(links), genericModbusDevice(profiles), ...modbusDevices(profiles)]
}
