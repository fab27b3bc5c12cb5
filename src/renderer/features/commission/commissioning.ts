import type { StepId } from '@shared/site'
import { z } from 'zod'
import { type Step, viewStep } from '../../wizard/step'
import { connectionsStep } from './connections'
import { FindStep } from './find-step'
import { laptopStep } from './laptop'
import { RolesStep } from './roles-step'
import { siteStep } from './site'

/** The flow of commissioning: what each step asks and shows. Their order stands in `STEPS`. */
export const commissioning: Readonly<Record<StepId, Step<object>>> = {
  site: siteStep as Step<object>,
  laptop: laptopStep,
  connections: connectionsStep as Step<object>,
  find: viewStep('find', FindStep, z.object({})),
  roles: viewStep('roles', RolesStep, z.object({})),
}
