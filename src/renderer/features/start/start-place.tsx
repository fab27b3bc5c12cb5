import { isEnded } from '@shared/job'
import type { SiteSummary } from '@shared/site'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { useJobs } from '../../app/use-jobs'
import { useQuery } from '../../rpc'
import {
  Button,
  Empty,
  ErrorCard,
  formatNumber,
  Glyph,
  IconFlask,
  IconPlus,
  IconSearch,
  Panel,
  PlaceLayout,
  SkeletonRows,
  TextField,
  useText,
} from '../../ui'
import { LaptopLine } from './laptop-line'
import { DemoSiteButton, NewSiteButton, NewSiteDialog, useDemoSite } from './site-actions'
import { SiteTable } from './site-table'
import styles from './start.module.css'

/** Which site today, and how far is it? */
export function StartPlace() {
  const t = useText()
  const { status, data, error, reload } = useQuery('listSites', {}, { refreshOn: ['sites'] })
  const [filter, setFilter] = useState('')
  const [creating, setCreating] = useState(false)
  const demo = useDemoSite()
  const sites = [...(data?.sites ?? [])].sort((a, b) => b.openedAt - a.openedAt)
  const shown = sites.filter((site) => matches(site, filter))
  return (
    <PlaceLayout>
      <div className={styles.start}>
        <h1 className={styles.title}>{t('start.title')}</h1>
        <RunningLine />
        {error ? <ErrorCard error={error} actions={<Button onClick={reload}>{t('ui.try-again')}</Button>} /> : null}
        {demo.error ? <ErrorCard error={demo.error} /> : null}
        {data && sites.length === 0 ? (
          <Empty
            glyph={<Glyph name="edge" size={28} />}
            title={t('start.none')}
            primary={<NewSiteButton />}
            secondary={<DemoSiteButton />}
          >
            {t('start.none.why')}
          </Empty>
        ) : (
          <>
            <div className={styles.cards}>
              <StartCard
                icon={<IconPlus />}
                title={t('start.new-site')}
                note={t('start.new-site.note')}
                onClick={() => setCreating(true)}
              />
              <StartCard
                icon={<IconFlask />}
                title={t('start.demo-site')}
                note={demo.busy ? t('start.demo-site.starting') : t('start.demo-site.note')}
                onClick={() => void demo.run()}
              />
            </div>
            <Panel
              flush
              title={t('start.recent')}
              note={data ? formatNumber(sites.length) : undefined}
              actions={
                <div className={styles.filter}>
                  <TextField
                    type="search"
                    hideLabel
                    label={t('start.filter')}
                    placeholder={t('start.filter')}
                    icon={<IconSearch />}
                    value={filter}
                    onChange={setFilter}
                  />
                </div>
              }
            >
              {status === 'loading' ? (
                <SkeletonRows rows={5} />
              ) : shown.length === 0 && data ? (
                <p className={styles.nothing}>{t('start.filter.none', { filter })}</p>
              ) : (
                <SiteTable sites={shown} inWork={sites.find((site) => site.problem === null)?.id ?? null} />
              )}
            </Panel>
          </>
        )}
        <LaptopLine />
      </div>
      <NewSiteDialog open={creating} onClose={() => setCreating(false)} />
    </PlaceLayout>
  )
}

function matches(site: SiteSummary, filter: string): boolean {
  const wanted = filter.trim().toLowerCase()
  return [site.name, site.place, site.siteNumber].some((text) => text.toLowerCase().includes(wanted))
}

/** What goes on without anybody looking, in one calm line. */
function RunningLine() {
  const t = useText()
  const navigate = useNavigate()
  const running = (useJobs().jobs ?? []).filter((job) => !isEnded(job.state)).length
  if (running === 0) return <p className={styles.lead}>{t('start.lead')}</p>
  return (
    <p className={styles.lead}>
      {t('start.running', { count: running })}{' '}
      <Button variant="subtle" size="compact" onClick={() => void navigate({ to: '/jobs' })}>
        {t('start.see-jobs')}
      </Button>
    </p>
  )
}

function StartCard({ icon, title, note, onClick }: StartCardProps) {
  return (
    <button type="button" className={styles.card} onClick={onClick}>
      {icon}
      <span>
        <b>{title}</b>
        <span className={styles.note}>{note}</span>
      </span>
    </button>
  )
}

interface StartCardProps {
  icon: ReactNode
  title: string
  note: string
  onClick: () => void
}
