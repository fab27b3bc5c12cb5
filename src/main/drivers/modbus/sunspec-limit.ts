import type { FoundModel } from '@main/profiles/sunspec/chain'
import type { SunspecModels } from '@main/profiles/sunspec/models'
import { locatePoint, type PointPlace, pointValue } from '@main/profiles/sunspec/points'

/** Models whose contents a limit needs: rating, setting, control. */
export const LIMIT_MODELS: readonly number[] = [120, 121, 123]

/** When we are gone, the inverter frees itself after so long; meanwhile we repeat ourselves in half the time. */
const REVERT_S = 60
/** Zero percent sends some inverters to standby, from which they take minutes to come back; OpenEMS stops here too. */
const LEAST_PCT = 1
/** A limit that is not asked for in one cycle is not taken back at once: no flapping when a controller misses its turn. */
const RELEASE_AFTER_MS = 5_000

type Write = (address: number, words: readonly number[]) => Promise<void>

/**
 * Limits what a SunSpec inverter feeds in, through model 123. Percent refers to WMax of model 121, the nameplate counts
 * only where that is missing. An inverter that nobody limits is never written to.
 * Source: SunSpec Alliance, models 120, 121 and 123; OpenEMS AbstractSunSpecPvInverter.
 */
export class SunspecLimit {
  readonly #ratedW: number
  readonly #scale: number
  readonly #addresses: { revert: number | null; percent: number; enable: number }
  readonly #write: Write
  #sent: { raw: number; at: number } | null = null
  #askedAt = 0

  /** Null where the chain has no such control, or does not tell what percent refers to. */
  static of(chain: readonly FoundModel[], models: SunspecModels, write: Write): SunspecLimit | null {
    const control = placeOf(chain, models, 123, 'WMaxLimPct')
    const enable = placeOf(chain, models, 123, 'WMaxLim_Ena')
    const scale = numberOf(placeOf(chain, models, 123, 'WMaxLimPct_SF'))
    const rated = numberOf(placeOf(chain, models, 121, 'WMax')) ?? numberOf(placeOf(chain, models, 120, 'WRtg'))
    if (!control || !enable || scale === null || rated === null || rated <= 0) return null
    const revert = placeOf(chain, models, 123, 'WMaxLimPct_RvrtTms')
    const addresses = {
      revert: revert && numberOf(revert) !== null ? revert.address : null,
      percent: control.address,
      enable: enable.address,
    }
    return new SunspecLimit(rated, scale, addresses, write)
  }

  private constructor(
    ratedW: number,
    scale: number,
    addresses: { revert: number | null; percent: number; enable: number },
    write: Write,
  ) {
    this.#ratedW = ratedW
    this.#scale = scale
    this.#addresses = addresses
    this.#write = write
  }

  /** `limitW` null: nobody asks for a limit any more. `now` is monotonic, ms. */
  async apply(limitW: number | null, now: number): Promise<void> {
    if (limitW === null) return now - this.#askedAt < RELEASE_AFTER_MS ? undefined : this.#release()
    this.#askedAt = now
    const percent = Math.min(100, Math.max(LEAST_PCT, (limitW / this.#ratedW) * 100))
    const raw = Math.round(percent / 10 ** this.#scale)
    if (this.#sent?.raw === raw && now - this.#sent.at < (REVERT_S * 1000) / 2) return
    const { revert, percent: at, enable } = this.#addresses
    if (revert !== null) await this.#write(revert, [REVERT_S])
    await this.#write(at, [raw])
    await this.#write(enable, [1])
    this.#sent = { raw, at: now }
  }

  async #release(): Promise<void> {
    if (this.#sent === null) return
    await this.#write(this.#addresses.enable, [0])
    await this.#write(this.#addresses.percent, [Math.round(100 / 10 ** this.#scale)])
    this.#sent = null
  }
}

interface Found {
  readonly address: number
  readonly place: PointPlace
  readonly words: ArrayLike<number>
}

function placeOf(chain: readonly FoundModel[], models: SunspecModels, id: number, point: string): Found | null {
  const found = chain.find((model) => model.id === id)
  const definition = models.get(id)
  const place = found && definition ? locatePoint(definition, found.length, point) : null
  return found?.words && place ? { address: found.address + place.offset, place, words: found.words } : null
}

function numberOf(found: Found | null): number | null {
  const value = found && pointValue(found.place, (offset) => found.words[offset] ?? 0)
  return typeof value === 'number' ? value : null
}
