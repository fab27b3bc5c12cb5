import { channelOf, choice, command, counter, defineNature, measured, state } from './nature'

/** OpenEMS's grid modes; −1 stands for "not known". */
export const GRID_MODE = { Undefined: -1, 'On-Grid': 1, 'Off-Grid': 2, 'Off-Grid Genset': 3 } as const

/**
 * An energy storage system seen from the AC side. ActivePower: positive = discharging, negative = charging; for a hybrid
 * inverter it includes the PV that comes in on the DC side.
 * Source: OpenEMS `io.openems.edge.ess.api.SymmetricEss`, 2026.5.
 */
export const SymmetricEss = defineNature('io.openems.edge.ess.api.SymmetricEss', {
  Soc: measured('%', { text: 'Range 0..100' }),
  Capacity: measured('Wh'),
  GridMode: choice(GRID_MODE, { persist: 'HIGH' }),
  ActivePower: measured('W', { text: 'Negative values for charge, positive for discharge' }),
  ReactivePower: measured('var'),
  MaxApparentPower: measured('VA'),
  ActiveChargeEnergy: counter(),
  ActiveDischargeEnergy: counter(),
  MinCellVoltage: measured('mV'),
  MaxCellVoltage: measured('mV'),
  MinCellTemperature: measured('°C'),
  MaxCellTemperature: measured('°C'),
})

export const AsymmetricEss = defineNature('io.openems.edge.ess.api.AsymmetricEss', {
  ActivePowerL1: measured('W'),
  ActivePowerL2: measured('W'),
  ActivePowerL3: measured('W'),
  ReactivePowerL1: measured('var'),
  ReactivePowerL2: measured('var'),
  ReactivePowerL3: measured('var'),
})

/** A storage that takes set-points. Allowed charge power is ≤ 0, allowed discharge power ≥ 0. */
export const ManagedSymmetricEss = defineNature('io.openems.edge.ess.api.ManagedSymmetricEss', {
  AllowedChargePower: measured('W'),
  AllowedDischargePower: measured('W'),
  SetActivePowerEquals: command('W'),
  SetActivePowerLessOrEquals: command('W'),
  SetActivePowerGreaterOrEquals: command('W'),
  SetReactivePowerEquals: command('var'),
  SetReactivePowerLessOrEquals: command('var'),
  SetReactivePowerGreaterOrEquals: command('var'),
  DebugSetActivePower: measured('W'),
  DebugSetReactivePower: measured('var'),
  ApplyPowerFailed: state('WARNING', 'Applying the Active/Reactive Power failed'),
})

/** The battery alone behind a hybrid inverter: positive = discharging. */
export const HybridEss = defineNature('io.openems.edge.ess.api.HybridEss', {
  DcDischargePower: measured('W', { text: 'Negative values for charge, positive for discharge' }),
  DcChargeEnergy: counter(),
  DcDischargeEnergy: counter(),
})

/** PV strings on the DC side of a storage. ActualPower is never negative. */
export const EssDcCharger = defineNature('io.openems.edge.ess.dccharger.api.EssDcCharger', {
  ActualPower: measured('W'),
  MaxActualPower: measured('W'),
  ActualEnergy: counter(),
  Voltage: measured('mV'),
  Current: measured('mA'),
})

/** A battery as its management system reports it. Current: positive = discharging. */
export const Battery = defineNature('io.openems.edge.battery.api.Battery', {
  Soc: measured('%'),
  Soh: measured('%'),
  Voltage: measured('V'),
  Current: measured('A'),
  Capacity: measured('Wh'),
  ChargeMaxVoltage: measured('V'),
  DischargeMinVoltage: measured('V'),
  ChargeMaxCurrent: measured('A'),
  DischargeMaxCurrent: measured('A'),
  MinCellTemperature: measured('°C'),
  MaxCellTemperature: measured('°C'),
  MinCellVoltage: measured('mV'),
  MaxCellVoltage: measured('mV'),
  InnerResistance: channelOf('INTEGER', 'mOhm', 'RO'),
})
