import type { EdgeConfig } from '@shared/edge-config'
import { useEffect, useMemo } from 'react'
import { type Query, useQuery, useRpc } from '../../rpc'
import { type Part, plantParts } from './parts'

/** The configuration of an edge, kept true: every change of a component pushes a new one. */
export function useEdgeConfig(edgeId: string | null): Query<EdgeConfig> {
  const rpc = useRpc()
  const query = useQuery('getEdgeConfig', {}, { edgeId })
  const { reload } = query
  useEffect(() => {
    if (edgeId === null) return
    rpc.channels.follow(edgeId)
    return rpc.onEdge(edgeId, 'edgeConfig', reload)
  }, [rpc, edgeId, reload])
  return query
}

/** The measuring parts of an edge; the same array until the configuration changes. */
export function usePlant(edgeId: string | null): Query<EdgeConfig> & { readonly parts: readonly Part[] } {
  const query = useEdgeConfig(edgeId)
  const parts = useMemo(() => (query.data ? plantParts(query.data) : []), [query.data])
  return { ...query, parts }
}
