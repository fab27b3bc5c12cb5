import type { Call } from '@shared/rpc'
import type { Site } from '@shared/site'
import { useQuery } from '../../../rpc'
import { Button, Checkbox, formatNumber, IconAdjustments, IconButton, Popover, Segmented, useText } from '../../../ui'
import { duration } from './evidence-panel'
import styles from './find.module.css'

export interface ScanChoice {
  readonly speed: 'polite' | 'fast'
  readonly units: 'quick' | 'full'
  /** Searches that are left out this time. */
  readonly without: readonly string[]
}

export const firstChoice: ScanChoice = { speed: 'polite', units: 'quick', without: [] }

export function scanRequest(site: Site, choice: ScanChoice): Call<'startScan'> {
  const searchIds = site.searches
    .filter(({ id, enabled }) => enabled && !choice.without.includes(id))
    .map(({ id }) => id)
  return { siteId: site.id, searchIds, speed: choice.speed, units: choice.units }
}

/** What a scan would do, asked before it does it. */
export function useEstimate(site: Site, choice: ScanChoice) {
  const request = scanRequest(site, choice)
  return useQuery('estimateScan', request.searchIds?.length === 0 ? null : request)
}

export interface ScanSettingsProps {
  site: Site
  choice: ScanChoice
  onChange: (choice: ScanChoice) => void
  /** Only the icon, where there is no room for words. */
  compact?: boolean
}

/** How fast, how thorough and where; with what that will take. */
export function ScanSettings({ site, choice, onChange, compact = false }: ScanSettingsProps) {
  const t = useText()
  const searches = site.searches.filter(({ enabled }) => enabled)
  return (
    <Popover
      label={t('find.settings')}
      target={
        compact ? (
          <IconButton label={t('find.settings')} icon={<IconAdjustments />} />
        ) : (
          <Button icon={<IconAdjustments />}>{t('find.settings')}</Button>
        )
      }
    >
      <div className={styles.settings}>
        <div>
          <h3>{t('find.speed')}</h3>
          <Segmented
            label={t('find.speed')}
            value={choice.speed}
            options={[
              { value: 'polite', label: t('find.speed.polite') },
              { value: 'fast', label: t('find.speed.fast') },
            ]}
            onChange={(speed) => onChange({ ...choice, speed })}
          />
          <p className="muted small">{t(`find.speed.${choice.speed}.means`)}</p>
        </div>
        <div>
          <h3>{t('find.thorough')}</h3>
          <Segmented
            label={t('find.thorough')}
            value={choice.units}
            options={[
              { value: 'quick', label: t('find.thorough.quick') },
              { value: 'full', label: t('find.thorough.full') },
            ]}
            onChange={(units) => onChange({ ...choice, units })}
          />
          <p className="muted small">{t(`find.thorough.${choice.units}.means`)}</p>
        </div>
        {searches.length > 1 ? (
          <fieldset className={styles.searches}>
            <legend>{t('find.searches')}</legend>
            {searches.map(({ id, hosts }) => (
              <Checkbox
                key={id}
                label={hosts}
                checked={!choice.without.includes(id)}
                onChange={(on) =>
                  onChange({
                    ...choice,
                    without: on ? choice.without.filter((each) => each !== id) : [...choice.without, id],
                  })
                }
              />
            ))}
          </fieldset>
        ) : null}
        <Estimate site={site} choice={choice} />
      </div>
    </Popover>
  )
}

/** "254 addresses, 762 connections, about 4 s" */
export function Estimate({ site, choice }: { site: Site; choice: ScanChoice }) {
  const t = useText()
  const { data, error } = useEstimate(site, choice)
  if (error) return <p className={styles.estimate}>{t.error(error)}</p>
  if (!data) return <p className={styles.estimate}>{t('find.no-search')}</p>
  return (
    <p className={styles.estimate} aria-live="polite">
      {t('find.estimate', {
        hosts: formatNumber(data.hosts),
        connects: formatNumber(data.connects),
        time: duration(t, data.seconds),
      })}
    </p>
  )
}
