import { BridgeModbus, Controller, JsonApi, ModbusComponent, OpenemsComponent, Scheduler, Timedata } from './component'
import { DigitalInput, DigitalOutput } from './digital-io'
import { ElectricityMeter } from './electricity-meter'
import { AsymmetricEss, Battery, EssDcCharger, HybridEss, ManagedSymmetricEss, SymmetricEss } from './ess'
import { Evcs, ManagedEvcs } from './evcs'
import type { Nature } from './nature'
import { ManagedSymmetricPvInverter } from './pv-inverter'

export * from './component'
export * from './digital-io'
export * from './electricity-meter'
export * from './ess'
export * from './evcs'
export type { Nature } from './nature'
export * from './pv-inverter'

/** All natures by their short name, which is what profiles write. */
export const NATURES: Readonly<Record<string, Nature>> = Object.fromEntries(
  [
    OpenemsComponent,
    ModbusComponent,
    Controller,
    Scheduler,
    BridgeModbus,
    Timedata,
    JsonApi,
    ElectricityMeter,
    SymmetricEss,
    AsymmetricEss,
    ManagedSymmetricEss,
    HybridEss,
    EssDcCharger,
    Battery,
    ManagedSymmetricPvInverter,
    Evcs,
    ManagedEvcs,
    DigitalInput,
    DigitalOutput,
  ].map((nature) => [nature.name, nature]),
)
