import type { ChannelDoc } from './channel'
import type { Message } from './message'

/**
 * A device profile after loading: every factor worked out, every dimension checked. The YAML form that a person writes
 * is `src/main/profiles/schema.ts`; this is what drivers, discovery, simulators and screens work with.
 */
export interface Profile {
  readonly id: string
  readonly class: DeviceClass
  readonly products: readonly Product[]
  readonly source: ProfileSource
  /** `registers`: a fixed map. `sunspec`: models are found by walking the chain, then mapped by `models`. */
  readonly kind: 'registers' | 'sunspec'
  readonly connect: ConnectHints
  readonly identify: readonly IdentifyRule[]
  /** Registers of proofs that the device gives in exactly this piece. */
  readonly identifyBlocks?: readonly { readonly fc: 3 | 4; readonly at: number; readonly words: number }[]
  readonly components: readonly ProfileComponent[]
  /** Empty for `sunspec`; there the points are known only after the walk. */
  readonly fields: readonly RegisterField[]
  /** Only for `sunspec`: whose chain this profile speaks for. */
  readonly sunspec?: SunspecMatch
  /** Only for `sunspec`: what each channel is made of. Of several for one channel the first that the chain has counts. */
  readonly points: readonly SunspecPoint[]
  /** Ranges the device refuses: a read never crosses one. [first, last], inclusive. */
  readonly refused: readonly { fc: number; from: number; to: number }[]
  readonly examples: readonly ProfileExample[]
  /** Wiring and enabling hints for the person, as locale messages. */
  readonly hints: readonly Message[]
  /** True while no example from another source than the profile's stands behind it (one that does not decode refuses to load). */
  readonly documentedOnly: boolean
}

export type DeviceClass = 'meter' | 'inverter' | 'battery' | 'evcs' | 'heat-pump' | 'other'

/** How a register block is known. `inferred` blocks are never written to; `unknown`: the section was not seen. */
export type EvidenceKind = 'manual' | 'integration' | 'dump' | 'inferred' | 'unknown'

export interface Product {
  readonly brand: string
  readonly model: string
  readonly firmware?: string
}

export interface ProfileSource {
  readonly title: string
  readonly revision: string
  readonly url?: string
}

export interface ConnectHints {
  readonly port: number
  /** The id the maker ships with. */
  readonly unitId: number
  /** Other ids seen in the field; the polite scan asks these too. */
  readonly unitIds: readonly number[]
  /** Unused registers a read may bridge. */
  readonly maxGap: number
  /** Registers one read may ask for, ≤ 125. */
  readonly maxRegisters: number
  /** Pause between two requests, ms. */
  readonly pauseMs: number
  /** Wait after connecting before the first request, ms. */
  readonly connectDelayMs: number
  readonly timeoutMs: number
  readonly maxInFlight: number
  readonly disconnectBetweenPolls: boolean
}

export type NumberFormat =
  | 'uint16'
  | 'int16'
  | 'uint32'
  | 'int32'
  | 'uint64'
  | 'int64'
  | 'float16'
  | 'float32'
  | 'float64'
  | 'bcd16'
  | 'bcd32'
  | 'string'
  | 'bits16'
  | 'bits32'
  | 'bit'

/** One proof of identity: what is asked, what must come back, what it is worth. */
export type IdentifyRule = RegisterRule | ObjectRule

/** A proof that stands in registers. */
export interface RegisterRule extends Proof {
  readonly fc: 3 | 4
  readonly at: number
  readonly words: number
  readonly format: NumberFormat
  readonly wordOrder: 'big' | 'little'
  readonly byteOrder: 'big' | 'little'
}

/** A proof that the device tells by FC 43/14, always a text. */
export interface ObjectRule extends Proof {
  /** 0 vendor, 1 product code, 2 revision, 3 URL, 4 product name, 5 model name, 6 application, from 128 on the maker's own. */
  readonly object: number
}

interface Proof {
  /** Exactly one of these; numbers compare after decoding, `matches` is a regular expression on the string form. */
  readonly equals?: number | string
  readonly oneOf?: readonly number[]
  readonly range?: readonly [number, number]
  readonly matches?: string
  /** `exception` = the answer must be this Modbus exception code. */
  readonly exception?: number
  /** What a match adds to the confidence, percent. Weights of all rules of a profile add up to 100 at most. */
  readonly weight: number
  /** A rule that must hold, or the profile is out. */
  readonly required: boolean
  /** Where the value goes in the identity, if it is one. */
  readonly yields?: 'brand' | 'model' | 'serial' | 'firmware'
  /** Short name of the proof, e.g. `voltage-l1`; the locales have `evidence.<says>`. */
  readonly says: string
  readonly unit: string
  /** raw × factor = value in `unit`. */
  readonly factor: number
}

/** One OpenEMS component this device can be. */
export interface ProfileComponent {
  /** Name inside the profile, e.g. `meter`, `pv`, `battery`. */
  readonly id: string
  readonly factoryId: string
  readonly title: string
  /** First letters of the component id: `meter` gives meter0, meter1, … */
  readonly prefix: string
  readonly natures: readonly string[]
  /** Roles a person may choose, the likely one first. */
  readonly roles: readonly DeviceRole[]
  /** Properties beyond `modbus.id` and `modbusUnitId`, with their defaults. */
  readonly properties: Readonly<Record<string, string | number | boolean>>
  /** Channels beyond those of the natures. */
  readonly channels: readonly ChannelDoc[]
  /** Only for `sunspec`: offered when any of these holds; empty = always. */
  readonly when: readonly SunspecCondition[]
  /** Only for `sunspec`: not offered when any of these holds. */
  readonly unless: readonly SunspecCondition[]
}

/** What the chain must show for a profile to fit. The more it asks for, the more it says when it fits. */
export interface SunspecMatch {
  /** Regular expression on the manufacturer (Mn) of the common model; absent = any. */
  readonly manufacturer?: string
  /** Regular expression on the model (Md); absent = any. */
  readonly model?: string
  /** At least one of these models stands in the chain. */
  readonly models: readonly number[]
}

/** The model is there; with `point`: it has a value; with `equals`: this one. */
export interface SunspecCondition {
  readonly model: number
  readonly point?: string
  readonly equals?: number
}

/** A channel made of one point or of a sum; unknown terms are left out, a sum of nothing is unknown. */
export interface SunspecPoint {
  readonly component: string
  readonly channel: string
  /** The first of these models that the chain has. */
  readonly models: readonly number[]
  readonly terms: readonly SunspecTerm[]
  readonly poll: 'high' | 'low'
  readonly evidence: EvidenceKind
  readonly source: string
}

export interface SunspecTerm {
  readonly point: string
  /** Repeating group, counted from 1; null = the fixed part. */
  readonly module: number | null
  readonly sign: 1 | -1
  /** value of the point × factor = channel value, by the unit of the model definition. */
  readonly factor: number
}

/** What a device does at this site, in the words of the screen; the meter types of OpenEMS follow from it. */
export type DeviceRole =
  | 'grid'
  | 'production'
  | 'battery'
  | 'evcs'
  | 'consumption'
  | 'sub-consumption'
  | 'heat-pump'
  | 'other'

export interface RegisterField {
  /** Component inside the profile. */
  readonly component: string
  readonly channel: string
  readonly fc: 1 | 2 | 3 | 4
  /** Zero-based wire address. */
  readonly at: number
  readonly words: number
  readonly format: NumberFormat
  readonly wordOrder: 'big' | 'little'
  readonly byteOrder: 'big' | 'little'
  /** Bit number for `bit`, least significant = 0. */
  readonly bit?: number
  /** raw × factor + offset = channel value in the channel's unit. */
  readonly factor: number
  readonly offset: number
  /** The unit as the manual prints it. */
  readonly unit: string
  /** Raw values that mean "no value" (compared before scaling). NaN and infinities are always none. */
  readonly invalid: readonly number[]
  /** Raw number → enum number of the channel. */
  readonly options?: Readonly<Record<string, number>>
  /** Keep only values of this sign: for devices that split one quantity over two channels. */
  readonly keep?: 'positive' | 'negative'
  readonly poll: 'high' | 'low'
  readonly access: 'r' | 'rw' | 'w'
  readonly writeFc?: 5 | 6 | 15 | 16
  readonly evidence: EvidenceKind
  readonly source: string
}

/** Raw words and the value that a source other than the profile states for them. */
export interface ProfileExample {
  readonly component: string
  readonly channel: string
  readonly words: readonly number[]
  /** In the channel's unit. */
  readonly value: number | string | null
  readonly source: string
}
