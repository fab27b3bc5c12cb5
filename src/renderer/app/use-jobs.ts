import type { Job } from '@shared/job'
import { useQuery } from '../rpc'

/** All jobs, newest first, kept true by the engine's notifications. Undefined until they are known. */
export function useJobs(siteId?: string): { jobs: readonly Job[] | undefined } {
  const { data } = useQuery(
    'listJobs',
    {},
    {
      patch: {
        jobs: ({ jobs }, changed) => {
          const gone = new Set([...changed.removed, ...changed.jobs.map((job) => job.id)])
          return { jobs: [...jobs.filter((job) => !gone.has(job.id)), ...changed.jobs] }
        },
      },
    },
  )
  const jobs = data?.jobs
    .filter((job) => siteId === undefined || job.siteId === siteId)
    .sort((a, b) => b.startedAt - a.startedAt)
  return { jobs }
}
