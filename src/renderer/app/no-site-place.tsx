import { useLocation } from '@tanstack/react-router'
import { DemoSiteButton, NewSiteButton } from '../features/start/site-actions'
import { Empty, Glyph, PlaceLayout, SkeletonRows, useText } from '../ui'
import { placeOf } from './places'
import { Redirect } from './redirect'
import { useSiteInWork } from './site-in-work'

/** A place that needs a site, asked for without one: go to the site in work, or say how to get one. */
export function NoSitePlace() {
  const t = useText()
  const place = placeOf(useLocation().pathname)
  const { site, asked } = useSiteInWork()
  if (!asked) return <SkeletonRows rows={6} />
  if (site) {
    const to =
      place === 'devices' ? '/sites/$site/devices' : place === 'live' ? '/sites/$site/live' : '/sites/$site/commission'
    return <Redirect to={to} params={{ site: site.id }} />
  }
  return (
    <PlaceLayout>
      <Empty
        glyph={<Glyph name="edge" size={28} />}
        title={t('frame.no-site')}
        primary={<NewSiteButton />}
        secondary={<DemoSiteButton />}
      >
        {t('frame.no-site.why')}
      </Empty>
    </PlaceLayout>
  )
}
