import type { FoundDevice, FoundKind } from '@shared/device'
import type { Verdict } from '@shared/message'
import type { GlyphName, Text } from '../../../ui'
import { glyphOfClass } from '../../plant/glyphs'
import { type FoundRow, hostOf } from './found-rows'

/** What a person calls it: maker and model, else what kind of thing answered there. */
export function nameOf(t: Text, device: FoundDevice): string {
  const name = [device.brand, device.model].filter(Boolean).join(' ')
  if (device.kind === 'device') return name || t('find.kind.device')
  return name ? `${name}, ${t(`find.kind.${device.kind}.short`)}` : t(`find.kind.${device.kind}`)
}

export function rowName(t: Text, { devices }: FoundRow): string {
  const name = nameOf(t, devices[0])
  return devices.length === 1 ? name : `${devices.length} × ${name}`
}

/** `192.168.1.77 · unit 12`, `192.168.1.77 · units 11–18`, or the address alone where there is no unit. */
export function whereOf(t: Text, { devices }: FoundRow, short = false): string {
  const [{ link }] = devices
  const host = hostOf(link, short)
  const last = devices.at(-1)?.link.unit
  if (link.unit === null) return host
  if (devices.length > 1) return `${host} · ${short ? '' : `${t('find.units')} `}${link.unit}–${last}`
  return `${host} · ${short ? '' : `${t('find.unit')} `}${link.unit}`
}

export const glyphOf = (device: FoundDevice): GlyphName =>
  device.kind === 'device' ? glyphOfClass(device.class) : device.kind === 'own-listener' ? 'edge' : 'gateway'

/** What deviates about it: the engine's finding, else what its kind alone means for commissioning. */
export function problemOf(t: Text, device: FoundDevice): { verdict: Verdict; text: string } | null {
  if (device.problem) return { verdict: device.problem.verdict, text: t.message(device.problem.message) }
  const verdict = KIND_VERDICT[device.kind]
  return verdict ? { verdict, text: t(`find.kind.${device.kind}.problem`) } : null
}

const KIND_VERDICT: Partial<Record<FoundKind, Verdict>> = {
  'answers-every-unit': 'warn',
  'one-client-only': 'warn',
  'modbus-closed': 'warn',
  'own-listener': 'notrun',
  'no-modbus': 'notrun',
}
