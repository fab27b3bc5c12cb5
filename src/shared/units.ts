/**
 * Units of measurement: what OpenEMS writes on a channel and what manuals print, with dimension and factor to the base
 * unit of that dimension. A profile writes the unit its manual prints; the loader asks here for the factor and refuses
 * energy where power is due.
 * Symbols of channels: OpenEMS (wire description §9); `Wh_Σ` and `sec_Σ` are counters.
 */
export type Dimension =
  | 'none'
  | 'ratio'
  | 'active-power'
  | 'reactive-power'
  | 'apparent-power'
  | 'active-energy'
  | 'reactive-energy'
  | 'apparent-energy'
  | 'voltage'
  | 'current'
  | 'charge'
  | 'frequency'
  | 'temperature'
  | 'time'
  | 'resistance'
  | 'pressure'
  | 'angle'
  | 'price'
  | 'concentration'

export interface Unit {
  readonly dimension: Dimension
  /** value in this unit × factor = value in the dimension's base unit (W, Wh, V, A, Hz, °C, s, …) */
  readonly factor: number
  /** A meter reading that only grows. */
  readonly cumulated?: boolean
}

const unit = (dimension: Dimension, factor = 1, cumulated?: boolean): Unit =>
  cumulated ? { dimension, factor, cumulated } : { dimension, factor }

export const UNITS: Readonly<Record<string, Unit>> = {
  '': unit('none'),
  'On/Off': unit('none'),
  '%': unit('ratio', 0.01),
  '‰': unit('ratio', 0.001),
  '0.1‰': unit('ratio', 0.0001),
  mW: unit('active-power', 0.001),
  W: unit('active-power'),
  kW: unit('active-power', 1e3),
  MW: unit('active-power', 1e6),
  var: unit('reactive-power'),
  kvar: unit('reactive-power', 1e3),
  VA: unit('apparent-power'),
  kVA: unit('apparent-power', 1e3),
  Wh: unit('active-energy'),
  kWh: unit('active-energy', 1e3),
  MWh: unit('active-energy', 1e6),
  Ws: unit('active-energy', 1 / 3600),
  Wh_Σ: unit('active-energy', 1, true),
  varh: unit('reactive-energy'),
  kvarh: unit('reactive-energy', 1e3),
  VAh: unit('apparent-energy'),
  kVAh: unit('apparent-energy', 1e3),
  uV: unit('voltage', 1e-6),
  mV: unit('voltage', 1e-3),
  dV: unit('voltage', 0.1),
  V: unit('voltage'),
  kV: unit('voltage', 1e3),
  uA: unit('current', 1e-6),
  mA: unit('current', 1e-3),
  dA: unit('current', 0.1),
  A: unit('current'),
  mAh: unit('charge', 1e-3),
  Ah: unit('charge'),
  kAh: unit('charge', 1e3),
  mHz: unit('frequency', 1e-3),
  Hz: unit('frequency'),
  '°dC': unit('temperature', 0.1),
  '°C': unit('temperature'),
  ms: unit('time', 1e-3),
  sec: unit('time'),
  s: unit('time'),
  min: unit('time', 60),
  h: unit('time', 3600),
  sec_Σ: unit('time', 1, true),
  uOhm: unit('resistance', 1e-6),
  mOhm: unit('resistance', 1e-3),
  Ohm: unit('resistance'),
  kOhm: unit('resistance', 1e3),
  mbar: unit('pressure', 1e-3),
  bar: unit('pressure'),
  '°': unit('angle'),
  '€/MWh': unit('price'),
  ppm: unit('concentration'),
}

/**
 * The factor from one unit to another: value[from] × factor = value[to].
 * Returns null when either is unknown or their dimensions differ.
 */
export function conversion(from: string, to: string): number | null {
  const source = UNITS[from]
  const target = UNITS[to]
  if (!source || !target || source.dimension !== target.dimension) return null
  return tidy(source.factor / target.factor)
}

/** Rounds away the noise of binary fractions (0.1 / 0.001 = 100.00000000000001). */
export function tidy(value: number): number {
  return Number(value.toPrecision(12))
}

export function isCumulated(symbol: string): boolean {
  return UNITS[symbol]?.cumulated === true
}
