import { defaultSettings, type Settings } from '@shared/settings'
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { useQuery, useRpc } from '../rpc'

export interface SettingsAccess {
  readonly settings: Settings
  /** Shown at once, kept by the engine; if it could not keep it, the old choice comes back. */
  update(patch: Partial<Settings>): Promise<void>
}

const Context = createContext<SettingsAccess | null>(null)

export function SettingsProvider({ children }: { children: ReactNode }) {
  const rpc = useRpc()
  const { data, set } = useQuery('getSettings', {}, { patch: { settings: (_old, now) => now } })
  const [pending, setPending] = useState<Partial<Settings>>({})
  const update = useCallback(
    async (patch: Partial<Settings>) => {
      setPending((before) => ({ ...before, ...patch }))
      try {
        set(await rpc.call('updateSettings', patch))
      } finally {
        setPending((before) => without(before, patch))
      }
    },
    [rpc, set],
  )
  const access = useMemo(
    () => ({ settings: { ...defaultSettings, ...data, ...pending }, update }),
    [data, pending, update],
  )
  return <Context value={access}>{children}</Context>
}

export function useSettings(): SettingsAccess {
  const access = useContext(Context)
  if (!access) throw new Error('useSettings needs a SettingsProvider above it.')
  return access
}

function without(all: Partial<Settings>, gone: Partial<Settings>): Partial<Settings> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => !(key in gone)))
}
