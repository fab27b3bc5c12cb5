import { z } from 'zod'

export interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

export const MIN_SIZE = { width: 1024, height: 640 } as const
const DEFAULT_SIZE = { width: 1440, height: 900 } as const

const Place = z.object({ x: z.int(), y: z.int(), width: z.int(), height: z.int(), maximized: z.boolean() })
export type Place = z.infer<typeof Place>

/** Where the window stood last, if the file says so and a person could still see it there. */
export function rememberedPlace(stored: unknown, displays: readonly Rectangle[]): Place | null {
  const known = Place.safeParse(stored)
  if (!known.success) return null
  const place = known.data
  return displays.some((display) => isReachable(place, display)) ? largeEnough(place) : null
}

/** For the first start, and after a display was taken away: in the middle of the work area, as large as it allows. */
export function defaultPlace(work: Rectangle): Place {
  const width = Math.max(MIN_SIZE.width, Math.min(DEFAULT_SIZE.width, work.width))
  const height = Math.max(MIN_SIZE.height, Math.min(DEFAULT_SIZE.height, work.height))
  const x = work.x + Math.max(0, Math.round((work.width - width) / 2))
  const y = work.y + Math.max(0, Math.round((work.height - height) / 2))
  return { x, y, width, height, maximized: false }
}

const largeEnough = (place: Place): Place => ({
  ...place,
  width: Math.max(MIN_SIZE.width, place.width),
  height: Math.max(MIN_SIZE.height, place.height),
})

/** A hand's breadth of its title bar lies on the display: enough to drag it back. */
function isReachable(place: Place, display: Rectangle): boolean {
  const visible = Math.min(place.x + place.width, display.x + display.width) - Math.max(place.x, display.x)
  return visible >= 120 && place.y >= display.y - 8 && place.y < display.y + display.height - 40
}
