import { type LinkOptions, useNavigate, useParams } from '@tanstack/react-router'
import { useCallback } from 'react'
import type { PlaceId } from './places'

/** The address of a place, within the site of this view if there is one. */
export function usePlaceAddress(): (place: PlaceId) => LinkOptions {
  const { site } = useParams({ strict: false })
  return useCallback(
    (place) => {
      switch (place) {
        case 'start':
          return { to: '/' }
        case 'jobs':
          return { to: '/jobs' }
        case 'settings':
          return { to: '/settings' }
        case 'commission':
          return site ? { to: '/sites/$site/commission', params: { site } } : { to: '/commission' }
        case 'devices':
          return site ? { to: '/sites/$site/devices', params: { site } } : { to: '/devices' }
        case 'live':
          return site ? { to: '/sites/$site/live', params: { site } } : { to: '/live' }
      }
    },
    [site],
  )
}

export function useGoToPlace(): (place: PlaceId) => void {
  const navigate = useNavigate()
  const address = usePlaceAddress()
  return useCallback((place) => void navigate(address(place)), [navigate, address])
}
