import { z } from 'zod'
import { useQuery } from '../../rpc'
import {
  Button,
  ErrorCard,
  formatSeconds,
  IconRefresh,
  Panel,
  PlaceLayout,
  SkeletonRows,
  useHotkeys,
  useText,
  VerdictShape,
} from '../../ui'
import { viewStep } from '../../wizard/step'
import styles from './commission.module.css'
import { StepHead } from './step-head'

/** Step 2: is this laptop able to do the work? Nothing is asked of the person. */
export const laptopStep = viewStep('laptop', LaptopView, z.object({}))

function LaptopView() {
  const t = useText()
  const { status, data, error, reload } = useQuery('getLaptopChecks', {})
  useHotkeys({ F5: reload })
  return (
    <PlaceLayout>
      <StepHead
        actions={
          <Button icon={<IconRefresh />} keys="F5" onClick={reload}>
            {t('laptop.again')}
          </Button>
        }
      />
      {error ? <ErrorCard error={error} actions={<Button onClick={reload}>{t('ui.try-again')}</Button>} /> : null}
      {status === 'failed' ? null : (
        <Panel
          flush
          title={t('laptop.title')}
          note={data ? t('laptop.checked', { time: formatSeconds(data.checkedAt) }) : undefined}
        >
          {data ? (
            <ul className={styles.checks}>
              {data.checks.map((check) => (
                <li key={check.id} className={styles.check} data-verdict={check.verdict}>
                  <VerdictShape verdict={check.verdict} size={22} label={t(`verdict.${check.verdict}`)} />
                  <span className={styles.checkTitle}>{t.message(check.title)}</span>
                  <span className={styles.checkDetail}>{t.message(check.detail)}</span>
                </li>
              ))}
            </ul>
          ) : (
            <SkeletonRows rows={5} />
          )}
        </Panel>
      )}
    </PlaceLayout>
  )
}
