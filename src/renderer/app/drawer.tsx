import { isEnded } from '@shared/job'
import { JobList } from '../features/jobs/job-list'
import { useQuery } from '../rpc'
import { formatNumber, IconChevronDown, IconChevronUp, KeyCap, Menu, useLooks, useText, VerdictShape } from '../ui'
import styles from './frame.module.css'
import { LANGUAGES } from './i18n'
import { useSettings } from './settings'
import { useJobs } from './use-jobs'

/** The strip at the foot; opened, the jobs. It survives going to another place. */
export function Drawer({ open, onToggle }: { open: boolean; onToggle: () => void }) {
  const t = useText()
  const { data: info } = useQuery('getAppInfo', {})
  const running = (useJobs().jobs ?? []).filter((job) => !isEnded(job.state))
  const job = running[0]
  const percent = job?.total ? ` ${formatNumber((job.done / job.total) * 100)} %` : ''
  return (
    <section className={styles.drawer} aria-label={t('frame.drawer')}>
      {open ? (
        <div id="drawer" className={styles.sheet}>
          <JobList />
        </div>
      ) : null}
      <div className={styles.strip}>
        <button
          type="button"
          className={styles.stripButton}
          aria-expanded={open}
          aria-controls="drawer"
          onClick={onToggle}
        >
          {t('place.jobs')}
          {running.length > 0 ? <span className={styles.number}>{running.length}</span> : null}
          <KeyCap keys="mod+J" />
        </button>
        {job ? (
          <span className={styles.running}>
            <VerdictShape verdict="running" size={14} />
            {t.message(job.title)}
            {percent === '' ? '' : `,${percent}`}
          </span>
        ) : null}
        <div className={styles.stripEnd}>
          <DensityMenu />
          <LanguageMenu />
          <span className="num">{info?.version}</span>
          <button
            type="button"
            className={styles.stripButton}
            aria-label={t(open ? 'frame.drawer.close' : 'frame.drawer.open')}
            onClick={onToggle}
          >
            {open ? <IconChevronDown /> : <IconChevronUp />}
          </button>
        </div>
      </div>
    </section>
  )
}

function DensityMenu() {
  const t = useText()
  const { settings, update } = useSettings()
  const { density: shown } = useLooks()
  return (
    <Menu
      label={t('settings.density')}
      position="top-end"
      target={
        <button type="button" className={styles.stripButton}>
          {t(`frame.rows.${shown}`)}
        </button>
      }
      items={(['field', 'normal', 'lab'] as const).map((density) => ({
        id: density,
        label: t(`frame.rows.${density}`),
        checked: density === settings.density,
        onSelect: () => void update({ density }).catch(() => {}),
      }))}
    />
  )
}

function LanguageMenu() {
  const t = useText()
  const { update } = useSettings()
  return (
    <Menu
      label={t('settings.language')}
      position="top-end"
      target={
        <button type="button" className={styles.stripButton}>
          {t(`language.${t.language}`)}
        </button>
      }
      items={LANGUAGES.map((language) => ({
        id: language,
        label: t(`language.${language}`),
        checked: language === t.language,
        onSelect: () => void update({ language }).catch(() => {}),
      }))}
    />
  )
}
