import type { Profile } from '@shared/profile'
import type { Behaviour } from './behaviour'
import type { ChannelImage, SimulatedValue } from './channel-image'
import { ModbusServer, type ModbusServerOptions } from './modbus-server'
import type { DeviceIdentity } from './plausible'
import { ProfileImage } from './profile-image'
import type { ReadFunction, Written } from './register-image'
import { SunSpecDevice } from './sunspec-device'
import type { SunSpecOptions } from './sunspec-image'

export interface SimulatedDeviceOptions extends Omit<ModbusServerOptions, 'units'> {
  readonly profile: Profile
  /** Default: the id the maker ships with. */
  readonly unit?: number
  /** Channel (`ActivePower`, `pv/ActivePower`) → value in the channel's unit. */
  readonly values?: Readonly<Record<string, SimulatedValue>>
  readonly identity?: DeviceIdentity
  /** Only for SunSpec profiles: another chain than the usual one. */
  readonly sunspec?: Partial<SunSpecOptions>
}

/** The registers of a device as its profile tells them, without a socket: several of them can share one port. */
export function deviceImage(
  profile: Profile,
  { identity, sunspec }: Pick<SimulatedDeviceOptions, 'identity' | 'sunspec'> = {},
): ChannelImage {
  return profile.kind === 'sunspec'
    ? new SunSpecDevice(profile, identity, sunspec)
    : new ProfileImage(profile, identity)
}

/** One device on its own port, made from nothing but its profile; recognised as what it is. */
export async function simulateDevice(options: SimulatedDeviceOptions): Promise<SimulatedDevice> {
  const { profile, unit = profile.connect.unitId, values = {} } = options
  const image = deviceImage(profile, options)
  for (const [channel, value] of Object.entries(values)) image.set(channel, value)
  const server = await ModbusServer.start({ ...options, units: new Map([[unit, image.registers]]) })
  return new SimulatedDevice(unit, image, server)
}

export class SimulatedDevice implements AsyncDisposable {
  readonly unit: number
  readonly image: ChannelImage
  readonly server: ModbusServer

  constructor(unit: number, image: ChannelImage, server: ModbusServer) {
    this.unit = unit
    this.image = image
    this.server = server
  }

  get host(): string {
    return this.server.host
  }

  get port(): number {
    return this.server.port
  }

  set(channel: string, value: SimulatedValue): void {
    this.image.set(channel, value)
  }

  /** Raw words as they stand, to see what a client wrote. */
  read(functionCode: ReadFunction, at: number, count: number): number[] {
    return this.image.registers.read(functionCode, at, count)
  }

  get writes(): readonly Written[] {
    return this.image.registers.writes
  }

  behave(behaviour: Behaviour): void {
    this.server.behaviour = behaviour
  }

  /** As when its power is cut. */
  hangUp(): Promise<void> {
    return this.server.hangUp()
  }

  comeBack(): Promise<void> {
    return this.server.comeBack()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
  }
}
