import { isEnded, type Job } from '@shared/job'
import { useJobs } from '../../app/use-jobs'
import { useAction, useRpc } from '../../rpc'
import {
  Button,
  ErrorCard,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash,
  IconX,
  JobBar,
  SkeletonRows,
  useText,
} from '../../ui'
import styles from './jobs.module.css'

/** Long work of all sites or of one, newest first. */
export function JobList({ siteId }: { siteId?: string }) {
  const t = useText()
  const { jobs } = useJobs(siteId)
  if (jobs === undefined) return <SkeletonRows rows={2} />
  if (jobs.length === 0) return <p className={styles.none}>{t('jobs.none')}</p>
  return (
    <ul className={styles.list}>
      {jobs.map((job) => (
        <li key={job.id}>
          <JobRow job={job} />
        </li>
      ))}
    </ul>
  )
}

function JobRow({ job }: { job: Job }) {
  const rpc = useRpc()
  const act = useAction((method: 'pauseJob' | 'resumeJob' | 'cancelJob' | 'removeJob') =>
    rpc.call(method, { jobId: job.id }),
  )
  return (
    <>
      <JobBar job={job} actions={<JobActions job={job} onAct={(method) => void act.run(method)} />} />
      {act.error ? <ErrorCard error={act.error} /> : null}
    </>
  )
}

/** What can be done with a job in its state. */
export function JobActions({ job, onAct }: JobActionsProps) {
  const t = useText()
  if (isEnded(job.state)) {
    return (
      <>
        {job.state === 'cancelled' ? (
          <Button icon={<IconPlayerPlay />} onClick={() => onAct('resumeJob')}>
            {t('job.continue')}
          </Button>
        ) : null}
        <Button variant="subtle" icon={<IconTrash />} onClick={() => onAct('removeJob')}>
          {t('job.remove')}
        </Button>
      </>
    )
  }
  return (
    <>
      {job.state === 'paused' ? (
        <Button icon={<IconPlayerPlay />} onClick={() => onAct('resumeJob')}>
          {t('job.continue')}
        </Button>
      ) : (
        <Button icon={<IconPlayerPause />} onClick={() => onAct('pauseJob')}>
          {t('job.pause')}
        </Button>
      )}
      <Button icon={<IconX />} onClick={() => onAct('cancelJob')}>
        {t('job.cancel')}
      </Button>
    </>
  )
}

export interface JobActionsProps {
  job: Job
  onAct: (method: 'pauseJob' | 'resumeJob' | 'cancelJob' | 'removeJob') => void
}
