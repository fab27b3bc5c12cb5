/** Powers of one cycle in W; null = not known. Names and signs as in OpenEMS `_sum`. */
export interface SitePowers {
  readonly production: number | null
  /** Positive = from the grid. */
  readonly grid: number | null
  /** The battery alone (EssDischargePower); positive = discharging. */
  readonly battery: number | null
  /** Calculated from all the others: null as soon as one of them is not known, although `_sum` goes on without it. */
  readonly consumption: number | null
  /** The three phases at the grid connection. */
  readonly gridPhases: readonly (number | null)[]
  /** Powers of the metered consumers that are part of the consumption. */
  readonly metered: readonly (number | null)[]
}

export type WitnessId = 'sum' | 'phases' | 'parts'

/** One statement that has to close, with what is left over and what is allowed to be. */
export interface Witness {
  readonly id: WitnessId
  readonly residualW: number
  readonly toleranceW: number
  readonly closes: boolean
}

export interface Balance {
  readonly verdict: 'passed' | 'warn' | 'notrun'
  /** The largest residual of the witnesses; null when nothing can be said. */
  readonly residualW: number | null
  readonly witnesses: readonly Witness[]
  /** What no meter explains: consumption − metered consumers. */
  readonly restW: number | null
}

/**
 * How well independent readings agree, and what remains. OpenEMS *calculates* consumption from the other meters, so
 * a balance over `_sum` alone proves little: it shows timing, rounding and what is lost between the DC and the AC side
 * of a hybrid inverter. Two further witnesses are really measured twice: the grid meter's phases against its total, and
 * metered consumers, which together can never use more than the site does.
 * Allowed: 3 % of what flows, at least 50 W; conversion may lose up to a tenth.
 */
export function balanceOf(powers: SitePowers): Balance {
  const { production, grid, battery, consumption } = powers
  const metered = powers.metered.filter((watts) => watts !== null)
  const restW = consumption === null ? null : consumption - sum(metered)
  const witnesses: Witness[] = []

  if (grid !== null && consumption !== null) {
    const residual = (production ?? 0) + grid + (battery ?? 0) - consumption
    const flowing = Math.max(consumption, (production ?? 0) + Math.max(0, grid) + Math.max(0, battery ?? 0))
    // Something lost in conversion is expected; something gained is not.
    witnesses.push(witness('sum', residual, allowed(flowing, residual > 0 ? 0.1 : 0.03)))
  }
  const phases = powers.gridPhases.filter((watts) => watts !== null)
  if (grid !== null && phases.length === 3) {
    const residual = sum(phases) - grid
    witnesses.push(witness('phases', residual, allowed(sum(phases.map(Math.abs)), 0.03)))
  }
  if (restW !== null && consumption !== null && metered.length > 0)
    witnesses.push(witness('parts', Math.min(0, restW), allowed(consumption, 0.03)))

  // Without a consumption there is no balance, whatever else agrees.
  if (consumption === null) return { verdict: 'notrun', residualW: null, witnesses, restW }
  // A sum that is zero by definition proves nothing by itself.
  const telling = witnesses.filter(({ id, residualW }) => id !== 'sum' || residualW !== 0)
  const verdict = telling.length === 0 ? 'notrun' : telling.every(({ closes }) => closes) ? 'passed' : 'warn'
  const worst = [...witnesses].sort((a, b) => Math.abs(b.residualW) - Math.abs(a.residualW))[0]
  return { verdict, residualW: worst ? Math.abs(worst.residualW) : null, witnesses, restW }
}

/**
 * Share of the production used on site, and share of the consumption that did not come from the grid, both 0…1.
 * Source of the split: OpenEMS `_sum` power distribution (what charges the battery counts as used).
 */
export function shares(powers: SitePowers): { selfConsumption: number | null; selfSufficiency: number | null } {
  const { production: p, grid: g, consumption: c } = powers
  const e = powers.battery ?? 0
  if (g === null || c === null) return { selfConsumption: null, selfSufficiency: null }
  const essToCons = e > 0 ? Math.min(e, c) : 0
  const prodToEss = e > 0 ? 0 : Math.min(-e, p ?? 0)
  const prodToCons = Math.max(0, Math.min((p ?? 0) - prodToEss, c - essToCons))
  const gridToCons = Math.max(0, c - essToCons - prodToCons)
  return {
    selfConsumption: p !== null && p >= 20 ? clamp((prodToCons + prodToEss) / p) : null,
    selfSufficiency: c >= 20 ? clamp(1 - gridToCons / c) : null,
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const allowed = (flowingW: number, share: number) => Math.max(50, Math.abs(flowingW) * share)
const clamp = (share: number) => Math.min(1, Math.max(0, share))
const witness = (id: WitnessId, residualW: number, toleranceW: number): Witness => ({
  id,
  residualW,
  toleranceW,
  closes: Math.abs(residualW) <= toleranceW,
})
