import { choice, defineNature, state } from './nature'

/**
 * What every component has. `State` is the highest level of its active state channels.
 * Source: OpenEMS `io.openems.edge.common.component.OpenemsComponent`, 2026.5.
 */
export const OpenemsComponent = defineNature('io.openems.edge.common.component.OpenemsComponent', {
  State: choice(
    { Ok: 0, Info: 1, Warning: 2, Fault: 3 },
    { persist: 'VERY_HIGH', text: '0:Ok, 1:Info, 2:Warning, 3:Fault' },
  ),
})

/** A device on a Modbus bridge. */
export const ModbusComponent = defineNature('io.openems.edge.bridge.modbus.api.ModbusComponent', {
  ModbusCommunicationFailed: state('WARNING', 'Modbus Communication failed'),
})

/** A controller runs once per cycle; when it throws, `RunFailed` is 1 and the cycle goes on. */
export const Controller = defineNature('io.openems.edge.controller.api.Controller', {
  RunFailed: state('FAULT', 'Running the Logic failed'),
})

export const Scheduler = defineNature('io.openems.edge.scheduler.api.Scheduler', {
  ControllerIsMissing: state('INFO', 'A configured Controller is not available'),
})

/** A bridge whose cycles may be too short for what its devices want to be asked. */
export const BridgeModbus = defineNature('io.openems.edge.bridge.modbus.api.BridgeModbus', {
  CycleTimeIsTooShort: state('INFO', 'Cycle-Time is too short'),
  BridgeIsStopped: state('INFO', 'Bridge is stopped'),
})

/** A historian. The official UI shows history on an edge only when an enabled component has this nature. */
export const Timedata = defineNature('io.openems.edge.timedata.api.Timedata', {})

/** Only the name: it marks who answers component JSON-API calls. */
export const JsonApi = defineNature('io.openems.edge.common.jsonapi.ComponentJsonApi', {})
