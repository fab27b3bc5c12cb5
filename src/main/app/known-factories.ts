import { apiDrivers } from '@main/apis'
import { allDrivers } from '@main/drivers'
import type { DriverDefinition } from '@main/edge/component/driver'
import { historianDriver } from '@main/edge/core/historian'
import { coreDrivers } from '@main/edge/core/singletons'
import { allAlphabetically } from '@main/edge/scheduler/all-alphabetically'
import type { ProfileLibrary } from '@main/profiles/profile-library'
import type { LinkPool } from '@main/protocols/links/pool'
import { SitewrightError } from '@shared/errors'

/**
 * Every factory an edge of ours has, for those who only read what a factory is: its properties, their types, what it refers
 * to. None of them can be started, because there is no edge around them.
 */
export function knownFactories(parts: { links: LinkPool; profiles: ProfileLibrary }): readonly DriverDefinition[] {
  const noEdge = (): never => {
    throw new SitewrightError('edge.offline', 'There is no edge around this factory.')
  }
  return [
    ...coreDrivers({ version: '', measuredCycleTime: noEdge, isDiskFull: noEdge, registry: noEdge }),
    allAlphabetically,
    historianDriver({
      get store() {
        return noEdge()
      },
      changed: noEdge,
      all: noEdge,
      generation: noEdge,
      isDiskFull: noEdge,
    }),
    ...apiDrivers({ access: noEdge, users: { authenticate: async () => null } }),
    ...allDrivers(parts),
  ]
}
