import { type FoundDevice, isUsed } from '@shared/device'

const COLUMNS: readonly (readonly [name: string, value: (device: FoundDevice) => string | number | boolean | null])[] =
  [
    ['use', isUsed],
    ['kind', (d) => d.kind],
    ['brand', (d) => d.brand],
    ['model', (d) => d.model],
    ['serial', (d) => d.serial],
    ['firmware', (d) => d.firmware],
    ['host', (d) => d.link.host],
    ['port', (d) => d.link.port],
    ['unit', (d) => d.link.unit],
    ['profile', (d) => d.profile],
    ['match_percent', (d) => (d.kind === 'device' ? d.confidence : null)],
    ['proofs', (d) => d.proofs],
    ['asked', (d) => d.asked],
    ['answered', (d) => d.answered],
    ['median_ms', (d) => d.medianMs],
    ['problem', (d) => d.problem?.message.key ?? null],
    ['first_seen', (d) => new Date(d.firstSeenAt).toISOString()],
    ['last_seen', (d) => new Date(d.lastSeenAt).toISOString()],
    ['ignored', (d) => d.ignored],
  ]

/**
 * The found list for a spreadsheet: one line per device, nothing folded, numbers plain. Semicolons and a byte-order mark,
 * because that is what Excel opens by double click where the decimal sign may be a comma; RFC 4180 otherwise.
 */
export function foundCsv(devices: readonly FoundDevice[]): string {
  const lines = [COLUMNS.map(([name]) => name), ...devices.map((device) => COLUMNS.map(([, value]) => value(device)))]
  return `\uFEFF${lines.map((line) => line.map(cell).join(';')).join('\r\n')}\r\n`
}

function cell(value: string | number | boolean | null): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  // A leading =, +, - or @ would be run as a formula; texts come from devices, which nobody has to trust.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[";\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
