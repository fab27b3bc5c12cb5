import { defineNature, measured, setPoint } from './nature'

/**
 * A PV inverter whose feed-in can be limited; it is also an ElectricityMeter of type PRODUCTION.
 * Source: OpenEMS `io.openems.edge.pvinverter.api.ManagedSymmetricPvInverter`, 2026.5.
 */
export const ManagedSymmetricPvInverter = defineNature('io.openems.edge.pvinverter.api.ManagedSymmetricPvInverter', {
  MaxActivePower: measured('W'),
  MaxReactivePower: measured('var'),
  MaxApparentPower: measured('VA'),
  ActivePowerLimit: setPoint('W', { persist: 'MEDIUM' }),
})
