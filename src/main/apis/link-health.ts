import type { Edge } from '@main/edge/edge'
import type { Verdict } from '@shared/message'

/** How the buses of an edge and the devices on them fare, as getLinkHealth answers it. */
export function linkHealth(edge: Edge) {
  return edge.buses().map((bus) => {
    const connected = bus.description.isConnected()
    const devices = bus.health().map((device) => {
      const stats = bus.description.stats(device.unit)
      const verdict: Verdict =
        device.failures > 0 ? 'failed' : device.error ? 'warn' : stats.answered > 0 ? 'passed' : 'notrun'
      return { ...device, ...stats, verdict }
    })
    const failing = devices.filter((device) => device.verdict === 'failed').length
    const verdict: Verdict =
      devices.length === 0 ? 'notrun' : failing === 0 ? 'passed' : failing === devices.length ? 'failed' : 'warn'
    return { id: bus.id, target: bus.description.target, verdict, connected, busy: bus.busy, devices }
  })
}
