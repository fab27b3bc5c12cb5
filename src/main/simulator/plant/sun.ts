const DEGREE = Math.PI / 180

export interface SunPosition {
  /** Height above the horizon, radians; negative at night. */
  readonly elevation: number
  /** From south, west positive, radians. */
  readonly azimuth: number
}

export interface Plane {
  /** 0 lies flat, 90 stands. Degrees. */
  readonly tilt: number
  /** From south, west positive, degrees. */
  readonly azimuth: number
}

/**
 * Where the sun stands, from the day of the year (1…365), the hour in solar time and the latitude in degrees.
 * Source: P. I. Cooper, Solar Energy 12 (1969) 333: declination; spherical trigonometry for the rest.
 */
export function sunPosition(dayOfYear: number, solarHour: number, latitude: number): SunPosition {
  const declination = 23.45 * DEGREE * Math.sin((2 * Math.PI * (284 + dayOfYear)) / 365)
  const hourAngle = 15 * DEGREE * (solarHour - 12)
  const phi = latitude * DEGREE
  const up = Math.sin(phi) * Math.sin(declination) + Math.cos(phi) * Math.cos(declination) * Math.cos(hourAngle)
  const south = Math.sin(phi) * Math.cos(declination) * Math.cos(hourAngle) - Math.cos(phi) * Math.sin(declination)
  const west = Math.cos(declination) * Math.sin(hourAngle)
  return { elevation: Math.asin(up), azimuth: Math.atan2(west, south) }
}

/**
 * Irradiance in W/m² on a plane under a sky that clouds cover from 0 (clear) to 1 (overcast).
 * Source: B. Haurwitz, J. Meteorology 2 (1945) 154: clear-sky global irradiance 1098 · sin e · exp(−0.057 / sin e). The
 * split into 85 % direct and 15 % diffuse light and the effect of clouds are round figures of this simulator.
 */
export function irradianceOn(plane: Plane, sun: SunPosition, clouds: number): number {
  const up = Math.sin(sun.elevation)
  if (up <= 0.01) return 0
  const global = 1098 * up * Math.exp(-0.057 / up)
  const beam = ((0.85 * global) / up) * (1 - 0.92 * clouds)
  const diffuse = 0.15 * global * (1 + 0.6 * clouds)
  const tilt = plane.tilt * DEGREE
  const facing =
    up * Math.cos(tilt) + Math.cos(sun.elevation) * Math.sin(tilt) * Math.cos(sun.azimuth - plane.azimuth * DEGREE)
  return beam * Math.max(0, facing) + diffuse
}

/** 0…1, smooth in `t`, the same for the same seed and `t` on every machine: randomness that can be repeated. */
export function noise(seed: number, t: number): number {
  const cell = Math.floor(t)
  const part = t - cell
  const blend = part * part * (3 - 2 * part)
  return chance(seed, cell) * (1 - blend) + chance(seed, cell + 1) * blend
}

/** 0…1, without any order from one `n` to the next. */
export function chance(seed: number, n: number): number {
  let bits = Math.imul(n ^ Math.imul(seed, 0x9e37_79b1), 0x85eb_ca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35)
  bits = Math.imul(bits ^ (bits >>> 16), 0x27d4_eb2f)
  return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32
}
