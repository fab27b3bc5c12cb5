import type { Profile, SunspecPoint } from '@shared/profile'
import { type ChannelImage, defaultValue, linesOf, type SimulatedValue } from './channel-image'
import { type DeviceIdentity, identityOf } from './plausible'
import type { RegisterImage } from './register-image'
import { SunSpecImage, type SunSpecOptions } from './sunspec-image'

/**
 * A SunSpec device filled through a profile: the profile says which points a channel is made of, where and how they lie is
 * this simulator's own knowledge. Without other wish its chain is the one of a hybrid inverter, or of a meter.
 */
export class SunSpecDevice implements ChannelImage {
  readonly image: SunSpecImage
  readonly #profile: Profile
  readonly #models: readonly number[]

  constructor(profile: Profile, identity: DeviceIdentity = {}, options: Partial<SunSpecOptions> = {}) {
    this.#profile = profile
    this.#models = options.models ?? usualChain(profile)
    this.image = new SunSpecImage({ ...options, models: this.#models })
    const { brand, model, serial, firmware } = identityOf(profile.products[0], identity)
    this.image.setAll(1, { Mn: brand, Md: model, Vr: firmware, SN: serial, DA: 1 })
    for (const id of this.#models) this.image.setAll(id, ALWAYS[id] ?? {})
    // 4: PV alone, 82: PV with storage.
    if (this.#models.includes(120)) this.image.set(120, 'DERTyp', this.#models.includes(124) ? 82 : 4)
    for (const point of profile.points) {
      if (this.#modelFor(point) !== undefined) this.#fill(point, defaultValue(point.channel))
    }
  }

  get registers(): RegisterImage {
    return this.image.registers
  }

  has(channel: string): boolean {
    return this.#pointFor(channel) !== undefined
  }

  set(channel: string, value: SimulatedValue): void {
    const point = this.#pointFor(channel)
    if (point === undefined) throw new RangeError(`${this.#profile.id} has no channel ${channel} in this chain`)
    this.#fill(point, value)
  }

  /** The first line whose models stand in this chain counts, as for whoever reads it. */
  #pointFor(channel: string): SunspecPoint | undefined {
    return linesOf(this.#profile, this.#profile.points, channel).find((point) => this.#modelFor(point) !== undefined)
  }

  #modelFor({ models }: SunspecPoint): number | undefined {
    return models.find((id) => this.#models.includes(id))
  }

  /** A sum is said by its first term of the right sign; the others are nothing then. */
  #fill(point: SunspecPoint, value: SimulatedValue): void {
    const model = this.#modelFor(point)
    if (model === undefined) return
    const carrier = point.terms.find(({ sign }) => typeof value !== 'number' || value * sign >= 0) ?? point.terms[0]
    for (const term of point.terms) {
      const name = term.module === null ? term.point : `${term.module}.${term.point}`
      const share = term === carrier ? value : 0
      this.image.set(model, name, typeof share === 'number' ? (share * term.sign) / term.factor : share)
    }
  }
}

/** What belongs to a living device besides its measurements. WMaxLimPct in percent of WMax; nothing is limited. */
const ALWAYS: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  101: { St: 4 },
  102: { St: 4 },
  103: { St: 4 },
  111: { St: 4 },
  112: { St: 4 },
  113: { St: 4 },
  120: { WRtg: 10_000, VARtg: 10_000, ARtg: 14.5, WHRtg: 10_240, MaxChaRte: 5000, MaxDisChaRte: 5000 },
  121: { WMax: 10_000, VRef: 230, VAMax: 10_000, ECPNomHz: 50, ConnPh: 4 },
  122: { PVConn: 7, StorConn: 7, ECPConn: 1 },
  123: { Conn: 1, WMaxLimPct: 100, WMaxLimPct_RvrtTms: 0, WMaxLim_Ena: 0, OutPFSet_Ena: 0, VArPct_Ena: 0 },
  124: {
    WChaMax: 5000,
    WChaGra: 100,
    WDisChaGra: 100,
    StorCtl_Mod: 0,
    MinRsvPct: 7,
    ChaState: 50,
    InBatV: 400,
    ChaSt: 6,
    OutWRte: 100,
    InWRte: 100,
    InOutWRte_RvrtTms: 0,
    ChaGriSet: 0,
  },
}

function usualChain(profile: Profile): readonly number[] {
  const known = profile.sunspec?.models ?? []
  const main = [113, 103, 213, 203].find((id) => known.includes(id)) ?? known[0] ?? 113
  if (main > 200) return [1, main]
  const isHybrid = profile.points.some(({ models }) => models.includes(124))
  return [1, main, 120, 121, 122, 123, ...(isHybrid ? [160, 124] : [])]
}
