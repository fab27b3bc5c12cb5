import type { DeviceReading, FoundDevice } from '@shared/device'
import { useQuery } from '../../../rpc'
import { Age, Button, DASH, ErrorCard, type Reading, SideSection, SkeletonRows, useText, Value } from '../../../ui'
import styles from './find.module.css'
import { groupReadings, type PhaseReading } from './readings'

const AGAIN_MS = 5000

/** What the device reads right now, asked again every few seconds while somebody looks. */
export function ReadsNow({ siteId, device }: { siteId: string; device: FoundDevice }) {
  const t = useText()
  const { data, error, status, reload } = useQuery('readFound', { siteId, deviceId: device.id }, { everyMs: AGAIN_MS })
  const groups = data ? groupReadings(data.readings) : []
  // An answer is as old as it says; it counts as old once the next one should have come.
  const stale = status === 'stale'
  return (
    <SideSection
      title={t('find.reads-now')}
      note={data ? <Age reading={reading(null, data.at, stale)} unit="" /> : null}
    >
      {data
        ? groups.map(({ component, phases, others }) => (
            <div key={component} className={styles.readings}>
              {groups.length > 1 ? <span className="muted small">{component}</span> : null}
              {phases.length > 0 ? <PhaseLines phases={phases} at={data.at} stale={stale} /> : null}
              <dl className={styles.others}>
                {others.map((other) => (
                  <div key={other.channel}>
                    <dt>{t.maybe(`channel.${other.channel}`) ?? other.channel}</dt>
                    <dd>
                      <Value reading={reading(other.value, data.at, stale)} unit={other.unit} />
                    </dd>
                  </div>
                ))}
              </dl>
            </div>
          ))
        : null}
      {status === 'failed' && error ? (
        <ErrorCard
          error={error}
          actions={
            <Button size="compact" onClick={reload}>
              {t('ui.try-again')}
            </Button>
          }
        />
      ) : null}
      {status === 'loading' ? <SkeletonRows rows={3} /> : null}
    </SideSection>
  )
}

const reading = (value: DeviceReading['value'], at: number, stale: boolean): Reading => ({
  kind: stale ? 'old' : 'fresh',
  value: stale ? null : value,
  lastValue: value,
  lastAt: at,
})

function PhaseLines({ phases, at, stale }: { phases: readonly PhaseReading[]; at: number; stale: boolean }) {
  const cell = (item: DeviceReading | undefined) =>
    item && item.value !== null ? <Value reading={reading(item.value, at, stale)} unit={item.unit} /> : DASH
  return (
    <table className={styles.phaseLines}>
      <tbody>
        {phases.map(({ phase, voltage, current, power }) => (
          <tr key={phase}>
            <th scope="row">{phase}</th>
            <td>{cell(voltage)}</td>
            <td>{cell(current)}</td>
            <td>{cell(power)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
