import styles from './glyph.module.css'

const files = import.meta.glob<string>('../../../resources/glyphs/*.svg', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const drawings = new Map(
  Object.entries(files).map(([path, svg]) => [path.slice(path.lastIndexOf('/') + 1, -'.svg'.length), svg]),
)

export type GlyphName =
  | 'backend'
  | 'balance'
  | 'battery'
  | 'consumption'
  | 'ct'
  | 'ct-reversed'
  | 'edge'
  | 'evse'
  | 'gateway'
  | 'grid'
  | 'heat-pump'
  | 'listen'
  | 'load-step'
  | 'meter-consumption'
  | 'meter-grid'
  | 'meter-production'
  | 'phase-order'
  | 'phasor'
  | 'proven'
  | 'pv'
  | 'rs485-bus'
  | 'serial-adapter'
  | 'submeter'
  | 'write-guard'

/** A thing of the plant, drawn for this product. Size in px of a 16-px page; beside its word it needs no label. */
export function Glyph({ name, size = 20, label }: { name: GlyphName; size?: number; label?: string }) {
  const svg = (drawings.get(name) ?? '').replace('stroke-width="2"', `stroke-width="${size <= 22 ? 1.8 : 2}"`)
  return (
    <span
      className={styles.glyph}
      style={{ width: `${size / 16}rem`, height: `${size / 16}rem` }}
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
      // biome-ignore lint/security/noDangerouslySetInnerHtml: our own drawings, bundled at build time.
      dangerouslySetInnerHTML={{ __html: svg }}
    />
  )
}
