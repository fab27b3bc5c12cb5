import type { DriverDefinition } from '@main/edge/component/driver'
import { type UiWebsocketSurroundings, uiWebsocketDriver } from './ui-websocket/ui-websocket'

/** The doors of an edge for programs that are not ours: every `Controller.Api.*` it can have. */
export const apiDrivers = (around: UiWebsocketSurroundings): DriverDefinition[] => [uiWebsocketDriver(around)]
