import { type FoundDevice, type FoundKind, isUsed } from '@shared/device'
import type { Verdict } from '@shared/message'

/** One line of the table: a single device, or a run of identical ones with consecutive unit ids folded together. */
export interface FoundRow {
  readonly id: string
  /** At least one; the first stands for the row. */
  readonly devices: readonly [FoundDevice, ...FoundDevice[]]
}

export type SortColumn = 'device' | 'where' | 'match' | 'answers' | 'problem'
export interface Sort {
  readonly column: SortColumn
  readonly descending: boolean
}

export interface FoundFilter {
  readonly text: string
  readonly hideIgnored: boolean
}

const SMALLEST_FOLD = 3

/**
 * Runs of three or more identical healthy devices behind one address become one row. Devices with a problem stay alone:
 * a problem must be seen.
 */
export function foldRows(devices: readonly FoundDevice[]): FoundRow[] {
  const rows: FoundRow[] = []
  let run: FoundDevice[] = []
  const close = () => {
    const [first, ...rest] = run
    if (first && run.length >= SMALLEST_FOLD) rows.push({ id: `${first.id}+${rest.length}`, devices: [first, ...rest] })
    else rows.push(...run.map(single))
    run = []
  }
  for (const device of devices) {
    const last = run.at(-1)
    if (last && !continues(last, device)) close()
    run.push(device)
  }
  close()
  return rows
}

export const single = (device: FoundDevice): FoundRow => ({ id: device.id, devices: [device] })

function continues(last: FoundDevice, next: FoundDevice): boolean {
  return (
    next.kind === 'device' &&
    last.kind === 'device' &&
    !next.problem &&
    !last.problem &&
    next.ignored === last.ignored &&
    next.profile !== null &&
    next.profile === last.profile &&
    next.model === last.model &&
    next.link.host === last.link.host &&
    next.link.port === last.link.port &&
    last.link.unit !== null &&
    next.link.unit === last.link.unit + 1
  )
}

/** Whether this text is found in what a person sees of the device. */
export function matchesFilter(device: FoundDevice, filter: FoundFilter): boolean {
  if (filter.hideIgnored && device.ignored) return false
  const wanted = filter.text.trim().toLowerCase()
  if (wanted === '') return true
  const { host, port, unit } = device.link
  return [device.brand, device.model, device.serial, device.profile, device.kind, `${host}:${port}`, `unit ${unit}`]
    .join(' ')
    .toLowerCase()
    .includes(wanted)
}

/** Ids in the order of addresses, or of the chosen column with addresses deciding between equals. */
export function sortedIds(devices: readonly FoundDevice[], sort: Sort | null): string[] {
  const compare = sort ? COMPARE[sort.column] : byWhere
  const direction = sort?.descending ? -1 : 1
  return [...devices].sort((a, b) => direction * compare(a, b) || byWhere(a, b)).map(({ id }) => id)
}

const natural = new Intl.Collator('en', { numeric: true }).compare
const byWhere = (a: FoundDevice, b: FoundDevice) =>
  natural(a.link.host, b.link.host) || a.link.port - b.link.port || (a.link.unit ?? -1) - (b.link.unit ?? -1)

/** What deviates about it: the engine's finding, else what its kind alone means for commissioning. */
export function verdictOf(device: FoundDevice): Verdict | null {
  if (device.problem) return device.problem.verdict
  // Neither sure enough to be used by itself nor decided by the person.
  if (device.kind === 'device' && device.use === null && !isUsed(device)) return 'unsure'
  return KIND_VERDICT[device.kind] ?? null
}

const KIND_VERDICT: Partial<Record<FoundKind, Verdict>> = {
  'answers-every-unit': 'warn',
  'one-client-only': 'warn',
  'modbus-closed': 'warn',
  'own-listener': 'notrun',
  'no-modbus': 'notrun',
}

const SEVERITY: readonly (Verdict | null)[] = ['failed', 'warn', 'unsure', 'notrun']
const severity = (device: FoundDevice) => {
  const place = SEVERITY.indexOf(verdictOf(device))
  return place < 0 ? SEVERITY.length : place
}

const COMPARE: Readonly<Record<SortColumn, (a: FoundDevice, b: FoundDevice) => number>> = {
  device: (a, b) => natural(`${a.brand} ${a.model}`, `${b.brand} ${b.model}`),
  where: byWhere,
  match: (a, b) => a.confidence - b.confidence || a.proofs - b.proofs,
  answers: (a, b) => a.answered / Math.max(1, a.asked) - b.answered / Math.max(1, b.asked),
  problem: (a, b) => severity(a) - severity(b),
}

/** What to count above the table. */
export function tally(devices: readonly FoundDevice[]): { found: number; failed: number; look: number } {
  const verdicts = devices.filter(({ ignored }) => !ignored).map(verdictOf)
  return {
    found: verdicts.length,
    failed: verdicts.filter((verdict) => verdict === 'failed').length,
    look: verdicts.filter((verdict) => verdict === 'warn' || verdict === 'unsure').length,
  }
}

/** `192.168.1.31`, with the port where it is not Modbus's own; `short` leaves only the last byte of an IPv4 address. */
export function hostOf({ host, port }: { host: string; port: number }, short = false): string {
  const shown = short && /^\d+(\.\d+){3}$/.test(host) ? host.slice(host.lastIndexOf('.')) : host
  return port === 502 ? shown : `${shown}:${port}`
}
