import type { IdentifyRule, Profile, RegisterField, RegisterRule } from '@shared/profile'
import { type ChannelImage, defaultValue, linesOf, type SimulatedValue } from './channel-image'
import { encodeWords, type WordLayout } from './encode-words'
import { type DeviceIdentity, plausibleRaw } from './plausible'
import { RegisterImage, type WriteFunction } from './register-image'

/**
 * The registers of a device with a fixed map: what its profile lists exists, what lies between two listed registers and may
 * be bridged exists too, everything else is refused. It answers its profile's proofs of identity.
 */
export class ProfileImage implements ChannelImage {
  readonly registers: RegisterImage
  readonly #profile: Profile
  readonly #lastOfSplit = new Map<string, number>()

  constructor(profile: Profile, identity: DeviceIdentity = {}) {
    this.#profile = profile
    this.registers = new RegisterImage({ maxRegisters: profile.connect.maxRegisters })
    this.#furnish()
    for (const field of profile.fields) this.#fill(field, defaultOf(field))
    this.#identify(identity)
    for (const { writeFc, at, words, access } of profile.fields) {
      if (access !== 'r' && writeFc) this.registers.allowWrite(writeFc satisfies WriteFunction, at, words)
    }
  }

  has(channel: string): boolean {
    return linesOf(this.#profile, this.#profile.fields, channel).length > 0
  }

  set(channel: string, value: SimulatedValue): void {
    const fields = linesOf(this.#profile, this.#profile.fields, channel)
    if (fields.length === 0) throw new RangeError(`${this.#profile.id} has no channel ${channel}`)
    for (const field of fields) this.#fill(field, value)
  }

  /** Zeros wherever a read may go, so that a bridged gap is answered as by the real device. */
  #furnish(): void {
    const { fields, identify, identifyBlocks = [], refused, connect } = this.#profile
    const isRefused = (fc: number, at: number) => refused.some((r) => r.fc === fc && at >= r.from && at <= r.to)
    for (const table of [1, 2, 3, 4] as const) {
      const proofs = identify.filter(isInRegisters).filter((rule) => rule.exception === undefined)
      const spans = [...fields, ...proofs, ...identifyBlocks]
        .filter(({ fc }) => fc === table)
        .map(({ at, words }) => ({ from: at, to: at + words - 1 }))
        .sort((a, b) => a.from - b.from)
      let end = Number.NEGATIVE_INFINITY
      for (const { from, to } of spans) {
        const start = from - end - 1 <= connect.maxGap ? Math.min(end + 1, from) : from
        for (let at = start; at <= to; at++) if (!isRefused(table, at)) this.registers.put(table, at, [0])
        end = Math.max(end, to)
      }
    }
  }

  /** Of a value and an exception at the same place (firmware differs) the simulated device shows the value. */
  #identify(identity: DeviceIdentity): void {
    const { identify, products } = this.#profile
    for (const rule of identify) {
      if (isInRegisters(rule)) continue
      this.registers.identification.set(rule.object, String(plausibleRaw(rule, products[0], identity)))
    }
    const [values, exceptions] = [true, false].map((isValue) =>
      identify.filter(isInRegisters).filter(({ exception }) => (exception === undefined) === isValue),
    )
    for (const rule of values ?? []) {
      this.registers.put(rule.fc, rule.at, encodeWords(plausibleRaw(rule, products[0], identity), rule))
    }
    for (const { fc, at, exception } of exceptions ?? []) {
      const isValue = values?.some((rule) => rule.fc === fc && at >= rule.at && at < rule.at + rule.words)
      if (!isValue && exception !== undefined) this.registers.refuse(fc, at, exception)
    }
  }

  #fill(field: RegisterField, value: SimulatedValue): void {
    if (field.keep && !this.#isOurs(field, value)) return
    if (field.fc === 1 || field.fc === 2) this.registers.put(field.fc, field.at, [value ? 1 : 0])
    else if (field.format === 'bit') this.#fillBit(field, value)
    else this.registers.put(field.fc, field.at, fieldWords(field, value))
  }

  /** One register for two channels (charging here, discharging there): a zero must not wipe out the other side. */
  #isOurs(field: RegisterField, value: SimulatedValue): boolean {
    const raw = rawOf(field, Number(value))
    const key = `${field.fc}/${field.at}`
    const sign = field.keep === 'positive' ? 1 : -1
    if (Math.sign(raw) === -sign) throw new RangeError(`${field.channel} keeps only ${field.keep} raw values`)
    if (raw === 0 && this.#lastOfSplit.get(key) === -sign) return false
    this.#lastOfSplit.set(key, raw === 0 ? 0 : sign)
    return true
  }

  #fillBit(field: RegisterField, value: SimulatedValue): void {
    const [mask = 0] = encodeWords(1, field)
    const [word = 0] = this.registers.read(field.fc, field.at, 1)
    this.registers.put(field.fc, field.at, [value ? word | mask : word & ~mask])
  }
}

const isInRegisters = (rule: IdentifyRule): rule is RegisterRule => !('object' in rule)

function defaultOf({ format, options, channel }: RegisterField): SimulatedValue {
  if (format === 'string') return ''
  return options ? (Object.values(options)[0] ?? 0) : defaultValue(channel)
}

function fieldWords(field: RegisterField, value: SimulatedValue): number[] {
  const layout: WordLayout = field
  if (value === null) return noValueWords(field)
  if (field.format === 'string') return encodeWords(value, layout)
  if (typeof value === 'string') throw new RangeError(`${field.channel} is a number, not "${value}"`)
  return encodeWords(rawOf(field, value), layout)
}

/** Channel value → raw number: the way back through options, offset and factor. */
function rawOf(field: RegisterField, value: number): number {
  if (field.options) {
    const raw = Object.entries(field.options).find(([, option]) => option === value)?.[0]
    if (raw === undefined) throw new RangeError(`${field.channel} cannot say ${value}`)
    return Number(raw)
  }
  return (value - field.offset) / field.factor
}

function noValueWords(field: RegisterField): number[] {
  if (field.format === 'string') return encodeWords('', field)
  const [invalid] = field.invalid
  if (invalid !== undefined) return encodeWords(invalid, field)
  if (field.format.startsWith('float')) return encodeWords(Number.NaN, field)
  throw new RangeError(`${field.channel} has no way to say "no value"`)
}
