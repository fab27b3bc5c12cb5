import { z } from 'zod'
import { defineDriver } from '../component/driver'
import { Scheduler } from '../nature'

/** What a controller offers to schedulers. It runs once per cycle; throwing sets its `RunFailed`. */
export interface ControllerService {
  run(): void
}

/** What a scheduler offers to the cycle: the ids of the controllers to run, in order. */
export interface SchedulerService {
  order(controllerIds: readonly string[]): { run: readonly string[]; missing: readonly string[] }
}

/**
 * The listed controllers first, in that order, then all others by name. A controller that runs earlier wins: later ones may
 * only narrow what it asked for. Source: OpenEMS `Scheduler.AllAlphabetically`, 2026.5.
 */
export const allAlphabetically = defineDriver({
  factoryId: 'Scheduler.AllAlphabetically',
  name: 'Scheduler All Alphabetically',
  description: 'Runs the listed controllers first, then all others by name.',
  config: z.strictObject({ 'controllers.ids': z.array(z.string()).default([]) }),
  natures: () => [Scheduler],
  start(config, context) {
    const listed = config['controllers.ids'].filter((id) => id !== '')
    const service: SchedulerService = {
      order(controllerIds) {
        const known = new Set(controllerIds)
        const missing = listed.filter((id) => !known.has(id))
        context.channels.set('ControllerIsMissing', missing.length > 0 ? 1 : 0)
        const rest = [...known].filter((id) => !listed.includes(id)).sort()
        return { run: [...listed.filter((id) => known.has(id)), ...rest], missing }
      },
    }
    context.provide(service)
    return undefined
  },
})
