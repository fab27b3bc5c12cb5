import type { DeviceReading } from '@shared/device'

const PHASES = ['L1', 'L2', 'L3'] as const

export interface PhaseReading {
  readonly phase: (typeof PHASES)[number]
  readonly voltage: DeviceReading | undefined
  readonly current: DeviceReading | undefined
  readonly power: DeviceReading | undefined
}

export interface ReadingGroup {
  readonly component: string
  /** Only phases of which something is known. */
  readonly phases: readonly PhaseReading[]
  /** The few others that tell most, best first. */
  readonly others: readonly DeviceReading[]
}

/** What tells a person soonest whether this is the device they think it is. */
const TELLING = [
  'ActivePower',
  'ActualPower',
  'DcDischargePower',
  'Soc',
  'Capacity',
  'Frequency',
  'ActiveProductionEnergy',
  'ActualEnergy',
  'EnergySession',
  'Temperature',
]
const MOST = 5

/** Readings of a found device, made short: a line per phase, and the most telling of the rest. */
export function groupReadings(readings: readonly DeviceReading[]): ReadingGroup[] {
  const components = [...new Set(readings.map(({ component }) => component))]
  return components.map((component) => {
    const own = readings.filter((reading) => reading.component === component)
    const of = (channel: string) => own.find((reading) => reading.channel === channel)
    const phases = PHASES.map((phase) => ({
      phase,
      voltage: of(`Voltage${phase}`),
      current: of(`Current${phase}`),
      power: of(`ActivePower${phase}`),
    })).filter((row) => [row.voltage, row.current, row.power].some((reading) => typeof reading?.value === 'number'))
    const rank = ({ channel }: DeviceReading) => TELLING.indexOf(channel)
    const others = own
      .filter(({ channel, value }) => value !== null && (TELLING.includes(channel) || !/L[123]$/.test(channel)))
      .sort((a, b) => (rank(a) < 0 ? 99 : rank(a)) - (rank(b) < 0 ? 99 : rank(b)))
      .slice(0, phases.length > 0 ? 3 : MOST)
    return { component, phases, others }
  })
}
