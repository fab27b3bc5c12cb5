import type { CallContext } from '@main/session/realm'
import type { appMethods, Handlers } from '@shared/rpc'
import type { App } from './app'

type Table = Pick<typeof appMethods, 'listJobs' | 'pauseJob' | 'resumeJob' | 'cancelJob' | 'removeJob'>

/** Work that takes longer than a second, for whoever watches it. */
export function jobHandlers({ jobs }: App): Handlers<Table, CallContext> {
  return {
    listJobs: ({ siteId }) => ({ jobs: [...jobs.list(siteId)] }),
    pauseJob({ jobId }) {
      jobs.pause(jobId)
      return {}
    },
    resumeJob({ jobId }) {
      jobs.resume(jobId)
      return {}
    },
    cancelJob({ jobId }) {
      jobs.cancel(jobId)
      return {}
    },
    removeJob({ jobId }) {
      jobs.remove(jobId)
      return {}
    },
  }
}
