import type { Profile } from '@shared/profile'
import { z } from 'zod'
import { fingerprintUnits } from './identify/candidate'
import { parseNumberList } from './number-list'
import { parseTargets, refuseTooMany, type TargetList } from './targets'
import type { SweepPlan } from './unit-sweep'

/** What a scan job is started with; a stored search of a site fits as it is. */
export const ScanInput = z.object({
  searches: z.array(
    z.object({ hosts: z.string(), ports: z.array(z.int().min(1).max(65_535)).min(1), units: z.string() }),
  ),
  speed: z.enum(['polite', 'fast']).default('polite'),
  /** `full`: every unit id from 1 to 247, behind gateways too. */
  units: z.enum(['quick', 'full']).default('quick'),
  /** The person has seen that these are many hosts. */
  confirmed: z.boolean().default(false),
})
export type ScanInput = z.infer<typeof ScanInput>

/** A search that has been understood. */
export interface PlannedSearch {
  readonly targets: TargetList
  readonly ports: readonly number[]
  readonly sweep: SweepPlan
}

/** Throws `scan.targets` for what cannot be understood and `scan.too-many` for what a person should see first. */
export function planScan(
  input: Pick<ScanInput, 'searches' | 'units' | 'confirmed'>,
  profiles: readonly Profile[],
): readonly PlannedSearch[] {
  const searches = input.searches.map(({ hosts, ports, units }) => ({
    targets: parseTargets(hosts),
    ports,
    sweep: planSweep(parseNumberList(units, 'unit'), input.units, profiles),
  }))
  const hosts = searches.reduce((sum, { targets }) => sum + targets.hostCount, 0)
  if (!input.confirmed) refuseTooMany(hosts)
  return searches
}

/** Which units to ask: those the person listed; else all; else the ids that devices are known to have. */
export function planSweep(listed: readonly number[], depth: 'quick' | 'full', profiles: readonly Profile[]): SweepPlan {
  if (listed.length > 0) return { units: listed, lastResort: [], isFull: false }
  if (depth === 'full') return { units: ALL_UNITS, lastResort: [255, 0], isFull: true }
  const known = profiles.flatMap(({ connect }) => [connect.unitId, ...connect.unitIds])
  return { units: [...new Set([1, 2, 3, 247, ...known])], lastResort: fingerprintUnits(), isFull: false }
}

/** Modbus over Serial Line V1.02, §2.2: the ids that devices on a line can have. */
export const ALL_UNITS: readonly number[] = Array.from({ length: 247 }, (_, index) => index + 1)
