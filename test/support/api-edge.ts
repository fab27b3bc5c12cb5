import { apiDrivers } from '@main/apis'
import type { ApiService } from '@main/apis/api-writes'
import { EdgeAccess } from '@main/apis/edge-access'
import type { DriverDefinition } from '@main/edge/component/driver'
import type { Account } from '@main/session/realm'
import type { TimeSeries } from '@main/timeseries/timeseries'
import type { Properties } from '@shared/edge-config'
import type { ManualClock } from './manual-clock'
import { type TestEdge, testEdge } from './test-edge'

/** Password → who that is. The names are those of OpenEMS's own users. */
export const USERS: Readonly<Record<string, Account>> = {
  admin: { id: 'admin', name: 'Administrator', role: 'admin' },
  owner: { id: 'owner', name: 'Owner', role: 'owner' },
  user: { id: 'guest', name: 'Guest', role: 'guest' },
}

export interface ApiEdge extends TestEdge {
  /** The port at which a running API component listens. */
  port(componentId: string): number
}

/** An edge with its APIs on real loopback ports and a scheduler that runs them. `users` empty: no password is set. */
export async function apiEdge(options: {
  components: Record<string, { factoryId: string; alias?: string; properties?: Properties }>
  drivers?: readonly DriverDefinition[]
  clock?: ManualClock
  history?: TimeSeries
  users?: Readonly<Record<string, Account>>
}): Promise<ApiEdge> {
  const users = options.users ?? USERS
  let access: EdgeAccess | null = null
  const apis = apiDrivers({
    access() {
      if (access) return access
      throw new Error('The edge is still starting.')
    },
    users: { authenticate: async (password) => (Object.hasOwn(users, password) ? (users[password] ?? null) : null) },
  })
  const test = await testEdge({
    ...(options.clock ? { clock: options.clock } : {}),
    ...(options.history ? { history: options.history } : {}),
    drivers: [...apis, ...(options.drivers ?? [])],
    components: { scheduler0: { factoryId: 'Scheduler.AllAlphabetically' }, ...options.components },
  })
  const opened = new EdgeAccess(test.edge, test.clock)
  access = opened
  return {
    ...test,
    port: (componentId) => (test.edge.registry.need(componentId).service as ApiService).port,
    async [Symbol.asyncDispose]() {
      opened[Symbol.dispose]()
      await test[Symbol.asyncDispose]()
    },
  }
}
