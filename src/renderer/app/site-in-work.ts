import type { SiteSummary } from '@shared/site'
import { useParams } from '@tanstack/react-router'
import { useQuery } from '../rpc'

export interface SiteInWork {
  /** The site of this address, else the one opened last, else null. */
  readonly site: SiteSummary | null
  readonly sites: readonly SiteSummary[]
  /** False until the list of sites is known. */
  readonly asked: boolean
}

export function useSiteInWork(): SiteInWork {
  const params = useParams({ strict: false })
  const { data } = useQuery('listSites', {}, { refreshOn: ['sites'] })
  const sites = [...(data?.sites ?? [])].sort((a, b) => b.openedAt - a.openedAt)
  const here = sites.find((site) => site.id === params.site)
  const site = here ?? sites.find((each) => each.problem === null) ?? null
  return { site, sites, asked: data !== undefined }
}
