import type { DeviceLine } from '@shared/cli'
import type { FoundDevice } from '@shared/device'
import type { z } from 'zod'
import type { Output } from './output'

/** A found device as the line that machines read. */
export function deviceLine(device: FoundDevice, output: Output): z.input<typeof DeviceLine> {
  const { link, evidence, unsure, problem } = device
  const notes = [...(problem ? [problem.message] : []), ...unsure]
  return {
    type: 'device',
    kind: device.kind,
    host: link.host,
    port: link.port,
    unit: link.unit,
    link: linkOf(device),
    brand: device.brand,
    model: device.model,
    serial: device.serial,
    firmware: device.firmware,
    profile: device.profile,
    confidence: device.confidence,
    natures: device.natures,
    evidence: evidence.map(({ probe, answer, says }) => ({ probe, answer, says })),
    note: notes.map((note) => output.message(note)).join(' '),
  }
}

/** As `sitewright read` takes it. */
export function linkOf({ link: { host, port, unit } }: FoundDevice): string {
  const door = `tcp://${host.includes(':') ? `[${host}]` : host}:${port}`
  return unit === null ? door : `${door}?unit=${unit}`
}

/** By address, a whole host before its units. */
export function inOrder(devices: Iterable<FoundDevice>): FoundDevice[] {
  const place = new Intl.Collator('en', { numeric: true })
  return [...devices].sort(
    (a, b) =>
      place.compare(a.link.host, b.link.host) || a.link.port - b.link.port || (a.link.unit ?? -1) - (b.link.unit ?? -1),
  )
}

/** What a person calls it. */
export const nameOf = ({ brand, model }: FoundDevice): string => [brand, model].filter(Boolean).join(' ')
