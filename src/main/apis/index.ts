import type { DriverDefinition } from '@main/edge/component/driver'
import type { ApiSurroundings } from './api-surroundings'
import { modbusTcpDrivers } from './modbus-tcp/modbus-tcp-api'
import { restDrivers } from './rest/rest-api'
import { uiWebsocketDriver } from './ui-websocket/ui-websocket'

/** The doors of an edge for programs that are not ours: every `Controller.Api.*` it can have. */
export const apiDrivers = (around: ApiSurroundings): DriverDefinition[] => [
  uiWebsocketDriver(around),
  ...restDrivers(around),
  ...modbusTcpDrivers(around),
]
