import type { LogEntry } from '@shared/log'

/** A line as OpenEMS sends it; it has no level below INFO, so debug lines are none (wire description §2.3). */
export function systemLogLine({ at, level, source, message }: LogEntry): Record<string, string> | null {
  if (level === 'debug') return null
  return { time: localTime(at), level: level.toUpperCase(), source: source || 'edge', message }
}

/** `2026-01-31T12:00:00.123+01:00`: the wall clock of the machine with its distance from UTC. */
function localTime(at: number): string {
  const minutes = -new Date(at).getTimezoneOffset()
  const two = (value: number) => String(Math.trunc(value)).padStart(2, '0')
  const zone = `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`
  return new Date(at + minutes * 60_000).toISOString().replace('Z', zone)
}
