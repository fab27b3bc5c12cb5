import type { ReactNode } from 'react'
import { IconActivity, IconCpu, IconHome, IconListCheck, IconPlayerPlay, IconSettings } from '../ui'

export type PlaceId = 'start' | 'commission' | 'devices' | 'live' | 'jobs' | 'settings'

export interface Place {
  readonly id: PlaceId
  readonly icon: ReactNode
  /** Shown for one site, so its address begins with the site. */
  readonly ofSite: boolean
  readonly keys: string | null
}

/** The rail from top to bottom; the shortcut of a place is its number. */
export const PLACES: readonly Place[] = [
  { id: 'start', icon: <IconHome />, ofSite: false, keys: 'mod+1' },
  { id: 'commission', icon: <IconListCheck />, ofSite: true, keys: 'mod+2' },
  { id: 'devices', icon: <IconCpu />, ofSite: true, keys: 'mod+3' },
  { id: 'live', icon: <IconActivity />, ofSite: true, keys: 'mod+4' },
]

/** At the foot of the rail. */
export const FOOT_PLACES: readonly Place[] = [
  { id: 'jobs', icon: <IconPlayerPlay />, ofSite: false, keys: null },
  { id: 'settings', icon: <IconSettings />, ofSite: false, keys: null },
]

/** Which place an address belongs to. */
export function placeOf(pathname: string): PlaceId {
  const [first, , third] = pathname.split('/').slice(1)
  const name = first === 'sites' ? (third ?? 'commission') : first
  return [...PLACES, ...FOOT_PLACES].find((place) => place.id === name)?.id ?? 'start'
}
