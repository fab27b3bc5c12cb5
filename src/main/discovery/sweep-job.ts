import type { JobRunner } from '@main/jobs/job-service'
import { z } from 'zod'
import { scanHost } from './host-scan'
import { hostOptions, type ScanWorld } from './scan-job'
import { planSweep } from './scan-plan'

export const SWEEP_JOB = 'sweep'

export const SweepInput = z.object({
  host: z.string(),
  port: z.int().min(1).max(65_535),
  speed: z.enum(['polite', 'fast']).default('polite'),
})
export type SweepInput = z.infer<typeof SweepInput>

const Checkpoint = z.object({ asked: z.array(z.number()), found: z.array(z.number()) })

/** The job `sweep`: asks all units of one host, and says of each that answers what it is. Goes on where it was stopped. */
export function sweepJob(world: ScanWorld): JobRunner {
  return async (rawInput, control) => {
    const { host, port, speed } = SweepInput.parse(rawInput)
    const before = Checkpoint.safeParse(control.checkpoint)
    const asked = new Set(before.success ? before.data.asked : [])
    const found = new Set(before.success ? before.data.found : [])
    // One that lives is asked again: the sweep measures the line by it.
    const [living] = found
    if (living !== undefined) asked.delete(living)
    const full = planSweep([], 'full', world.knowledge.profiles)
    const rest = full.units.filter((unit) => !asked.has(unit) && unit !== living)
    const units = living === undefined ? rest : [living, ...rest]
    let current: number | null = null
    const options = hostOptions(world, control, speed, (step) => {
      if (step.kind === 'ask') current = step.unit
      else if (step.kind === 'identify') found.add(step.unit)
      else if (step.kind === 'asked') {
        if (current !== null) asked.add(current)
        control.phase('units', { done: asked.size, total: asked.size + step.total - step.done, found: found.size })
        if (asked.size % SAVE_EVERY === 0) control.save({ asked: [...asked], found: [...found] })
      }
    })
    control.phase('units', { done: asked.size, total: full.units.length })
    await scanHost({ host, port }, { ...full, units }, options)
    control.act(null)
  }
}

/** Units between two checkpoints. */
const SAVE_EVERY = 8
