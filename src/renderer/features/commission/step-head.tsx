import { STEPS } from '@shared/site'
import type { ReactNode } from 'react'
import { Button, Count, ErrorCard, IconArrowRight, PageHead, StepMenu, useText } from '../../ui'
import { useStep } from '../../wizard/use-step'
import styles from './commission.module.css'

export interface StepHeadProps {
  /** Between the title and Continue. */
  actions?: ReactNode
  /** Instead of "Continue": "Continue with 15". */
  continueLabel?: string
  /** Why going on is not possible, as a sentence; null when it is. Only for errors, never for warnings. */
  blocked?: string | null
  /** Instead of marking the step done at once, e.g. to store something first and then call `goOn`. */
  onContinue?: () => void
  busy?: boolean
  /** The next step is something else on this screen: Continue is there, but outlined. */
  quiet?: boolean
}

/** Title and purpose of the step, and the one filled button that leads on. */
export function StepHead({
  actions,
  continueLabel,
  blocked = null,
  onContinue,
  busy = false,
  quiet = false,
}: StepHeadProps) {
  const t = useText()
  const step = useStep()
  const steps = STEPS.map((id) => ({
    id,
    title: t(`step.${id}`),
    state: step.site.stepsDone.includes(id) ? ('done' as const) : ('todo' as const),
  }))
  const last = step.index === step.count - 1
  return (
    <>
      <PageHead
        above={
          <StepMenu
            label={t('commission.steps')}
            steps={steps}
            current={step.id}
            onGo={(id) => {
              const chosen = STEPS.find((each) => each === id)
              if (chosen) step.go(chosen)
            }}
          />
        }
        title={t(`step.${step.id}`)}
        lead={t(`step.${step.id}.lead`)}
        actions={
          <>
            {step.blockers > 0 ? (
              <Count verdict="failed" value={step.blockers}>
                {t('commission.to-mend', { count: step.blockers })}
              </Count>
            ) : null}
            {blocked ? <span className="small muted">{blocked}</span> : null}
            {actions}
            {last ? null : (
              <span className={blocked === null && step.blockers === 0 ? styles.skip : undefined}>
                <Button variant="subtle" onClick={step.skip}>
                  {t('commission.skip')}
                </Button>
              </span>
            )}
            <Button
              variant={quiet ? 'default' : 'filled'}
              iconAfter={<IconArrowRight />}
              busy={busy || step.busy}
              disabled={blocked !== null}
              onClick={onContinue ?? step.goOn}
            >
              {continueLabel ?? t(last ? 'commission.finish' : 'commission.continue')}
            </Button>
          </>
        }
      />
      {step.error ? <ErrorCard error={step.error} /> : null}
    </>
  )
}
