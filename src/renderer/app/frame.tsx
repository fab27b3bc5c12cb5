import { Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useConnection } from '../rpc'
import { Banner, Glyph, SimulatorBand, useHotkeys, useNow, useText } from '../ui'
import { Drawer } from './drawer'
import styles from './frame.module.css'
import { PlaceBoundary } from './place-boundary'
import { FOOT_PLACES, PLACES, placeOf } from './places'
import { Rail } from './rail'
import { ShortcutList } from './shortcut-list'
import { useSiteInWork } from './site-in-work'
import { TopBar } from './top-bar'
import { useGoToPlace } from './use-go-to-place'
import { useThemeCycle } from './use-theme-cycle'

/** Rail, top bar, the place, and the closed drawer: the same around every view. */
export function Frame() {
  const t = useText()
  const { pathname } = useLocation()
  const navigate = useNavigate()
  const place = placeOf(pathname)
  const { site, sites } = useSiteInWork()
  const here = pathname.startsWith('/sites/') ? site : null
  const [drawerOpen, setDrawerOpen] = useState(false)
  const [keysShown, setKeysShown] = useState(false)
  const go = useGoToPlace()
  const cycleTheme = useThemeCycle()

  useEffect(() => {
    document.title = [here?.name, t(`place.${place}`), 'Sitewright'].filter(Boolean).join(' · ')
  }, [here?.name, place, t])

  useHotkeys({
    ...Object.fromEntries(PLACES.flatMap(({ id, keys }) => (keys ? [[keys, () => go(id)]] : []))),
    'mod+J': () => setDrawerOpen((open) => !open),
    'mod+shift+L': cycleTheme,
    'mod+,': () => void navigate({ to: '/settings' }),
    '?': () => setKeysShown(true),
    ...(drawerOpen ? { Escape: () => setDrawerOpen(false) } : {}),
  })

  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#place">
        {t('frame.skip')}
      </a>
      <Rail places={PLACES} foot={FOOT_PLACES} current={place} />
      <div className={styles.main}>
        <TopBar site={here} sites={sites} />
        {here?.kind === 'demo' ? (
          <SimulatorBand>
            <Glyph name="load-step" size={20} />
            {t('frame.simulator')}
          </SimulatorBand>
        ) : null}
        <EngineBanner />
        <main id="place" className={styles.place} tabIndex={-1}>
          <PlaceBoundary at={pathname}>
            <Outlet />
          </PlaceBoundary>
        </main>
        <Drawer open={drawerOpen} onToggle={() => setDrawerOpen((open) => !open)} />
      </div>
      <ShortcutList open={keysShown} onClose={() => setKeysShown(false)} />
    </div>
  )
}

/** The engine is lost: what that means, and when the next try is made. */
function EngineBanner() {
  const t = useText()
  const { state, retryAt } = useConnection()
  const now = useNow()
  if (state !== 'lost') return null
  const seconds = retryAt === null ? null : Math.max(0, Math.round((retryAt - now) / 1000))
  return (
    <div className={styles.banner}>
      <Banner verdict="warn">
        <b className="strong">{t('frame.engine-lost')}</b>{' '}
        {seconds === null ? t('frame.engine-lost.soon') : t('frame.engine-lost.in', { seconds })}
      </Banner>
    </div>
  )
}
