import { BATTERY, INVERTER } from '@main/simulator/plant/hybrid-inverter'
import { Plant, type PlantState, STEP_MS } from '@main/simulator/plant/plant'
import { sunPosition } from '@main/simulator/plant/sun'
import { sum } from '@main/simulator/plant/three'
import { describe, expect, it } from 'vitest'

const DAY_MS = 24 * 3_600_000
const PHASES = [0, 1, 2] as const

/** Every second of a day, first step included. */
function* seconds(plant: Plant, untilMs = DAY_MS): Generator<PlantState> {
  for (let ms = 0; ms <= untilMs; ms += 1000) yield plant.at(ms)
}

/** Every step, so that powers can be added up. */
function* steps(plant: Plant, untilMs: number): Generator<PlantState> {
  for (let ms = 0; ms <= untilMs; ms += STEP_MS) yield plant.at(ms)
}

const pvW = ({ inverter }: PlantState) => inverter.strings[0].powerW + inverter.strings[1].powerW

describe('the plant of the demo site', () => {
  it('is balanced on each phase in every second of a day, active and reactive', () => {
    let worst = 0
    for (const { grid, house, heatPump, car, inverter } of seconds(new Plant())) {
      for (const phase of PHASES) {
        const loads = house.powerW[phase] + heatPump.powerW[phase] + car.powerW[phase]
        const reactive = house.reactiveVar[phase] + heatPump.reactiveVar[phase] + car.reactiveVar[phase]
        worst = Math.max(worst, Math.abs(grid.powerW[phase] - (loads - inverter.powerW[phase])))
        worst = Math.max(worst, Math.abs(grid.reactiveVar[phase] - reactive))
      }
    }
    expect(worst).toBeLessThan(1e-6)
  })

  it('delivers on the AC side what PV and battery give, less the losses, and stays within its limits', () => {
    let worst = 0
    const outside: string[] = []
    const inside = (what: string, value: number, least: number, most: number) => {
      if (value < least || value > most) outside.push(`${what} ${value}`)
    }
    for (const state of seconds(new Plant())) {
      const { battery, powerW, lossesW } = state.inverter
      worst = Math.max(worst, Math.abs(pvW(state) + battery.powerW - lossesW - sum(powerW)))
      inside('losses', lossesW, 1, 250)
      inside('AC', sum(powerW), -20, INVERTER.ratedW + 1e-6)
      inside('soc', battery.soc, BATTERY.reserve - 0.01, 100.01)
      inside('battery', battery.powerW, -Math.min(BATTERY.maxChargeW, pvW(state)) - 1e-6, BATTERY.maxDischargeW)
      inside('frequency', state.frequencyHz, 49.98, 50.02)
      for (const voltage of state.voltageV) inside('voltage', voltage, 225, 238)
    }
    expect(worst).toBeLessThan(1e-6)
    expect(outside).toEqual([])
  })

  it('counts energy as the exact sum of power, and no counter ever goes back', () => {
    const plant = new Plant()
    const counters = ({ grid, house, heatPump, car, inverter }: PlantState) => [
      grid.importWh,
      grid.exportWh,
      ...grid.importPhaseWh,
      ...grid.exportPhaseWh,
      house.consumedWh,
      heatPump.consumedWh,
      car.consumedWh,
      inverter.deliveredWh,
      inverter.strings[0].producedWh,
      inverter.strings[1].producedWh,
      inverter.battery.chargedWh,
      inverter.battery.dischargedWh,
    ]
    const powers = ({ grid, house, heatPump, car, inverter }: PlantState) => [
      sum(grid.powerW),
      -sum(grid.powerW),
      ...grid.powerW,
      ...grid.powerW.map((power) => -power),
      sum(house.powerW),
      sum(heatPump.powerW),
      sum(car.powerW),
      sum(inverter.powerW),
      inverter.strings[0].powerW,
      inverter.strings[1].powerW,
      -inverter.battery.powerW,
      inverter.battery.powerW,
    ]
    const start = counters(plant.state)
    const integral = start.map(() => 0)
    let before = start
    let wentBack = 0
    for (const state of steps(plant, DAY_MS)) {
      const now = counters(state)
      if (now.some((count, index) => count < (before[index] ?? 0))) wentBack++
      if (state.elapsedMs > 0) {
        powers(state).forEach((power, index) => {
          integral[index] = (integral[index] ?? 0) + (Math.max(0, power) * STEP_MS) / 3_600_000
        })
      }
      before = now
    }
    expect(wentBack).toBe(0)
    before.forEach((count, index) => {
      expect(count - (start[index] ?? 0)).toBeCloseTo(integral[index] ?? 0, 3)
      expect(count).toBeGreaterThan(start[index] ?? 0)
    })
  })

  it('moves the state of charge by what went through the terminals, with the losses of both ways', () => {
    const plant = new Plant()
    const { soc, chargedWh, dischargedWh } = plant.state.inverter.battery
    const { battery } = plant.at(DAY_MS).inverter
    const charged = (battery.chargedWh - chargedWh) * BATTERY.efficiency
    const discharged = (battery.dischargedWh - dischargedWh) / BATTERY.efficiency
    expect(battery.soc - soc).toBeCloseTo((100 * (charged - discharged)) / BATTERY.capacityWh, 6)
  })

  it('holds the grid near zero as long as the battery is free to move', () => {
    const plant = new Plant()
    const grid: number[] = []
    for (const state of seconds(plant)) {
      const { soc, powerW } = state.inverter.battery
      const isFree = soc > 12 && soc < 95 && Math.abs(powerW) < 4500 && sum(state.inverter.powerW) < 9800
      if (isFree) grid.push(Math.abs(sum(state.grid.powerW)))
    }
    grid.sort((a, b) => a - b)
    expect(grid.length).toBeGreaterThan(3600)
    expect(grid[Math.floor(grid.length * 0.5)]).toBeLessThan(20)
    expect(grid[Math.floor(grid.length * 0.95)]).toBeLessThan(300) // while clouds pass it lags behind
  })

  it('begins in the middle of a sunny day with everything at work', () => {
    const { inverter, heatPump, car, grid } = new Plant().at(2000)
    expect(pvW({ inverter } as PlantState)).toBeGreaterThan(4000)
    expect(heatPump.isRunning).toBe(true)
    expect(car.state).toBe(2)
    expect(inverter.battery.powerW).not.toBe(0)
    expect(new Set(grid.powerW.map(Math.round)).size).toBe(3)
  })

  it('gives no sun at night, and the car is away in the morning and back at 13:05', () => {
    const plant = new Plant()
    const at = (hour: number) => plant.at((hour - (13 + 1 / 3)) * 3_600_000)
    expect(pvW(at(24 + 1))).toBe(0)
    expect(at(24 + 8).car).toMatchObject({ state: 1, powerW: [0, 0, 0] })
    const back = at(24 + 13.2).car
    expect(back.state).toBe(2)
    expect(back.sessionWh).toBeLessThan(1500)
  })

  it('is a matter of time and seed alone', () => {
    const slowly = new Plant({ seed: 7 })
    for (const _ of seconds(slowly, 3_600_000)) void _
    expect(new Plant({ seed: 7 }).at(3_600_000)).toEqual(slowly.state)
    expect(new Plant({ seed: 8 }).at(3_600_000)).not.toEqual(slowly.state)
  })

  it('obeys the charger and the inverter limit', () => {
    const plant = new Plant()
    plant.controls = { carLimitA: 6, carAllowed: true, inverterLimitPct: 20 }
    const limited = plant.at(10_000)
    expect(limited.car.powerW[0] / limited.voltageV[0]).toBeCloseTo(6, 0)
    expect(sum(limited.inverter.powerW)).toBeLessThanOrEqual(2000 + 1e-6)
    plant.controls = { ...plant.controls, carAllowed: false }
    expect(plant.at(11_000).car).toMatchObject({ state: 3, powerW: [0, 0, 0] })
  })

  it('never runs backwards, and skips what a week of sleep would cost to live through', () => {
    const plant = new Plant()
    const noon = plant.at(60_000)
    expect(plant.at(30_000)).toBe(noon)
    const later = plant.at(7 * DAY_MS)
    expect(later.elapsedMs).toBe(7 * DAY_MS)
    expect(later.t - noon.t).toBeCloseTo(36 * 3600, 0)
  })
})

describe('the sun', () => {
  it.each([
    ['solstice noon', 172, 12, 66.4],
    ['equinox noon', 80, 12, 43],
    ['winter solstice noon', 355, 12, 19.6],
    ['midsummer midnight', 172, 0, -19.6],
  ])('stands at %s at 47° north where it should', (_when, day, hour, degrees) => {
    expect((sunPosition(day, hour, 47).elevation * 180) / Math.PI).toBeCloseTo(degrees, 0)
  })

  it('goes from east to west', () => {
    expect(sunPosition(141, 9, 47).azimuth).toBeLessThan(0)
    expect(sunPosition(141, 12, 47).azimuth).toBeCloseTo(0, 6)
    expect(sunPosition(141, 15, 47).azimuth).toBeGreaterThan(0)
  })
})
