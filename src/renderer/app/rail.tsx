import { isEnded } from '@shared/job'
import { Link } from '@tanstack/react-router'
import mark from '../../../resources/logo/mark-on-dark.svg'
import { useText } from '../ui'
import styles from './frame.module.css'
import type { Place, PlaceId } from './places'
import { usePlaceAddress } from './use-go-to-place'
import { useJobs } from './use-jobs'

/** The places, always in this order. */
export function Rail({
  places,
  foot,
  current,
}: {
  places: readonly Place[]
  foot: readonly Place[]
  current: PlaceId
}) {
  const t = useText()
  const running = (useJobs().jobs ?? []).filter((job) => !isEnded(job.state)).length
  return (
    <nav className={styles.rail} aria-label={t('frame.places')}>
      <div className={styles.logo}>
        <img src={mark} alt="Sitewright" />
      </div>
      <div className={styles.places}>
        {places.map((place) => (
          <RailItem key={place.id} place={place} current={current} />
        ))}
      </div>
      <div className={`${styles.places} ${styles.foot}`}>
        {foot.map((place) => (
          <RailItem key={place.id} place={place} current={current} badge={place.id === 'jobs' ? running : 0} />
        ))}
      </div>
    </nav>
  )
}

function RailItem({ place, current, badge = 0 }: { place: Place; current: PlaceId; badge?: number }) {
  const t = useText()
  const address = usePlaceAddress()
  return (
    <Link {...address(place.id)} className={styles.item} aria-current={place.id === current ? 'page' : undefined}>
      {place.icon}
      {t(`place.${place.id}`)}
      {badge > 0 ? (
        <span className={styles.badge}>
          {badge}
          <span className="visually-hidden">{t('job.running', { count: badge })}</span>
        </span>
      ) : null}
    </Link>
  )
}
