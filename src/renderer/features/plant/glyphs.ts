import type { GlyphName } from '../../ui'
import type { PartKind } from './parts'

/** How the parts of a plant are drawn. */
export const GLYPH_OF_PART: Readonly<Record<PartKind, GlyphName>> = {
  grid: 'grid',
  pv: 'pv',
  battery: 'battery',
  heat: 'heat-pump',
  evcs: 'evse',
  metered: 'submeter',
  outside: 'meter-consumption',
}

/** The same in a list of meters, where what measures is meant rather than what is measured. */
export const GLYPH_OF_METER: Readonly<Record<PartKind, GlyphName>> = {
  ...GLYPH_OF_PART,
  grid: 'meter-grid',
  pv: 'meter-production',
  heat: 'meter-consumption',
}

/** By the class of a profile, for what has no role yet. */
export const glyphOfClass = (deviceClass: string | null): GlyphName => CLASS[deviceClass ?? ''] ?? 'meter-consumption'

const CLASS: Readonly<Record<string, GlyphName>> = {
  meter: 'meter-consumption',
  inverter: 'pv',
  battery: 'battery',
  evcs: 'evse',
  'heat-pump': 'heat-pump',
  other: 'edge',
}
