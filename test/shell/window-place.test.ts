import { defaultPlace, rememberedPlace } from '@main/shell/window-place'
import { expect, it } from 'vitest'

const laptop = { x: 0, y: 0, width: 1920, height: 1040 }
const second = { x: 1920, y: -200, width: 2560, height: 1400 }
const place = { x: 2100, y: 0, width: 1440, height: 900, maximized: true }

it('opens where it stood last', () => {
  expect(rememberedPlace(place, [laptop, second])).toEqual(place)
})

it('does not open on a display that was taken away', () => {
  expect(rememberedPlace(place, [laptop])).toBeNull()
})

it('does not open where its title bar could not be reached', () => {
  expect(rememberedPlace({ ...place, x: -1400 }, [laptop])).toBeNull()
  expect(rememberedPlace({ ...place, x: 0, y: -500 }, [laptop])).toBeNull()
  expect(rememberedPlace({ ...place, x: 0, y: 1030 }, [laptop])).toBeNull()
})

it('is never smaller than the screens are made for', () => {
  expect(rememberedPlace({ ...place, x: 0, width: 300, height: 200 }, [laptop])).toMatchObject({
    width: 1024,
    height: 640,
  })
})

it.each([null, undefined, 'text', { x: 1 }, { ...place, width: Number.NaN }])(
  'ignores a file that says %j',
  (stored) => {
    expect(rememberedPlace(stored, [laptop])).toBeNull()
  },
)

it('stands in the middle at the first start, and fits a small display', () => {
  expect(defaultPlace(laptop)).toEqual({ x: 240, y: 70, width: 1440, height: 900, maximized: false })
  expect(defaultPlace({ x: 0, y: 0, width: 800, height: 600 })).toMatchObject({ x: 0, y: 0, width: 1024, height: 640 })
})
