import type { EdgeAccess } from './edge-access'
import type { EdgeUsers } from './ui-websocket/single-edge-realm'

/** What every API component of an edge stands on. */
export interface ApiSurroundings {
  /** The edge this component belongs to; asked at the first connection, because the edge is made from its components. */
  access(): EdgeAccess
  readonly users: EdgeUsers
}
