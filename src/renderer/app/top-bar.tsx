import type { SiteSummary } from '@shared/site'
import { useNavigate } from '@tanstack/react-router'
import { Glyph, IconChevronRight, IconSelector, Menu, useText } from '../ui'
import styles from './frame.module.css'
import { Status } from './status'

/** Where we are: the site (another one can be chosen) and its edge; at the right what must be well. */
export function TopBar({ site, sites }: { site: SiteSummary | null; sites: readonly SiteSummary[] }) {
  return (
    <header className={styles.top}>
      {site ? <Where site={site} sites={sites} /> : <span className={styles.brand}>Sitewright</span>}
      <div className={styles.end}>
        <Status siteId={site?.id ?? null} />
      </div>
    </header>
  )
}

function Where({ site, sites }: { site: SiteSummary; sites: readonly SiteSummary[] }) {
  const t = useText()
  const navigate = useNavigate()
  return (
    <div className={styles.where}>
      <Menu
        label={t('frame.sites')}
        position="bottom-start"
        target={
          <button type="button" className={styles.site} aria-label={t('frame.change-site', { name: site.name })}>
            <span>{site.name}</span>
            <IconSelector />
          </button>
        }
        items={sites
          .filter((each) => each.problem === null)
          .map((each) => ({
            id: each.id,
            label: each.name,
            checked: each.id === site.id,
            onSelect: () => void navigate({ to: '/sites/$site/commission', params: { site: each.id } }),
          }))}
      />
      <IconChevronRight />
      <span className={styles.edge}>
        <Glyph name="edge" size={18} />
        {t('frame.edge')}
        <span className={`muted ${styles.edgeNote}`}>{t('frame.edge.here')}</span>
      </span>
    </div>
  )
}
