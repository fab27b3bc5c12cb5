import type { FoundDevice } from '@shared/device'
import { type Query, useQuery } from '../../../rpc'

/** Everything found at a site, kept true while a scan goes on. */
export function useFound(siteId: string): Query<readonly FoundDevice[]> {
  const query = useQuery(
    'listFound',
    { siteId },
    {
      patch: {
        found: (before, changed) =>
          changed.siteId === siteId ? { devices: merge(before.devices, changed.devices) } : before,
      },
    },
  )
  return { ...query, data: query.data?.devices }
}

function merge(before: readonly FoundDevice[], changed: readonly FoundDevice[]): FoundDevice[] {
  const rows = new Map(before.map((device) => [device.id, device]))
  for (const device of changed) rows.set(device.id, device)
  return [...rows.values()]
}
