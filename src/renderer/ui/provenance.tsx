import { Glyph } from './glyph'
import { IconBook, IconFingerprint, IconKeyboard } from './icons'
import styles from './provenance.module.css'
import type { Provenance as Kind } from './tokens'
import { useText } from './use-text'

/** How a value is known: scanned, profile, typed, proven. */
export function Provenance({ kind }: { kind: Kind }) {
  const t = useText()
  return (
    <span className={styles.provenance} data-kind={kind}>
      {kind === 'scanned' ? <IconFingerprint /> : null}
      {kind === 'profile' ? <IconBook /> : null}
      {kind === 'typed' ? <IconKeyboard /> : null}
      {kind === 'proven' ? <Glyph name="proven" size={14} /> : null}
      {t(`provenance.${kind}`)}
    </span>
  )
}
