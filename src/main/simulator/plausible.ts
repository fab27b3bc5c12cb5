import type { IdentifyRule, Product } from '@shared/profile'

/** Who a simulated device says it is. What is not given is made up, constant and plausible. */
export interface DeviceIdentity {
  readonly brand?: string
  readonly model?: string
  readonly serial?: string
  readonly firmware?: string
}

const SERIALS = ['25061234', '206123', '2506123401', 'c0619ab2f3d4']
const FIRMWARES = ['1.4.2', '60.4', '104']

/** The full identity of a product; parts of it may be given. */
export function identityOf(product: Product | undefined, given: DeviceIdentity = {}): Required<DeviceIdentity> {
  return {
    brand: given.brand ?? product?.brand ?? 'Sitewright',
    model: given.model ?? product?.model ?? 'Simulator',
    serial: given.serial ?? SERIALS[0] ?? '',
    firmware: given.firmware ?? FIRMWARES[0] ?? '',
  }
}

/**
 * A raw value that a proof of identity accepts, so that a simulated device is recognised as what it simulates. Throws when
 * none can be found; then the identity has to be given.
 */
export function plausibleRaw(rule: IdentifyRule, product: Product | undefined, given: DeviceIdentity): number | string {
  const identity = identityOf(product, given)
  const wanted = rule.yields && given[rule.yields]
  const candidates = [
    ...(wanted === undefined ? [] : [wanted]),
    ...(rule.equals === undefined ? [] : [rule.equals]),
    ...(rule.oneOf ?? []),
    ...(rule.yields ? [identity[rule.yields]] : []),
    ...(rule.range ? inRange(rule.range) : []),
    identity.model,
    `${identity.brand} ${identity.model}`,
    identity.brand,
    ...SERIALS,
    ...FIRMWARES,
    literal(rule.matches ?? ''),
  ]
  const value = candidates.find((candidate) => accepts(rule, candidate))
  if (value === undefined) throw new RangeError(`nothing fits the proof "${rule.says}"; give the identity it asks for`)
  return isText(rule) ? String(value) : Number(value) / rule.factor
}

function isText(rule: IdentifyRule): boolean {
  return 'object' in rule || rule.format === 'string'
}

function accepts(rule: IdentifyRule, candidate: number | string): boolean {
  if (!('object' in rule) && isText(rule) && String(candidate).length > 2 * rule.words) return false
  if (!isText(rule) && !Number.isFinite(Number(candidate))) return false
  if (rule.equals !== undefined) return String(rule.equals) === String(candidate)
  if (rule.oneOf) return rule.oneOf.includes(Number(candidate))
  if (rule.range) return Number(candidate) >= rule.range[0] && Number(candidate) <= rule.range[1]
  if (rule.matches !== undefined) return new RegExp(rule.matches).test(String(candidate))
  return true
}

/** Mains voltage and frequency first, then the middle. */
function inRange([from, to]: readonly [number, number]): number[] {
  return [230, 50, Math.round((from + to) / 2), from]
}

/** What a simple pattern says literally: `^SUN2000` → `SUN2000`. */
function literal(pattern: string): string {
  return pattern.replaceAll(/[\^$]|\.\*|\(\?:|[()]|\|.*/g, '').replaceAll('\\', '')
}
