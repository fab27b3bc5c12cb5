import { channelOf, choice, defineNature, measured, setPoint, state } from './nature'

export const EVCS_STATUS = {
  Undefined: -1,
  Starting: 0,
  'Not ready for Charging': 1,
  'Ready for Charging': 2,
  Charging: 3,
  Error: 4,
  'Charging rejected': 5,
  'Energy limit reached': 6,
} as const

/**
 * An electric vehicle charging station; since 2024 also an ElectricityMeter of type MANAGED_CONSUMPTION_METERED.
 * Source: OpenEMS `io.openems.edge.evcs.api.Evcs`, 2026.5.
 */
export const Evcs = defineNature('io.openems.edge.evcs.api.Evcs', {
  Status: choice(EVCS_STATUS),
  ChargingType: choice({ Undefined: -1, CCS: 0, CHADEMO: 1, AC: 2 }),
  Phases: choice({ 'one phase': 1, 'two phase': 2, 'three phase': 3 }),
  FixedMinimumHardwarePower: measured('W'),
  FixedMaximumHardwarePower: measured('W'),
  MinimumHardwarePower: measured('W'),
  MaximumHardwarePower: measured('W'),
  MinimumPower: measured('W'),
  MaximumPower: measured('W'),
  EnergySession: measured('Wh'),
  ChargingstationCommunicationFailed: state('FAULT', 'Chargingstation Communication Failed'),
})

/** A charging station that takes limits. */
export const ManagedEvcs = defineNature('io.openems.edge.evcs.api.ManagedEvcs', {
  PowerPrecision: channelOf('DOUBLE', 'W', 'RO'),
  SetChargePowerLimit: setPoint('W'),
  SetChargePowerLimitWithFilter: setPoint('W'),
  SetChargePowerRequest: setPoint('W'),
  SetEnergyLimit: setPoint('Wh'),
  SetDisplayText: channelOf('STRING', '', 'RW'),
  IsClustered: channelOf('BOOLEAN', '', 'RO'),
  ChargeMode: choice({ Undefined: -1, FORCE_CHARGE: 0, EXCESS_POWER: 1 }),
  ChargeState: choice({
    Undefined: -1,
    'Not charging': 0,
    Charging: 1,
    'Decreasing charge power': 2,
    'Increasing charge power': 3,
    'Waiting for available power': 4,
  }),
})
