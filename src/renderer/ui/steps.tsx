import type { ReactNode } from 'react'
import { clsx } from './clsx'
import { IconChevronDown } from './icons'
import { Menu } from './overlay'
import styles from './steps.module.css'
import { useText } from './use-text'
import { VerdictShape } from './verdict'

export interface StepItem {
  id: string
  title: string
  state: 'done' | 'todo'
}

export interface StepsProps {
  label: string
  steps: readonly StepItem[]
  current: string
  /** At the right end: the to-do button. */
  aside?: ReactNode
  onGo: (id: string) => void
}

/** All steps in one line; every one can be opened again. Below 1200 px `StepMenu` takes its place. */
export function Steps({ label, steps, current, aside, onGo }: StepsProps) {
  return (
    <nav className={styles.steps} aria-label={label}>
      <ol className={styles.list}>
        {steps.map((step, index) => (
          <li key={step.id}>
            <button
              type="button"
              className={clsx(styles.step, styles[step.state])}
              aria-current={step.id === current ? 'step' : undefined}
              title={step.title}
              onClick={() => onGo(step.id)}
            >
              {step.state === 'done' && step.id !== current ? (
                <VerdictShape verdict="passed" size={20} />
              ) : (
                <span className={clsx(styles.number, 'num')}>{index + 1}</span>
              )}
              <span className={styles.name}>{step.title}</span>
              {step.state === 'done' ? <Done /> : null}
            </button>
          </li>
        ))}
      </ol>
      {aside ? <div className={styles.aside}>{aside}</div> : null}
    </nav>
  )
}

function Done() {
  const t = useText()
  return <span className="visually-hidden">{t('steps.done')}</span>
}

/** "Step 4 of 5 ▾", above the title of the page; shown below 1200 px only. */
export function StepMenu({ label, steps, current, onGo }: StepsProps) {
  const t = useText()
  const index = steps.findIndex((step) => step.id === current)
  return (
    <div className={styles.folded}>
      <Menu
        label={label}
        position="bottom-start"
        target={
          <button type="button" className={styles.fold}>
            {t('steps.of', { step: index + 1, steps: steps.length })}
            <IconChevronDown />
          </button>
        }
        items={steps.map((step, at) => ({
          id: step.id,
          checked: step.id === current,
          icon: <VerdictShape verdict={step.state === 'done' ? 'passed' : 'notrun'} />,
          label: `${at + 1}  ${step.title}`,
          onSelect: () => onGo(step.id),
        }))}
      />
    </div>
  )
}
