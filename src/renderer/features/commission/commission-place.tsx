import { STEPS } from '@shared/site'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Redirect } from '../../app/redirect'
import { useSite } from '../../app/site-layout'
import { Steps, useText } from '../../ui'
import { isStepId, stepInWork } from '../../wizard/flow'
import { StepHost } from '../../wizard/use-step'
import { commissioning } from './commissioning'
import { FindingsButton } from './findings-button'

/** Commission without a step: go on where the work stands. */
export function CommissionIndex() {
  const { site } = useSite()
  return <Redirect to="/sites/$site/commission/$step" params={{ site: site.id, step: stepInWork(site) }} />
}

/** The five steps of putting a site into service. */
export function CommissionPlace() {
  const t = useText()
  const { site } = useSite()
  const navigate = useNavigate()
  const { step: id } = useParams({ from: '/sites/$site/commission/$step' })
  if (!isStepId(id)) return <CommissionIndex />
  const go = (step: string) => void navigate({ to: '/sites/$site/commission/$step', params: { site: site.id, step } })
  const steps = STEPS.map((step) => ({
    id: step,
    title: t(`step.${step}`),
    state: site.stepsDone.includes(step) ? ('done' as const) : ('todo' as const),
  }))
  return (
    <>
      <Steps
        label={t('commission.steps')}
        steps={steps}
        current={id}
        onGo={go}
        aside={<FindingsButton siteId={site.id} onGo={go} />}
      />
      <StepHost
        key={`${site.id} ${id}`}
        step={commissioning[id]}
        site={site}
        onGo={(next) => {
          if (next) go(next)
          else void navigate({ to: '/sites/$site/live', params: { site: site.id } })
        }}
      />
    </>
  )
}
