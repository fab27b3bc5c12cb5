import type { Edge } from '@main/edge/edge'
import { ElectricityMeter } from '@main/edge/nature'
import type { FoundDevice } from '@shared/device'
import { message } from '@shared/message'
import type { Finding } from '@shared/site'

/** Submeters may read up to this much more than their parent before it is worth a look: they are not read at the same moment. */
const SUBMETER_TOLERANCE = { share: 0.05, watts: 50 }

/**
 * What needs a person at this site, worked out anew each time from what is found, configured and measured; a finding goes
 * when its cause goes. `edge` is null while the site is closed.
 */
export function siteFindings(devices: readonly FoundDevice[], edge: Edge | null): Finding[] {
  return [...deviceFindings(devices), ...(edge ? [...roleFindings(edge), ...runningFindings(edge)] : [])]
}

/** How many of them are wrong, and how many want a look. */
export function countFindings(findings: readonly Finding[]): { failed: number; unsure: number } {
  const failed = findings.filter(({ verdict }) => verdict === 'failed').length
  return { failed, unsure: findings.length - failed }
}

function deviceFindings(devices: readonly FoundDevice[]): Finding[] {
  return devices.flatMap((device) =>
    device.problem && !device.ignored
      ? [
          {
            id: `device ${device.id}`,
            verdict: device.problem.verdict,
            subject: [device.brand, device.model].filter(Boolean).join(' ') || device.id,
            message: device.problem.message,
            step: 'find' as const,
          },
        ]
      : [],
  )
}

/** Exactly one meter at the grid connection; submeters must not exceed what is used in all. */
function roleFindings(edge: Edge): Finding[] {
  const meters = edge.registry
    .all()
    .filter((component) => component.enabled && component.natureIds.includes(ElectricityMeter.id))
  if (meters.length === 0) return []
  const findings: Finding[] = []
  const grid = meters.filter((meter) => meter.traits.meterType === 'GRID')
  if (grid.length !== 1) {
    findings.push({
      id: 'grid meter',
      verdict: 'failed',
      subject: grid.map((meter) => meter.id).join(', '),
      message:
        grid.length === 0
          ? message('finding.grid-meter.none')
          : message('finding.grid-meter.several', { ids: grid.map((meter) => meter.id).join(', ') }),
      step: 'roles',
    })
  }
  const consumption = edge.registry.get('_sum')?.value('ConsumptionActivePower')
  const metered = meters
    .filter(
      (meter) =>
        meter.traits.meterType === 'CONSUMPTION_METERED' || meter.traits.meterType === 'MANAGED_CONSUMPTION_METERED',
    )
    .map((meter) => meter.value('ActivePower'))
  const total = metered.reduce<number>((sum, value) => sum + (typeof value === 'number' ? value : 0), 0)
  const tolerance = Math.max(SUBMETER_TOLERANCE.watts, Math.abs(total) * SUBMETER_TOLERANCE.share)
  if (typeof consumption === 'number' && total > consumption + tolerance) {
    findings.push({
      id: 'submeters',
      verdict: 'warn',
      subject: '',
      message: message('finding.submeters', { total: Math.round(total), consumption }),
      step: 'roles',
    })
  }
  return findings
}

/** Stored components that do not run, and devices on a bus that do not answer. */
function runningFindings(edge: Edge): Finding[] {
  const stopped: Finding[] = edge.registry.notActivated().map((id) => ({
    id: `stopped ${id}`,
    verdict: 'failed',
    subject: id,
    message: message('finding.not-running', { id, reason: edge.registry.problemOf(id) ?? '' }),
    step: 'roles',
  }))
  const silent: Finding[] = edge
    .buses()
    .flatMap((bus) => bus.health())
    .filter((device) => device.failures > 0)
    .map((device) => ({
      id: `silent ${device.componentId}`,
      verdict: 'failed',
      subject: device.componentId,
      message: message('finding.silent', { id: device.componentId, reason: device.error?.text ?? '' }),
      step: 'roles',
    }))
  return [...stopped, ...silent]
}
