import { Dialog, KeyCap, useText } from '../ui'
import { PLACES } from './places'
import styles from './shortcut-list.module.css'

/** Every key that works everywhere; the places come from the table of the rail. */
export function ShortcutList({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useText()
  const rows = [
    ...PLACES.flatMap(({ id, keys }) => (keys ? [{ keys, what: t(`place.${id}`) }] : [])),
    { keys: 'mod+J', what: t('keys.drawer') },
    { keys: 'mod+,', what: t('place.settings') },
    { keys: 'mod+shift+L', what: t('keys.theme') },
    { keys: 'F5', what: t('keys.again') },
    { keys: 'Esc', what: t('keys.escape') },
    { keys: '?', what: t('keys.list') },
  ]
  return (
    <Dialog open={open} title={t('keys.title')} onClose={onClose}>
      <dl className={styles.list}>
        {rows.map(({ keys, what }) => (
          <div key={keys} className={styles.row}>
            <dt>{what}</dt>
            <dd>
              <KeyCap keys={keys} />
              <span className="visually-hidden">{keys}</span>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
