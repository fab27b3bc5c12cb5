import { isEnded, type Job } from '@shared/job'
import { useAction, useRpc } from '../../../rpc'
import {
  Button,
  ErrorCard,
  formatNumber,
  Glyph,
  IconButton,
  IconPlayerPause,
  IconPlayerPlay,
  IconX,
  JOB_VERDICT,
  JobSegments,
  Panel,
  useJobNumbers,
  useLooks,
  useText,
  Verdict,
  VerdictShape,
} from '../../../ui'
import { duration } from './evidence-panel'
import styles from './find.module.css'

/** One lane per scan: the running one with its phases, finished ones as one line with their verdict. */
export function ScanLanes({ jobs }: { jobs: readonly Job[] }) {
  const { narrow } = useLooks()
  // Where room is scarce, only what still runs keeps its lane.
  const lanes = narrow ? jobs.filter(({ state }) => !isEnded(state)) : jobs
  if (lanes.length === 0) return null
  return (
    <Panel flush className={styles.lanes}>
      {lanes.map((job) =>
        isEnded(job.state) ? <EndedLane key={job.id} job={job} /> : <RunningLane key={job.id} job={job} />,
      )}
    </Panel>
  )
}

function RunningLane({ job }: { job: Job }) {
  const t = useText()
  const numbers = useJobNumbers(job)
  const { narrow, theme } = useLooks()
  const act = useJobAction(job)
  const at = job.phases.findIndex(({ done, total }) => total === null || done < total)
  const waits = job.state === 'paused' || job.state === 'waiting' || job.state === 'queued'
  return (
    <section className={styles.lane} aria-label={t.message(job.title)}>
      <div className={styles.laneTitle}>
        <Glyph name="gateway" size={22} />
        <div>
          <h2 title={t.message(job.title)}>{placeOf(job) ?? t.message(job.title)}</h2>
          <p className="muted small">
            {waits
              ? t(`job.state.${job.state}`)
              : t('find.phase-of', { phase: (at < 0 ? job.phases.length - 1 : at) + 1, phases: job.phases.length })}
          </p>
        </div>
      </div>
      <div className={styles.laneBar}>
        <div className={styles.laneWords}>
          <b className="clip">
            {waits ? <VerdictShape verdict={JOB_VERDICT[job.state]} size={14} /> : null}
            {job.reason ? t.message(job.reason) : job.act ? t.message(job.act) : t(`job.state.${job.state}`)}
          </b>
          <span className={styles.laneNumbers}>
            {narrow ? job.remainingS !== null && t('job.left', { time: duration(t, job.remainingS) }) : numbers}
          </span>
        </div>
        <JobSegments job={job} phaseName={(id) => t.maybe(`find.phase.${id}`) ?? id} />
        {act.error ? <ErrorCard error={act.error} /> : null}
      </div>
      <div className={styles.laneActions}>
        {job.state === 'paused' ? (
          <Button icon={<IconPlayerPlay />} onClick={() => void act.run('resumeJob')}>
            {t('job.continue')}
          </Button>
        ) : narrow && theme !== 'sun' ? (
          <IconButton label={t('job.pause')} icon={<IconPlayerPause />} onClick={() => void act.run('pauseJob')} />
        ) : (
          <Button icon={<IconPlayerPause />} onClick={() => void act.run('pauseJob')}>
            {t('job.pause')}
          </Button>
        )}
        <Button icon={<IconX />} label={`${t('job.cancel')} (Esc)`} onClick={() => void act.run('cancelJob')}>
          {t('job.cancel')}
        </Button>
      </div>
    </section>
  )
}

function EndedLane({ job }: { job: Job }) {
  const t = useText()
  const act = useJobAction(job)
  const verdict = JOB_VERDICT[job.state]
  const seconds = job.endedAt === null ? null : (job.endedAt - job.startedAt) / 1000
  return (
    <section className={styles.ended} aria-label={t.message(job.title)}>
      <Glyph name="gateway" size={20} />
      <h2 title={t.message(job.title)}>{placeOf(job) ?? t.message(job.title)}</h2>
      <Verdict verdict={verdict}>
        {job.state === 'done'
          ? t('find.lane.done', { done: formatNumber(job.done) })
          : `${t(`job.state.${job.state}`)}${job.reason ? `: ${t.message(job.reason)}` : ''}`}
      </Verdict>
      <span className={styles.endedNote}>
        {[
          t('job.found', { count: job.found }),
          job.total !== null && job.done < job.total
            ? t('job.of', { done: formatNumber(job.done), total: formatNumber(job.total) })
            : null,
          seconds === null
            ? null
            : t('find.lane.took', { time: seconds < 10 ? `${formatNumber(seconds, 1)} s` : duration(t, seconds) }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </span>
      {job.state === 'cancelled' ? (
        <Button size="compact" variant="subtle" icon={<IconPlayerPlay />} onClick={() => void act.run('resumeJob')}>
          {t('job.continue')}
        </Button>
      ) : null}
      {act.error ? <ErrorCard error={act.error} /> : null}
    </section>
  )
}

/** On this screen everybody knows what is done; where is what tells the lanes apart. Of a list the first stands for all. */
function placeOf({ title: { args } }: Job): string | null {
  const where = args?.where ?? args?.host
  if (where === undefined) return null
  const [first = '', ...others] = String(where).split(/,\s*/)
  return others.length === 0 ? first : `${first} +${others.length}`
}

function useJobAction(job: Job) {
  const rpc = useRpc()
  return useAction((method: 'pauseJob' | 'resumeJob' | 'cancelJob') => rpc.call(method, { jobId: job.id }))
}
