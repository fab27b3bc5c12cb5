import type { SiteSummary } from '@shared/site'
import { STEPS } from '@shared/site'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useAction, useRpc } from '../../rpc'
import {
  Button,
  type Column,
  Count,
  clsx,
  DataTable,
  Dialog,
  daysBetween,
  ErrorCard,
  formatDate,
  formatNumber,
  formatTime,
  IconButton,
  IconDots,
  IconTrash,
  Menu,
  useNow,
  useText,
  Verdict,
} from '../../ui'
import styles from './start.module.css'

/** The sites of this laptop, the one in work first; its button is the next step. */
export function SiteTable({ sites, inWork }: { sites: readonly SiteSummary[]; inWork: string | null }) {
  const t = useText()
  const navigate = useNavigate()
  const open = (id: string) => {
    const site = sites.find((each) => each.id === id)
    if (site && !site.problem) void navigate({ to: '/sites/$site/commission', params: { site: id } })
  }
  const columns: Column<SiteSummary>[] = [
    { id: 'site', title: t('start.site'), cell: (site) => <SiteName site={site} /> },
    {
      id: 'number',
      title: t('start.id'),
      width: '6rem',
      wideOnly: true,
      cell: ({ kind, siteNumber }) => <span className="mono">{kind === 'demo' ? 'demo' : siteNumber}</span>,
    },
    {
      id: 'steps',
      title: t('start.steps'),
      width: '13rem',
      cell: (site) => (site.problem ? null : <StepCells site={site} />),
    },
    {
      id: 'findings',
      title: t('start.findings'),
      width: '9rem',
      cell: (site) => (site.problem ? null : <Findings site={site} />),
    },
    {
      id: 'edge',
      title: t('start.edge'),
      width: '8rem',
      wideOnly: true,
      cell: ({ open: running, problem }) =>
        problem ? null : (
          <Verdict verdict={running ? 'passed' : 'notrun'}>{t(running ? 'start.runs' : 'start.stopped')}</Verdict>
        ),
    },
    {
      id: 'opened',
      title: t('start.opened'),
      align: 'right',
      width: '10rem',
      wideOnly: true,
      cell: (site) => <Opened at={site.openedAt} />,
    },
    {
      id: 'act',
      title: t('start.act'),
      hideTitle: true,
      align: 'right',
      width: '12rem',
      cell: (site) => <SiteActions site={site} inWork={site.id === inWork} onOpen={() => open(site.id)} />,
    },
  ]
  return (
    <DataTable
      tall
      label={t('start.recent')}
      columns={columns}
      rows={sites}
      keyOf={({ id }) => id}
      isNote={({ problem }) => problem !== null}
      lookOf={({ problem }) => (problem ? 'failed' : 'plain')}
      selected={inWork}
      onOpen={open}
    />
  )
}

function SiteName({ site }: { site: SiteSummary }) {
  const t = useText()
  const { kind, place, concept, devices, problem } = site
  const next = problem ? t.maybe(`${problem.key}.next`, problem.args) : null
  const second = [
    kind === 'demo' ? t('start.simulator') : place,
    concept === '' || kind === 'demo' ? '' : t(`concept.short.${concept}`),
    t('start.devices', { count: devices }),
  ]
  return (
    <div className={styles.site}>
      <span className={styles.name}>{site.name}</span>
      {problem ? (
        <span className={styles.second}>
          <Verdict verdict="failed">{t.message(problem)}</Verdict> {next}
        </span>
      ) : (
        <span className={styles.second}>{second.filter((part) => part !== '').join(' · ')}</span>
      )}
    </div>
  )
}

/** One cell per step, not a percentage: which of them are done can be seen. */
function StepCells({ site }: { site: SiteSummary }) {
  const t = useText()
  return (
    <span className={styles.steps}>
      <span className={styles.cells} aria-hidden>
        {STEPS.map((id) => (
          <span key={id} className={clsx(styles.cell, site.stepsDone.includes(id) && styles.done)} />
        ))}
      </span>
      {t('start.steps.of', { done: formatNumber(site.stepsDone.length), steps: formatNumber(STEPS.length) })}
    </span>
  )
}

function Findings({ site: { failed, unsure } }: { site: SiteSummary }) {
  const t = useText()
  if (failed + unsure === 0) return <span className="muted">{t('start.findings.none')}</span>
  return (
    <span className={styles.counts}>
      {failed > 0 ? <Count verdict="failed" value={failed} /> : null}
      {unsure > 0 ? <Count verdict="warn" value={unsure} /> : null}
    </span>
  )
}

function Opened({ at }: { at: number }) {
  const t = useText()
  const now = useNow()
  const days = daysBetween(at, now)
  const said =
    days === 0
      ? t('start.today', { time: formatTime(at) })
      : days === 1
        ? t('start.yesterday', { time: formatTime(at) })
        : formatDate(at)
  return <span className="muted">{said}</span>
}

function SiteActions({ site, inWork, onOpen }: { site: SiteSummary; inWork: boolean; onOpen: () => void }) {
  const t = useText()
  const rpc = useRpc()
  const [deleting, setDeleting] = useState(false)
  const act = useAction((method: 'closeSite' | 'deleteSite') => rpc.call(method, { siteId: site.id }))
  return (
    <span className={styles.actions}>
      {site.problem ? null : (
        <Button
          variant={inWork ? 'filled' : 'subtle'}
          label={t(inWork ? 'start.continue.with' : 'start.open.with', { name: site.name })}
          onClick={onOpen}
        >
          {t(inWork ? 'start.continue' : 'start.open')}
        </Button>
      )}
      <Menu
        label={t('start.more', { name: site.name })}
        target={<IconButton icon={<IconDots />} label={t('start.more', { name: site.name })} />}
        items={[
          ...(site.open
            ? [{ id: 'close', label: t('start.stop-edge'), onSelect: () => void act.run('closeSite') }]
            : []),
          {
            id: 'delete',
            label: t('start.delete'),
            icon: <IconTrash />,
            danger: true,
            onSelect: () => setDeleting(true),
          },
        ]}
      />
      <Dialog
        open={deleting}
        title={t('start.delete.title', { name: site.name })}
        onClose={() => setDeleting(false)}
        actions={
          <>
            <Button variant="subtle" onClick={() => setDeleting(false)}>
              {t('start.delete.keep')}
            </Button>
            <Button variant="danger" busy={act.busy} icon={<IconTrash />} onClick={() => void act.run('deleteSite')}>
              {t('start.delete.do')}
            </Button>
          </>
        }
      >
        <p>{t('start.delete.what')}</p>
        {act.error ? <ErrorCard error={act.error} /> : null}
      </Dialog>
    </span>
  )
}
