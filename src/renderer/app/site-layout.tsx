import type { SitewrightError } from '@shared/errors'
import type { Site } from '@shared/site'
import { Outlet, useParams } from '@tanstack/react-router'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { type Query, useConnection, useQuery, useRpc } from '../rpc'
import { Button, ErrorCard, PlaceLayout, SkeletonRows, useText } from '../ui'

export interface OpenSite {
  readonly site: Site
  /** Under which its edge is reached; null while it is being started. */
  readonly edgeId: string | null
}

const Context = createContext<OpenSite | null>(null)

/** The site of this address. Whoever comes here by a link or a reload finds it opened. */
export function SiteLayout() {
  const { site: siteId } = useParams({ from: '/sites/$site' })
  const query = useSiteQuery(siteId)
  const opening = useOpening(query.data)
  const error = query.status === 'failed' ? query.error : opening.error
  if (error) {
    return (
      <Failed
        error={error}
        onRetry={() => {
          query.reload()
          opening.retry()
        }}
      />
    )
  }
  if (!query.data) return <SkeletonRows rows={6} />
  return <SiteProvider open={{ site: query.data, edgeId: opening.edgeId }}>{<Outlet />}</SiteProvider>
}

export function SiteProvider({ open, children }: { open: OpenSite; children: ReactNode }) {
  return <Context value={open}>{children}</Context>
}

/** The site that is open in this view, and its edge. */
export function useSite(): OpenSite {
  const open = useContext(Context)
  if (!open) throw new Error('useSite needs an address below /sites/.')
  return open
}

/** A site's data, kept true. */
export function useSiteQuery(siteId: string | null): Query<Site> {
  const query = useQuery('getSite', siteId === null ? null : { siteId }, { refreshOn: ['sites'] })
  return { ...query, data: query.data?.site }
}

function Failed({ error, onRetry }: { error: SitewrightError; onRetry: () => void }) {
  const t = useText()
  return (
    <PlaceLayout>
      <ErrorCard error={error} actions={<Button onClick={onRetry}>{t('ui.try-again')}</Button>} />
    </PlaceLayout>
  )
}

interface Opening {
  readonly edgeId: string | null
  readonly error: SitewrightError | null
  retry(): void
}

/** Starts the site's edge (the demo site also its simulators) whenever the engine is new to it; harmless if it runs. */
function useOpening(site: Site | undefined): Opening {
  const rpc = useRpc()
  const { epoch } = useConnection()
  const [attempt, setAttempt] = useState(0)
  const [result, setResult] = useState<{ siteId: string; edgeId: string | null; error: SitewrightError | null } | null>(
    null,
  )
  const siteId = site?.id
  const isDemo = site?.kind === 'demo'
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new epoch or a new attempt means: open it again.
  useEffect(() => {
    if (siteId === undefined) return
    let current = true
    const opened = isDemo ? rpc.call('openDemoSite', {}) : rpc.call('openSite', { siteId })
    void opened.then(
      ({ edgeId }) => current && setResult({ siteId, edgeId, error: null }),
      (error: SitewrightError) => current && setResult({ siteId, edgeId: null, error }),
    )
    return () => {
      current = false
    }
  }, [rpc, siteId, isDemo, epoch, attempt])
  const known = result !== null && result.siteId === siteId ? result : null
  return {
    edgeId: known?.edgeId ?? null,
    error: known?.error ?? null,
    retry: () => setAttempt((before) => before + 1),
  }
}
