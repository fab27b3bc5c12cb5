import type { FoundDevice } from '@shared/device'
import type { Verdict } from '@shared/message'
import type { GlyphName, Text } from '../../../ui'
import { glyphOfClass } from '../../plant/glyphs'
import { type FoundRow, hostOf, verdictOf } from './found-rows'

/** What a person calls it: maker and model, else what kind of thing answered there. */
export function nameOf(t: Text, device: FoundDevice): string {
  const name = [device.brand, device.model].filter(Boolean).join(' ')
  if (device.kind === 'device') return name || t('find.kind.device')
  return name || t(`find.kind.${device.kind}`)
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
  device.kind === 'device' || device.class !== null
    ? glyphOfClass(device.class)
    : device.kind === 'own-listener'
      ? 'edge'
      : 'gateway'

/** What deviates about it, in a few words. */
export function problemOf(t: Text, device: FoundDevice): { verdict: Verdict; text: string } | null {
  const verdict = verdictOf(device)
  if (verdict === null) return null
  return {
    verdict,
    text: device.problem
      ? t.message(device.problem.message)
      : t(device.kind === 'device' && device.profile !== null ? 'find.not-sure' : `find.kind.${device.kind}.problem`),
  }
}
