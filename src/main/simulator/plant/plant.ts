import { type Car, type CarControls, carStep } from './car'
import { heatPumpDraw, householdDraw } from './house'
import { type HybridInverter, inverterStep } from './hybrid-inverter'
import { noise } from './sun'
import { type Draw, perPhase, sum, type Three } from './three'

/** What an edge may change from outside; the devices hand it in from their registers. */
export interface PlantControls extends CarControls {
  /** AC limit of the inverter, percent of its rating. */
  readonly inverterLimitPct: number
}

/** The true figures of one moment. Energies are the sums of the powers up to and including this step. */
export interface PlantState {
  /** Milliseconds since the plant began. */
  readonly elapsedMs: number
  /** Plant time: seconds since the midnight before it began. */
  readonly t: number
  readonly frequencyHz: number
  readonly voltageV: Three
  /** Buying positive. Import and export are of the phases' sum, as a meter counts them; per phase they stand beside. */
  readonly grid: Draw & {
    readonly importWh: number
    readonly exportWh: number
    readonly importPhaseWh: Three
    readonly exportPhaseWh: Three
  }
  /** Everything without a meter of its own. */
  readonly house: Draw & { readonly consumedWh: number }
  readonly heatPump: Draw & { readonly isRunning: boolean; readonly consumedWh: number }
  readonly car: Car
  readonly inverter: HybridInverter
}

/** Within a step powers stand still. */
export const STEP_MS = 200
const STEP_H = STEP_MS / 3_600_000
/** It begins at 13:20 solar time: sun, a running heat pump and a charging car, at whatever hour the demo is opened. */
const START_S = 13 * 3600 + 20 * 60
/** A laptop that slept for a week need not live through the week. */
const LONGEST_GAP_MS = 36 * 3_600_000
/** Impedance of the way to the transformer: what a current does to the voltage. */
const LINE_OHM = 0.16
const IDLE_V: Three = [231.6, 230.9, 232.2]

/**
 * The demo house as one physical system: sun on two strings, a battery behind a hybrid inverter, a household, a heat pump
 * on L2 and a car on three phases. In every step and on every phase
 *   grid = house + heat pump + car − inverter        (active and reactive; buying positive)
 * Energies are exact sums of the powers. The wiring inside the house is without loss, the way to the transformer is not:
 * voltages answer to currents. Everything follows from elapsed time, seed and controls; nothing from chance.
 */
export class Plant {
  /** May be changed at any time; holds from the next step on. */
  controls: PlantControls = { carLimitA: 10, carAllowed: true, inverterLimitPct: 100 }
  readonly #seed: number
  #state: PlantState

  constructor({ seed = 1 }: { seed?: number } = {}) {
    this.#seed = seed
    this.#state = step(beginning, this.controls, seed)
  }

  get state(): PlantState {
    return this.#state
  }

  /** Lives on up to this moment after its beginning and tells how things stand; time never runs backwards. */
  at(elapsedMs: number): PlantState {
    if (elapsedMs - this.#state.elapsedMs > LONGEST_GAP_MS) {
      this.#state = { ...this.#state, elapsedMs: elapsedMs - LONGEST_GAP_MS }
    }
    while (this.#state.elapsedMs + STEP_MS <= elapsedMs) this.#state = step(this.#state, this.controls, this.#seed)
    return this.#state
  }
}

function step(last: PlantState, controls: PlantControls, seed: number): PlantState {
  const t = last.t + STEP_MS / 1000
  const house = householdDraw(seed, t)
  const heatPump = heatPumpDraw(seed, t)
  const car = carStep(last.car, controls, last.voltageV, t, STEP_MS)
  const demand = perPhase((phase) => house.powerW[phase] + heatPump.powerW[phase] + car.powerW[phase])
  const inverter = inverterStep(last.inverter, sum(demand), controls.inverterLimitPct, seed, t, STEP_MS)
  const powerW = perPhase((phase) => demand[phase] - inverter.powerW[phase])
  const reactiveVar = perPhase(
    (phase) => house.reactiveVar[phase] + heatPump.reactiveVar[phase] + car.reactiveVar[phase],
  )
  const { grid } = last
  return {
    elapsedMs: last.elapsedMs + STEP_MS,
    t,
    frequencyHz: 50 + 0.04 * (0.7 * noise(seed + 60, t / 40) + 0.3 * noise(seed + 61, t / 4) - 0.5),
    voltageV: voltages(seed, t, powerW),
    grid: {
      powerW,
      reactiveVar,
      importWh: grid.importWh + Math.max(0, sum(powerW)) * STEP_H,
      exportWh: grid.exportWh + Math.max(0, -sum(powerW)) * STEP_H,
      importPhaseWh: perPhase((phase) => grid.importPhaseWh[phase] + Math.max(0, powerW[phase]) * STEP_H),
      exportPhaseWh: perPhase((phase) => grid.exportPhaseWh[phase] + Math.max(0, -powerW[phase]) * STEP_H),
    },
    house: { ...house, consumedWh: last.house.consumedWh + sum(house.powerW) * STEP_H },
    heatPump: { ...heatPump, consumedWh: last.heatPump.consumedWh + sum(heatPump.powerW) * STEP_H },
    car,
    inverter,
  }
}

/** Loads pull a phase down, feeding in pushes it up. */
function voltages(seed: number, t: number, gridW: Three): Three {
  return perPhase((phase) => {
    const wander = 1.4 * (noise(seed + 70 + phase, t / 200) - 0.5) + 0.3 * (noise(seed + 75 + phase, t / 2) - 0.5)
    return IDLE_V[phase] + wander - (LINE_OHM * gridW[phase]) / IDLE_V[phase]
  })
}

const nothing: Draw = { powerW: [0, 0, 0], reactiveVar: [0, 0, 0] }

/** The moment before the first step: counters that have run for a while, a battery at 64 %, a car that came at 13:05. */
const beginning: PlantState = {
  elapsedMs: -STEP_MS,
  t: START_S - STEP_MS / 1000,
  frequencyHz: 50,
  voltageV: IDLE_V,
  grid: {
    ...nothing,
    importWh: 8_214_300,
    exportWh: 12_903_700,
    importPhaseWh: [3_012_400, 3_884_100, 2_601_900],
    exportPhaseWh: [4_705_200, 3_871_600, 4_990_800],
  },
  house: { ...nothing, consumedWh: 14_605_000 },
  heatPump: { ...nothing, isRunning: true, consumedWh: 3_742_600 },
  car: { ...nothing, powerW: [2290, 2290, 2290], state: 2, soc: 49.4, consumedWh: 2_961_400, sessionWh: 1705 },
  inverter: {
    powerW: [0, 0, 0],
    lossesW: 0,
    deliveredWh: 21_874_300,
    strings: [
      { powerW: 0, voltageV: 0, producedWh: 11_402_600 },
      { powerW: 0, voltageV: 0, producedWh: 10_881_900 },
    ],
    battery: { powerW: 1800, soc: 64, voltageV: 409, chargedWh: 4_316_200, dischargedWh: 4_089_700 },
  },
}
