import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchBrowser } from '../support/browser'
import { type BuiltHost, builtHost } from '../support/built-host'
import {
  assignRoles,
  chooseHeatPumpMeter,
  chooseTheme,
  findDevices,
  openDemo,
  walkFirstSteps,
} from '../support/walk-demo'

/**
 * Every view of the commissioned demo site, in three themes: what axe-core calls serious, words that do not fit in German
 * on the smallest window, and targets too small for a finger. All views are looked at before a fault is told.
 */
const THEMES = ['light', 'dark', 'sun'] as const
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let browser: Browser
let host: BuiltHost
let routes: string[]

beforeAll(async () => {
  browser = await launchBrowser()
  host = await builtHost()
  const page = await newPage('en-GB', 1440, 900)
  await openDemo(page, host.link)
  await walkFirstSteps(page)
  await findDevices(page)
  await chooseHeatPumpMeter(page)
  await assignRoles(page)
  const site = /\/sites\/[^/]+/.exec(page.url())?.[0] ?? ''
  const steps = ['site', 'laptop', 'connections', 'find', 'roles'].map((step) => `${site}/commission/${step}`)
  const devices = ['devices', 'devices/meter0', 'devices/meter0/live'].map((view) => `${site}/${view}`)
  routes = ['/', '/jobs', '/settings', ...steps, ...devices, `${site}/live`]
  await page.close()
}, 120_000)

afterAll(async () => {
  await browser.close()
  await host[Symbol.asyncDispose]()
})

it('has no serious accessibility fault on any view in any theme', async () => {
  const page = await newPage('en-GB', 1440, 900)
  await page.goto(host.link)
  await page.addScriptTag({ content: AXE })
  const faults: string[] = []
  for (const theme of THEMES) {
    await chooseTheme(page, theme)
    for (const route of routes) {
      await open(page, route)
      // What a theme can change is colour; the rest is looked at once.
      for (const { id, impact, nodes } of await page.evaluate(seriousOf, theme === 'light' ? null : 'cat.color'))
        faults.push(`${name(route)} ${theme}, ${impact}: ${id} ${nodes.join(' | ')}`)
    }
  }
  expect(faults).toEqual([])
}, 90_000)

it('shows every button, tab and label of the rail in full, in German on the smallest window', async () => {
  const page = await newPage('de-CH', 1024, 640)
  await page.goto(host.link)
  const faults: string[] = []
  for (const theme of THEMES) {
    await chooseTheme(page, theme)
    for (const route of routes) {
      await open(page, route)
      for (const fault of await page.evaluate(clippedWords)) faults.push(`${name(route)} ${theme}: ${fault}`)
    }
  }
  expect(faults).toEqual([])
}, 60_000)

it('has no target smaller than 24 px, and none of the filled buttons smaller than 44 px', async () => {
  const page = await newPage('de-CH', 1024, 640)
  await page.goto(host.link)
  const faults: string[] = []
  for (const route of routes) {
    await open(page, route)
    for (const fault of await page.evaluate(smallTargets)) faults.push(`${name(route)}: ${fault}`)
  }
  expect(faults).toEqual([])
}, 60_000)

async function newPage(locale: string, width: number, height: number): Promise<Page> {
  const page = await browser.newPage({
    viewport: { width, height },
    locale,
    timezoneId: 'Europe/Zurich',
    bypassCSP: true,
    reducedMotion: 'reduce',
  })
  page.setDefaultTimeout(15_000)
  return page
}

/** The page stays; only the place in it changes, as by a click. */
async function open(page: Page, route: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash
  }, route)
  await page.locator('main h1, main h2').first().waitFor()
  await page.waitForTimeout(300)
}

const name = (route: string) => route.replace(/\/sites\/[^/]+/, '') || '/'

/** Runs in the page. */
async function seriousOf(tag: string | null) {
  const { axe } = globalThis as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } }
  const { violations } = await axe.run({ resultTypes: ['violations'], ...(tag ? { runOnly: [tag] } : {}) })
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => html.slice(0, 160)) }))
}

/** Runs in the page. */
function clippedWords(): string[] {
  const faults: string[] = []
  for (const element of document.querySelectorAll<HTMLElement>('button, [role=tab], nav a')) {
    if (!element.checkVisibility() || element.textContent === '') continue
    for (const part of [element, ...element.querySelectorAll<HTMLElement>('*')]) {
      // One pixel wide is what only a screen reader gets.
      if (part instanceof SVGElement || part.clientWidth <= 1) continue
      const hides = getComputedStyle(part).overflowX !== 'visible'
      if (hides && part.scrollWidth > part.clientWidth + 1) faults.push(`"${element.textContent}" is cut off`)
    }
    const box = element.getBoundingClientRect()
    const range = document.createRange()
    range.selectNodeContents(element)
    const words = range.getBoundingClientRect()
    if (words.right > box.right + 1 || words.left < box.left - 1) faults.push(`"${element.textContent}" sticks out`)
  }
  return faults
}

/** Runs in the page. WCAG 2.2, 2.5.8: a target inside a sentence and one that its label enlarges are exempt. */
function smallTargets(): string[] {
  const faults: string[] = []
  for (const element of document.querySelectorAll<HTMLElement>('button, a[href], input, select, [role=tab]')) {
    if (!element.checkVisibility({ opacityProperty: true }) || element.closest('p')) continue
    const label = element instanceof HTMLInputElement ? (element.labels?.[0] ?? element.closest('label')) : null
    const boxes = [element, label].filter((each) => each !== null).map((each) => each.getBoundingClientRect())
    const height = Math.max(...boxes.map((box) => box.height))
    const width = Math.max(...boxes.map((box) => box.width))
    const least = element.dataset.variant === 'filled' ? 44 : 24
    if (Math.round(height) < least || Math.round(width) < 24)
      faults.push(`${element.outerHTML.slice(0, 160)} is ${Math.round(width)} × ${Math.round(height)}`)
  }
  return faults
}
