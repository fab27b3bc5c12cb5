import { chance, noise } from './sun'
import type { Draw, Three } from './three'

interface Appliance {
  readonly phase: 0 | 1 | 2
  readonly powerW: number
  readonly varPerW: number
  /** In each period it runs once for `onS`, at a time of its own, with this probability and only between these hours. */
  readonly periodS: number
  readonly onS: number
  readonly probability: number
  readonly hours: readonly [number, number]
}

const APPLIANCES: readonly Appliance[] = [
  { phase: 0, powerW: 85, varPerW: 0.6, periodS: 2700, onS: 1000, probability: 1, hours: [0, 24] }, // refrigerator
  { phase: 1, powerW: 2000, varPerW: 0, periodS: 1800, onS: 150, probability: 0.35, hours: [6, 22] }, // kettle
  { phase: 2, powerW: 2200, varPerW: 0, periodS: 190, onS: 80, probability: 1, hours: [18, 19] }, // oven, by thermostat
  { phase: 2, powerW: 1700, varPerW: 0, periodS: 150, onS: 70, probability: 1, hours: [11.5, 12.25] }, // hob
  { phase: 0, powerW: 1900, varPerW: 0.05, periodS: 21_600, onS: 1200, probability: 0.6, hours: [12, 22] }, // dishwasher
  { phase: 2, powerW: 350, varPerW: 0.5, periodS: 43_200, onS: 4500, probability: 0.7, hours: [8, 20] }, // washing machine
]

/** What always runs, per phase, and how far it wanders. */
const STANDBY_W: Three = [95, 70, 120]
const EVENING_W: Three = [110, 60, 190]
const STANDBY_VAR_PER_W = 0.28

/** The household at a moment (seconds since the midnight the plant began with). Heat pump and car are not in it. */
export function householdDraw(seed: number, t: number): Draw {
  const power = [0, 0, 0] as [number, number, number]
  const reactive = [0, 0, 0] as [number, number, number]
  const hour = (t / 3600) % 24
  // Light and screens: little by day, a hill around 20:30.
  const evening = Math.exp(-(((hour - 20.5) / 2.2) ** 2))
  for (const phase of [0, 1, 2] as const) {
    const base = STANDBY_W[phase] * (0.8 + 0.4 * noise(seed + phase, t / 900)) + 18 * noise(seed + 10 + phase, t / 3)
    power[phase] = base + EVENING_W[phase] * evening
    reactive[phase] = power[phase] * STANDBY_VAR_PER_W
  }
  APPLIANCES.forEach((appliance, index) => {
    if (!isOn(appliance, seed + 100 + index, t, hour)) return
    power[appliance.phase] += appliance.powerW
    reactive[appliance.phase] += appliance.powerW * appliance.varPerW
  })
  return { powerW: power, reactiveVar: reactive }
}

function isOn({ periodS, onS, probability, hours }: Appliance, seed: number, t: number, hour: number): boolean {
  if (hour < hours[0] || hour >= hours[1]) return false
  const period = Math.floor(t / periodS)
  if (chance(seed, 2 * period) >= probability) return false
  const begins = period * periodS + chance(seed, 2 * period + 1) * (periodS - onS)
  return t >= begins && t < begins + onS
}

const HEAT_PUMP = { phase: 1, periodS: 2400, onS: 1560, leadS: 240, powerW: 1850, standbyW: 9, startS: 9 } as const

/** A single-phase heat pump on L2: 26 minutes on, 14 off, with a soft start. */
export function heatPumpDraw(seed: number, t: number): Draw & { readonly isRunning: boolean } {
  const since = (t + HEAT_PUMP.leadS) % HEAT_PUMP.periodS
  const isRunning = since < HEAT_PUMP.onS
  const soft = Math.min(1, 0.35 + (0.65 * since) / HEAT_PUMP.startS)
  const running = HEAT_PUMP.powerW * soft * (0.97 + 0.06 * noise(seed + 50, t / 120))
  const powerW = isRunning ? running : HEAT_PUMP.standbyW
  const reactiveVar = isRunning ? powerW * 0.42 : 22
  return { powerW: [0, powerW, 0], reactiveVar: [0, reactiveVar, 0], isRunning }
}
