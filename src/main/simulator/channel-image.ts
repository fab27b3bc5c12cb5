import type { Profile } from '@shared/profile'
import type { RegisterImage } from './register-image'

/** `null`: the device has no value there. */
export type SimulatedValue = number | string | null

/** Registers of one unit, filled through the channels of a profile, in the channels' units. */
export interface ChannelImage {
  readonly registers: RegisterImage
  /** `ActivePower`, or `pv/ActivePower` where several components of the profile have it. Throws on what is not there. */
  set(channel: string, value: SimulatedValue): void
  has(channel: string): boolean
}

/** What a simulated device says before anybody tells it more: mains voltage and frequency, all else 0. */
export function defaultValue(channel: string): number {
  if (/^Voltage(L[123])?$/.test(channel)) return 230_000
  return channel === 'Frequency' ? 50_000 : 0
}

/** The lines of a profile that a channel name means. */
export function linesOf<Line extends { readonly component: string; readonly channel: string }>(
  profile: Profile,
  lines: readonly Line[],
  name: string,
): readonly Line[] {
  const found = lines.filter(({ component, channel }) => name === channel || name === `${component}/${channel}`)
  const components = new Set(found.map(({ component }) => component))
  if (components.size > 1) {
    throw new RangeError(
      `${name} of ${profile.id} is ambiguous: ${[...components].map((id) => `${id}/${name}`).join(', ')}`,
    )
  }
  return found
}
