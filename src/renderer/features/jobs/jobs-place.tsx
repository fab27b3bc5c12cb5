import { PageHead, Panel, PlaceLayout, useText } from '../../ui'
import { JobList } from './job-list'

/** Everything that takes longer than a second, whatever site it belongs to. */
export function JobsPlace() {
  const t = useText()
  return (
    <PlaceLayout>
      <PageHead title={t('place.jobs')} lead={t('jobs.lead')} />
      <Panel>
        <JobList />
      </Panel>
    </PlaceLayout>
  )
}
