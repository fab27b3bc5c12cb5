import type { ChannelValue } from '@shared/channel'
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { ChannelState } from './channel-store'
import { useRpc } from './rpc-provider'

/** Keeps these addresses of an edge subscribed while the component is shown. Values come by `useChannel`. */
export function useChannels(edgeId: string | null, addresses: readonly string[]): void {
  const { channels } = useRpc()
  const key = addresses.join(' ')
  useEffect(() => {
    if (edgeId === null || key === '') return
    return channels.want(edgeId, key.split(' '))
  }, [channels, edgeId, key])
}

/** One channel, live; subscribes it too. Only the component that calls this redraws when it changes. */
export function useChannel(edgeId: string, address: string): ChannelState {
  const { channels } = useRpc()
  useEffect(() => channels.want(edgeId, [address]), [channels, edgeId, address])
  return useSyncExternalStore(
    useCallback((listener) => channels.subscribe(edgeId, address, listener), [channels, edgeId, address]),
    () => channels.get(edgeId, address),
  )
}

/** Several channels as one snapshot, for a view whose parts depend on each other (a flow, a balance). */
export function useChannelStates(edgeId: string, addresses: readonly string[]): ReadonlyMap<string, ChannelState> {
  const { channels } = useRpc()
  const key = addresses.join(' ')
  useChannels(edgeId, addresses)
  const store = useMemo(() => {
    const list = key === '' ? [] : key.split(' ')
    let snapshot: ReadonlyMap<string, ChannelState> = new Map()
    return {
      subscribe(listener: () => void) {
        const offs = list.map((address) => channels.subscribe(edgeId, address, listener))
        return () => {
          for (const off of offs) off()
        }
      },
      get() {
        const changed = list.some((address) => snapshot.get(address) !== channels.get(edgeId, address))
        if (changed) snapshot = new Map(list.map((address) => [address, channels.get(edgeId, address)]))
        return snapshot
      },
    }
  }, [channels, edgeId, key])
  return useSyncExternalStore(store.subscribe, store.get)
}

/** The number of a fresh channel, else null: for sums and bars, where an old number must not count. */
export function freshNumber(state: ChannelState | undefined): number | null {
  return state?.kind === 'fresh' && typeof state.value === 'number' ? state.value : null
}

export type { ChannelState, ChannelValue }
