import type { FoundDevice } from '@shared/device'

/** A healthy SDM630 as a scan finds it; anything may be said differently. The id follows from the link. */
export function foundDevice(more: Partial<FoundDevice> = {}): FoundDevice {
  const link = more.link ?? { kind: 'modbus-tcp', host: '192.168.1.31', port: 502, unit: 1 }
  return {
    id: `${link.host}:${link.port}/${link.unit ?? '-'}`,
    kind: 'device',
    brand: 'Eastron',
    model: 'SDM630',
    serial: '22105817',
    firmware: null,
    profile: 'eastron-sdm630',
    class: 'meter',
    confidence: 98,
    proofs: 5,
    natures: ['ElectricityMeter'],
    components: ['meter'],
    evidence: [],
    unsure: [],
    asked: 60,
    answered: 60,
    medianMs: 14,
    problem: null,
    firstSeenAt: Date.parse('2026-11-20T10:40:00Z'),
    lastSeenAt: Date.parse('2026-11-20T10:42:00Z'),
    use: null,
    ignored: false,
    ...more,
    link,
  }
}
