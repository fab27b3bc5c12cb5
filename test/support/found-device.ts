import type { FoundDevice } from '@shared/device'

/** A row of the found list as a scan reports it; by default one meter that is surely known. */
export function foundDevice({
  host = '127.0.0.1',
  port = 502,
  unit = 1,
  ...known
}: Partial<FoundDevice> & { host?: string; port?: number; unit?: number | null } = {}): FoundDevice {
  return {
    id: `${host}:${port}/${unit ?? ''}`,
    kind: 'device',
    link: { kind: 'modbus-tcp', host, port, unit },
    brand: 'Acme',
    model: 'EM3',
    serial: null,
    firmware: null,
    profile: 'eastron-sdm630',
    class: 'meter',
    confidence: 90,
    proofs: 3,
    natures: ['ElectricityMeter'],
    components: ['meter'],
    evidence: [],
    unsure: [],
    asked: 4,
    answered: 4,
    medianMs: 12,
    problem: null,
    firstSeenAt: 1_000,
    lastSeenAt: 1_000,
    use: null,
    ignored: false,
    ...known,
  }
}
