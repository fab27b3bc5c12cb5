import { type Draw, perPhase, sum, type Three } from './three'

/** 1 nothing plugged in, 2 charging, 3 plugged in and waiting, 4 full: the numbers the charger itself uses. */
export type CarState = 1 | 2 | 3 | 4

export interface Car extends Draw {
  readonly state: CarState
  /** Of the car's battery, percent. The charger does not know it. */
  readonly soc: number
  readonly consumedWh: number
  readonly sessionWh: number
}

export interface CarControls {
  /** Current the charger allows per phase, A. Under 6 A the car pauses (IEC 61851-1). */
  readonly carLimitA: number
  readonly carAllowed: boolean
}

const CAR = {
  capacityWh: 58_000,
  efficiency: 0.9,
  maxA: 16,
  minA: 6,
  powerFactor: 0.99,
  /** A per second, going up. */
  slewA: 8,
  /** Seconds of the day. */
  arrivesS: 47_100,
  leavesS: 27_000,
  arrivesSoc: 46,
} as const

/** A three-phase car at the charger over the next `stepMs`, `t` seconds after midnight. It leaves at 07:30 and comes back at 13:05. */
export function carStep(last: Car, controls: CarControls, voltageV: Three, t: number, stepMs: number): Car {
  const day = t % 86_400
  const isAway = day >= CAR.leavesS && day < CAR.arrivesS
  if (isAway) return { ...last, powerW: [0, 0, 0], reactiveVar: [0, 0, 0], state: 1, sessionWh: 0 }

  const hasArrived = last.state === 1
  const soc = hasArrived ? CAR.arrivesSoc : last.soc
  const currentA = nextCurrent(last, controls, soc, voltageV, stepMs)
  const powerW = perPhase((phase) => currentA * voltageV[phase] * CAR.powerFactor)
  const energyWh = (sum(powerW) * stepMs) / 3_600_000
  return {
    powerW,
    reactiveVar: perPhase((phase) => powerW[phase] * Math.tan(Math.acos(CAR.powerFactor))),
    state: soc >= 100 ? 4 : currentA > 0 ? 2 : 3,
    soc: Math.min(100, soc + (100 * energyWh * CAR.efficiency) / CAR.capacityWh),
    consumedWh: last.consumedWh + energyWh,
    sessionWh: (hasArrived ? 0 : last.sessionWh) + energyWh,
  }
}

/** It ramps up and stops at once. Above 80 % the car itself takes less and less, as lithium cells want it. */
function nextCurrent(last: Car, controls: CarControls, soc: number, voltageV: Three, stepMs: number): number {
  if (soc >= 100 || !controls.carAllowed || controls.carLimitA < CAR.minA) return 0
  const taper = soc < 80 ? 1 : Math.max(0.15, (100 - soc) / 20)
  const wantedA = Math.min(controls.carLimitA, CAR.maxA) * taper
  const lastA = last.powerW[0] / (voltageV[0] * CAR.powerFactor)
  return Math.min(wantedA, lastA + (CAR.slewA * stepMs) / 1000)
}
