import { NATURES } from '@main/edge/nature'
import type { RecordType } from './record-types'

/** Where the channels of a nature lie within its block. */
export interface NatureTable {
  /** Hashed into the block's first register. */
  readonly name: string
  /** Registers from the start of this nature to the start of the next. */
  readonly length: number
  readonly records: readonly (readonly [offset: number, channel: string, type: RecordType])[]
}

const inTurn = (offset: number, type: RecordType, ...channels: string[]) =>
  channels.map((channel, index) => [offset + index * (type === 'float64' ? 4 : 2), channel, type] as const)
const floats = (offset: number, ...channels: string[]) => inTurn(offset, 'float32', ...channels)
const phases = (channel: string) => [`${channel}L1`, `${channel}L2`, `${channel}L3`]

const OpenemsComponent: NatureTable = {
  name: 'OpenemsComponent',
  length: 80,
  records: [[0, 'State', 'enum16']],
}

const Sum: NatureTable = {
  name: 'Sum',
  length: 220,
  records: [
    [0, 'EssSoc', 'uint16'],
    ...floats(1, 'EssActivePower'),
    ...floats(7, 'EssReactivePower'),
    ...floats(13, 'GridActivePower', 'GridMinActivePower', 'GridMaxActivePower'),
    ...floats(25, 'ProductionActivePower', 'ProductionMaxActivePower', 'ProductionAcActivePower'),
    ...floats(37, 'ProductionDcActualPower'),
    ...floats(41, 'ConsumptionActivePower', 'ConsumptionMaxActivePower'),
    ...inTurn(49, 'float64', 'EssActiveChargeEnergy', 'EssActiveDischargeEnergy'),
    ...inTurn(57, 'float64', 'GridBuyActiveEnergy', 'GridSellActiveEnergy'),
    ...inTurn(65, 'float64', 'ProductionActiveEnergy', 'ProductionAcActiveEnergy', 'ProductionDcActiveEnergy'),
    ...inTurn(77, 'float64', 'ConsumptionActiveEnergy', 'EssDcChargeEnergy', 'EssDcDischargeEnergy'),
    ...floats(89, ...phases('EssActivePower')),
    ...floats(95, ...phases('GridActivePower')),
    ...floats(101, ...phases('ProductionAcActivePower')),
    ...floats(107, ...phases('ConsumptionActivePower')),
    ...floats(113, 'EssDischargePower'),
    [115, 'GridMode', 'enum16'],
    ...floats(116, 'GridModeOffGridTime', 'EssCapacity'),
  ],
}

const ElectricityMeter: NatureTable = {
  name: 'ElectricityMeter',
  length: 200,
  records: [
    ...floats(0, 'Frequency'),
    ...floats(6, 'ActivePower', 'ReactivePower', 'ActiveProductionEnergy', 'ActiveConsumptionEnergy'),
    ...floats(14, 'Voltage', 'Current'),
    ...floats(100, ...phases('ActivePower'), ...phases('ReactivePower')),
    ...floats(112, ...phases('Voltage'), ...phases('Current')),
    ...floats(124, ...phases('ActiveProductionEnergy'), ...phases('ActiveConsumptionEnergy')),
  ],
}

const SymmetricEss: NatureTable = {
  name: 'SymmetricEss',
  length: 100,
  records: [
    [0, 'Soc', 'uint16'],
    [1, 'GridMode', 'uint16'],
    ...floats(2, 'ActivePower', 'ReactivePower', 'MinCellVoltage', 'MaxCellVoltage'),
    ...floats(10, 'MinCellTemperature', 'MaxCellTemperature', 'Capacity', 'MaxApparentPower'),
  ],
}

/** Its length is known from the description's worked example; the order of its records is that of OpenEMS's channels. */
const AsymmetricEss: NatureTable = {
  name: 'AsymmetricEss',
  length: 100,
  records: floats(0, ...phases('ActivePower'), ...phases('ReactivePower')),
}

const ManagedSymmetricEss: NatureTable = {
  name: 'ManagedSymmetricEss',
  length: 100,
  records: [
    ...floats(0, 'AllowedChargePower', 'AllowedDischargePower'),
    ...floats(4, 'SetActivePowerEquals', 'SetReactivePowerEquals'),
    ...floats(8, 'SetActivePowerLessOrEquals', 'SetReactivePowerLessOrEquals'),
    ...floats(12, 'SetActivePowerGreaterOrEquals', 'SetReactivePowerGreaterOrEquals'),
  ],
}

const ManagedEvcs: NatureTable = {
  name: 'ManagedEvcs',
  length: 100,
  records: [
    [0, 'SetChargePowerLimit', 'uint16'],
    [1, 'SetDisplayText', 'string16'],
    [17, 'SetEnergyLimit', 'uint16'],
  ],
}

/** In the order in which they follow each other within a component; what a component does not have is left out. */
const NATURE_TABLES: readonly NatureTable[] = [
  ElectricityMeter,
  SymmetricEss,
  AsymmetricEss,
  ManagedSymmetricEss,
  ManagedEvcs,
]

/** The natures of a component that other masters can read, as OpenEMS lays them out (wire description §8). */
export function tablesOf(component: { factoryId: string; natureIds: readonly string[] }): NatureTable[] {
  if (component.factoryId === 'Core.Sum') return [OpenemsComponent, Sum]
  const ids = new Set(component.natureIds)
  return [OpenemsComponent, ...NATURE_TABLES.filter(({ name }) => ids.has(NATURES[name]?.id ?? ''))]
}
