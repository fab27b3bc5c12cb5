import type { ComponentTraits, ComponentView } from '@main/edge/component/driver'
import { calculateSum, splitPower } from '@main/edge/core/sum-calculation'
import { ElectricityMeter, EssDcCharger, HybridEss, SymmetricEss } from '@main/edge/nature'
import type { ChannelValue } from '@shared/channel'
import { describe, expect, it } from 'vitest'

type Values = Record<string, ChannelValue>
const component = (natureIds: string[], values: Values, traits: ComponentTraits = {}): ComponentView => ({
  id: 'any0',
  factoryId: 'Any',
  enabled: true,
  natureIds,
  traits,
  value: (channel) => values[channel] ?? null,
  has: (channel) => channel in values,
})
const meter = (meterType: NonNullable<ComponentTraits['meterType']>, values: Values) =>
  component([ElectricityMeter.id], values, { meterType })
const ess = (values: Values) => component([SymmetricEss.id], values)
const sumOf = (...components: ComponentView[]) => Object.fromEntries(calculateSum(components))

describe('_sum', () => {
  it('derives consumption from storage, grid and AC production, phase by phase', () => {
    expect(
      sumOf(
        meter('GRID', { ActivePower: -1420, ActivePowerL1: -610, ActivePowerL2: -210, ActivePowerL3: -600 }),
        meter('PRODUCTION', { ActivePower: 6840, ActivePowerL1: 2280, ActivePowerL2: 2280, ActivePowerL3: 2280 }),
        ess({ ActivePower: -1200 }),
      ),
    ).toMatchObject({
      GridActivePower: -1420,
      ProductionActivePower: 6840,
      EssActivePower: -1200,
      EssActivePowerL1: -400,
      ConsumptionActivePower: 4220,
      ConsumptionActivePowerL1: 1270,
    })
  })

  it('counts the PV of a hybrid on the DC side, and its battery without it', () => {
    const hybrid = component([SymmetricEss.id, HybridEss.id], { ActivePower: 5000, DcDischargePower: -1000, Soc: 50 })
    const strings = component([EssDcCharger.id], { ActualPower: 6200 })
    expect(sumOf(meter('GRID', { ActivePower: -3000 }), hybrid, strings)).toMatchObject({
      EssActivePower: 5000,
      EssDischargePower: -1000,
      ProductionDcActualPower: 6200,
      ProductionActivePower: 6200,
      ConsumptionActivePower: 2000,
    })
  })

  it('leaves out what is not known, and the sum of nothing is not known', () => {
    expect(sumOf(meter('GRID', { ActivePower: null }), meter('GRID', { ActivePower: 300 }))).toMatchObject({
      GridActivePower: 300,
      ProductionActivePower: null,
      EssSoc: null,
      GridMode: -1,
    })
    expect(sumOf()).toMatchObject({
      GridActivePower: null,
      ConsumptionActivePower: null,
      ConsumptionActiveEnergy: null,
    })
  })

  it('says bought and sold as OpenEMS does: production energy of a grid meter is bought', () => {
    expect(
      sumOf(
        meter('GRID', { ActiveProductionEnergy: 3100, ActiveConsumptionEnergy: 9800 }),
        meter('PRODUCTION', { ActiveProductionEnergy: 31_288 }),
      ),
    ).toMatchObject({ GridBuyActiveEnergy: 3100, GridSellActiveEnergy: 9800, ConsumptionActiveEnergy: 24_588 })
  })

  it('weighs the state of charge by capacity when every storage tells one', () => {
    expect(sumOf(ess({ Soc: 20, Capacity: 10_000 }), ess({ Soc: 80, Capacity: 30_000 })).EssSoc).toBe(65)
    expect(sumOf(ess({ Soc: 20, Capacity: null }), ess({ Soc: 80, Capacity: 30_000 })).EssSoc).toBe(50)
    expect(sumOf(ess({ Soc: null, Capacity: 9 }), ess({ Soc: 80 })).EssSoc).toBe(80)
  })

  it('takes managed consumers out of the unmanaged consumption', () => {
    expect(
      sumOf(meter('GRID', { ActivePower: 5000 }), meter('MANAGED_CONSUMPTION_METERED', { ActivePower: 3600 })),
    ).toMatchObject({ ConsumptionActivePower: 5000, UnmanagedConsumptionActivePower: 1400 })
  })
})

describe('who feeds whom', () => {
  it.each([
    // grid, production, battery discharge → prod→cons, prod→grid, prod→ess, grid→cons, ess→cons, grid→ess
    [-1420, 6840, -1200, [4220, 1420, 1200, 0, 0, 0]],
    [500, 0, 300, [0, 0, 0, 500, 300, 0]],
    [2000, 0, -1500, [0, 0, 0, 500, 0, 1500]],
  ])('grid %i, production %i, battery %i', (grid, production, discharge, expected) => {
    expect(splitPower(grid, production, discharge).map(([, value]) => value)).toEqual(expected)
  })

  it('every watt has one place: what comes in goes out', () => {
    for (let grid = -3000; grid <= 3000; grid += 500) {
      for (let production = 0; production <= 6000; production += 750) {
        for (let discharge = -2000; discharge <= 2000; discharge += 400) {
          const consumption = grid + production + discharge
          if (consumption < 0) continue
          const [prodCons = 0, prodGrid = 0, prodEss = 0, gridCons = 0, essCons = 0] = splitPower(
            grid,
            production,
            discharge,
          ).map(([, value]) => value ?? Number.NaN)
          expect(prodCons + prodGrid + prodEss).toBeCloseTo(production)
          expect(prodCons + gridCons + essCons).toBeCloseTo(consumption)
        }
      }
    }
  })

  it('only the grid known and buying: all of it is consumed; production below zero: nothing is said', () => {
    expect(splitPower(800, null, null).map(([, value]) => value)).toEqual([null, null, null, 800, null, null])
    expect(splitPower(800, -5, 0).every(([, value]) => value === null)).toBe(true)
  })
})
