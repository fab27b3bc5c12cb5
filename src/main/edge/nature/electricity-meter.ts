import { counter, defineNature, measured } from './nature'

/**
 * An electricity meter, wherever it sits. The meter type says what positive power means:
 *   GRID         buying (negative: feeding in)
 *   PRODUCTION   producing
 *   consumption  consuming
 * `ActiveProductionEnergy` is the integral of positive ActivePower, so on a grid meter it is energy *bought*.
 * Source: OpenEMS `io.openems.edge.meter.api.ElectricityMeter`, 2026.5.
 */
export const ElectricityMeter = defineNature('io.openems.edge.meter.api.ElectricityMeter', {
  ActivePower: measured('W', { text: 'Sum of all phases; negative values for consumption, positive for production' }),
  ActivePowerL1: measured('W'),
  ActivePowerL2: measured('W'),
  ActivePowerL3: measured('W'),
  ReactivePower: measured('var'),
  ReactivePowerL1: measured('var'),
  ReactivePowerL2: measured('var'),
  ReactivePowerL3: measured('var'),
  Voltage: measured('mV'),
  VoltageL1: measured('mV'),
  VoltageL2: measured('mV'),
  VoltageL3: measured('mV'),
  Current: measured('mA'),
  CurrentL1: measured('mA'),
  CurrentL2: measured('mA'),
  CurrentL3: measured('mA'),
  Frequency: measured('mHz'),
  ActiveProductionEnergy: counter(),
  ActiveProductionEnergyL1: counter(),
  ActiveProductionEnergyL2: counter(),
  ActiveProductionEnergyL3: counter(),
  ActiveConsumptionEnergy: counter(),
  ActiveConsumptionEnergyL1: counter(),
  ActiveConsumptionEnergyL2: counter(),
  ActiveConsumptionEnergyL3: counter(),
})
