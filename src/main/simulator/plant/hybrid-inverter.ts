import { irradianceOn, noise, sunPosition } from './sun'
import { perPhase, type Three } from './three'

export interface PvString {
  readonly powerW: number
  readonly voltageV: number
  readonly producedWh: number
}

export interface HybridInverter {
  /** AC side per phase, delivering positive. */
  readonly powerW: Three
  readonly lossesW: number
  readonly deliveredWh: number
  readonly strings: readonly [PvString, PvString]
  readonly battery: {
    /** DC side, discharging positive. */
    readonly powerW: number
    readonly soc: number
    readonly voltageV: number
    readonly chargedWh: number
    readonly dischargedWh: number
  }
}

export const INVERTER = {
  ratedW: 10_000,
  standbyW: 20,
  lossShare: 0.018,
  /** How quickly the battery follows what the house asks for: a share of 1 − 1/e in this time. */
  controlS: 1.5,
  latitude: 47,
  /** 21 May: every demo shows the same good day, whatever the season outside. */
  dayOfYear: 141,
  /** Heat, dust, wiring: what is left of the peak power under full sun. */
  performance: 0.88,
  strings: [
    { peakW: 5200, plane: { tilt: 25, azimuth: -40 }, voltageV: 545 },
    { peakW: 4800, plane: { tilt: 25, azimuth: 50 }, voltageV: 512 },
  ],
} as const

export const BATTERY = {
  capacityWh: 10_240,
  maxChargeW: 5000,
  maxDischargeW: 5000,
  /** Each way. */
  efficiency: 0.97,
  /** Percent that is never taken out. */
  reserve: 7,
  voltageV: 409,
} as const

/**
 * Two strings of PV and a battery behind one inverter, over the next `stepMs`; `t` counts seconds from midnight, solar time.
 * It keeps the grid at zero as well as it can: what the sun gives too little of comes from the battery, what is left over
 * goes into it, what nobody can take stays on the roof. AC = PV + battery − losses; losses are 20 W and 1.8 % of the DC power.
 * The battery charges from the sun alone.
 */
export function inverterStep(
  last: HybridInverter,
  demandW: number,
  limitPct: number,
  seed: number,
  t: number,
  stepMs: number,
): HybridInverter {
  const hours = stepMs / 3_600_000
  const available = sunOnStrings(seed, t)
  const sunW = available[0] + available[1]
  const limitW = dcFor((INVERTER.ratedW * limitPct) / 100)

  const batteryW = batteryPower(last, dcFor(demandW) - sunW, sunW, limitW, stepMs)
  const pvW = Math.max(0, Math.min(sunW, limitW - batteryW))
  const share = sunW > 0 ? pvW / sunW : 0
  const lossesW = INVERTER.standbyW + INVERTER.lossShare * (pvW + batteryW)
  const acW = pvW + batteryW - lossesW

  const { battery, strings } = last
  const storedW = batteryW < 0 ? -batteryW * BATTERY.efficiency : -batteryW / BATTERY.efficiency
  const stringOf = (index: 0 | 1): PvString => ({
    powerW: available[index] * share,
    voltageV: pvW > 0 ? INVERTER.strings[index].voltageV + 12 * (noise(seed + 90 + index, t / 30) - 0.5) : 0,
    producedWh: strings[index].producedWh + available[index] * share * hours,
  })
  return {
    powerW: perPhase(() => acW / 3),
    lossesW,
    deliveredWh: last.deliveredWh + Math.max(0, acW) * hours,
    strings: [stringOf(0), stringOf(1)],
    battery: {
      powerW: batteryW,
      soc: battery.soc + (100 * storedW * hours) / BATTERY.capacityWh,
      voltageV: BATTERY.voltageV * (0.96 + 0.0007 * battery.soc) - batteryW / 2000,
      chargedWh: battery.chargedWh + Math.max(0, -batteryW) * hours,
      dischargedWh: battery.dischargedWh + Math.max(0, batteryW) * hours,
    },
  }
}

/** Near full and near empty the battery takes and gives less. */
function batteryPower(last: HybridInverter, wantedW: number, sunW: number, limitW: number, stepMs: number): number {
  const { soc, powerW } = last.battery
  const room = Math.max(0, limitW - sunW)
  const most = Math.min(BATTERY.maxDischargeW * clamp((soc - BATTERY.reserve) / 3), room)
  const least = -Math.min(BATTERY.maxChargeW * clamp((100 - soc) / 4), sunW)
  const target = Math.max(least, Math.min(most, wantedW))
  const follow = 1 - Math.exp(-stepMs / 1000 / INVERTER.controlS)
  return Math.max(least, Math.min(most, powerW + (target - powerW) * follow))
}

/** DC power that leaves so much on the AC side. */
function dcFor(acW: number): number {
  return (acW + INVERTER.standbyW) / (1 - INVERTER.lossShare)
}

function sunOnStrings(seed: number, t: number): readonly [number, number] {
  const sun = sunPosition(INVERTER.dayOfYear, (t / 3600) % 24, INVERTER.latitude)
  const cover = 0.65 * noise(seed + 80, t / 420) + 0.35 * noise(seed + 81, t / 70)
  const clouds = clamp((cover - 0.5) / 0.22)
  const yieldOf = ({ peakW, plane }: (typeof INVERTER.strings)[number]) =>
    (peakW * INVERTER.performance * irradianceOn(plane, sun, clouds)) / 1000
  return [yieldOf(INVERTER.strings[0]), yieldOf(INVERTER.strings[1])]
}

function clamp(value: number): number {
  return Math.max(0, Math.min(1, value))
}
