import { systemClock } from '@shared/clock'
import type { Site, StepId } from '@shared/site'
import { STEPS } from '@shared/site'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { useAction, useRpc } from '../rpc'
import { stepAfter, withDone } from './flow'
import type { Step, StepForm } from './step'
import { StepWalk } from './step-walk'

/** What every step can do, whatever it asks: go on, be skipped, go elsewhere. */
export interface StepControls {
  readonly id: StepId
  readonly index: number
  readonly count: number
  readonly site: Site
  /** Keeps everything, marks the step done and opens the next one; stays when an error is in the way. */
  goOn(): void
  /** Opens the next step and leaves this one on the list. */
  skip(): void
  go(id: StepId): void
  readonly busy: boolean
  readonly keeping: 'kept' | 'keeping' | 'failed'
  /** Why keeping or going on failed, where that is no field's fault. */
  readonly error: import('@shared/errors').SitewrightError | null
  /** Number of errors in the way of going on, once they are shown. */
  readonly blockers: number
}

const Context = createContext<StepControls | null>(null)

export function useStep(): StepControls {
  const controls = useContext(Context)
  if (!controls) throw new Error('useStep needs a StepHost above it.')
  return controls
}

export interface StepHostProps {
  step: Step<object>
  site: Site
  /** Opens another step; null = the flow is at its end. */
  onGo: (id: StepId | null) => void
  children?: ReactNode
}

/** Runs one step of a flow: busy, keeping and going on are here, once. Give it the step's id as key. */
export function StepHost({ step, site, onGo, children }: StepHostProps) {
  const rpc = useRpc()
  const siteId = site.id
  const [walk] = useState(
    () =>
      new StepWalk(step, {
        site,
        rpc,
        clock: systemClock(),
        keep: (patch) => rpc.call('updateSite', { siteId, ...patch }),
      }),
  )
  useEffect(() => () => walk.close(), [walk])
  const state = useSyncExternalStore(walk.subscribe, walk.get)

  const finish = useAction(async () => {
    if (!(await walk.finish())) return
    await rpc.call('updateSite', { siteId, stepsDone: withDone(site, step.id) })
    onGo(stepAfter(step.id))
  })
  const form = useMemo(
    (): StepForm<object> => ({
      values: state.values,
      set: (field, value) => walk.set(field, value),
      leave: (field) => walk.leave(field),
      problem: (field) => walk.problem(field),
      site,
    }),
    [state, walk, site],
  )
  const controls: StepControls = {
    id: step.id,
    index: STEPS.indexOf(step.id),
    count: STEPS.length,
    site,
    goOn: () => void finish.run(),
    skip: () => onGo(stepAfter(step.id)),
    go: onGo,
    busy: finish.busy,
    keeping: state.keeping,
    error: finish.error ?? state.error,
    blockers: state.shown === 'all' ? state.problems.filter(({ verdict }) => verdict === 'failed').length : 0,
  }
  const { View } = step
  return (
    <Context value={controls}>
      {children}
      <View form={form} />
    </Context>
  )
}
