import { type Site, STEPS, type StepId } from '@shared/site'

/** Where somebody who comes without naming a step goes on: the first that is not done, else the last. */
export function stepInWork(site: Pick<Site, 'stepsDone'>): StepId {
  return STEPS.find((id) => !site.stepsDone.includes(id)) ?? lastStep
}

const lastStep: StepId = STEPS[STEPS.length - 1] ?? 'site'

/** The step after this one; null after the last. */
export function stepAfter(id: StepId): StepId | null {
  return STEPS[STEPS.indexOf(id) + 1] ?? null
}

/** The steps done once this one is, in their order. */
export function withDone(site: Pick<Site, 'stepsDone'>, id: StepId): StepId[] {
  return STEPS.filter((each) => each === id || site.stepsDone.includes(each))
}

export const isStepId = (text: string): text is StepId => STEPS.some((id) => id === text)
