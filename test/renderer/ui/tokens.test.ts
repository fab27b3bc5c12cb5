import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { colours, type ThemeName } from '../../../src/renderer/ui/tokens'

const css = readFileSync(new URL('../../../src/renderer/ui/tokens.css', import.meta.url), 'utf8')
const THEMES: readonly ThemeName[] = ['light', 'dark', 'sun']
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** The custom properties that a theme sets in the style sheet. */
function sheet(theme: ThemeName): Map<string, string> {
  const selector = theme === 'light' ? ':root,\n[data-theme="light"] {' : `\n[data-theme="${theme}"] {`
  const from = css.indexOf(selector) + selector.length
  const block = css.slice(from, css.indexOf('}', from))
  return new Map(
    [...block.matchAll(/--sw-([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name ?? '', value ?? '']),
  )
}

/** Relative luminance contrast, WCAG 2.2, definition of contrast ratio. */
function contrast(one: string, other: string): number {
  const luminance = (hex: string) => {
    const channel = (at: number) => {
      const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    }
    return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
  }
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

it.each(THEMES)('has the same colours for canvas as in the style sheet: %s', (theme) => {
  const inSheet = sheet(theme)
  const wrong = Object.entries(colours[theme]).filter(([name, value]) => inSheet.get(kebab(name)) !== value)
  expect(wrong).toEqual([])
})

it.each(THEMES)('keeps text at 7:1 and shapes at 3:1 on their grounds: %s', (theme) => {
  const c = colours[theme]
  const texts: [string, string[]][] = [
    [c.text, [c.bg, c.surface, c.sunken, c.raised, c.selected, c.hover]],
    [c.muted, [c.bg, c.surface, c.sunken, c.raised, c.selected]],
    [c.primary, [c.bg, c.surface]],
    [c.okText, [c.surface, c.okTint]],
    [c.warnText, [c.surface, c.warnTint]],
    [c.failText, [c.surface, c.failTint]],
    [c.offText, [c.surface, c.offTint]],
    [c.onPrimary, [c.primaryFill]],
  ]
  const shapes: [string, string[]][] = [
    [c.edge, [c.bg, c.surface]],
    [c.ok, [c.surface]],
    [c.warnEdge, [c.surface]],
    [c.offEdge, [c.surface]],
    [c.fail, [c.surface]],
  ]
  const weak = [
    ...texts.flatMap(([ink, grounds]) => grounds.map((ground) => ({ ink, ground, least: 7 }))),
    ...shapes.flatMap(([ink, grounds]) => grounds.map((ground) => ({ ink, ground, least: 3 }))),
  ].filter(({ ink, ground, least }) => contrast(ink, ground) < least)
  expect(weak).toEqual([])
})
