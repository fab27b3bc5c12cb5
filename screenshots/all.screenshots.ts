import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { findBrowser } from '../test/support/browser'
import { builtHost } from '../test/support/built-host'
import {
  assignRoles,
  chooseHeatPumpMeter,
  chooseTheme,
  findDevices,
  goTo,
  openDemo,
  walkFirstSteps,
} from '../test/support/walk-demo'

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 640 },
  { width: 1920, height: 1080 },
] as const
const THEMES = ['light', 'dark', 'sun'] as const

/** The pictures the README shows; everything else is for looking at before a release. */
const README = new Set([
  'start-light',
  'find-light',
  'roles-light',
  'devices-dark',
  'live-light',
  'live-dark',
  'live-sun',
])

/** Walks the demo once and takes every screen in every theme and size. */
export default async function takeScreenshots(folder: string, readmeFolder: string): Promise<string[]> {
  const { executablePath, args, env } = await findBrowser()
  const browser = await chromium.launch({
    executablePath,
    args: [...args],
    env: { ...process.env, ...env } as Record<string, string>,
  })
  await using host = await builtHost()
  const page = await browser.newPage({ viewport: SIZES[0], locale: 'en-GB', timezoneId: 'Europe/Zurich' })
  page.setDefaultTimeout(20_000)
  const taken: string[] = []
  mkdirSync(folder, { recursive: true })
  mkdirSync(readmeFolder, { recursive: true })

  const shoot = async (name: string) => {
    for (const theme of THEMES) {
      await chooseTheme(page, theme)
      for (const size of SIZES) {
        await page.setViewportSize(size)
        await settle(page)
        const file = join(folder, `${name}-${theme}-${size.width}x${size.height}.png`)
        await page.screenshot({ path: file })
        taken.push(file)
        if (size === SIZES[0] && README.has(`${name}-${theme}`))
          await page.screenshot({ path: join(readmeFolder, `${name}-${theme}.png`) })
      }
    }
    await chooseTheme(page, 'light')
    await page.setViewportSize(SIZES[0])
  }

  await page.goto(host.link)
  await page.getByText('No sites yet').waitFor()
  await shoot('start-empty')
  await openDemo(page, host.link)
  await shoot('site')
  await walkFirstSteps(page)
  await findDevices(page)
  await page.getByRole('row').filter({ hasText: 'GEN24' }).click()
  await page.getByText('Reads now').waitFor()
  await shoot('find')
  await chooseHeatPumpMeter(page)
  await assignRoles(page)
  await page.waitForTimeout(3000)
  await shoot('roles')
  await goTo(page, 'Devices')
  await page.getByText('Grid meter').first().click()
  await page.waitForTimeout(2000)
  await shoot('devices')
  await page.getByRole('tab', { name: 'Live' }).click()
  await page.waitForTimeout(1500)
  await shoot('device-live')
  await goTo(page, 'Live')
  await page.getByText(/Balance closes to/).waitFor()
  await page.waitForTimeout(3000)
  await shoot('live')
  await goTo(page, 'Settings')
  await shoot('settings')
  await goTo(page, 'Start')
  await page.getByText('Recent sites').waitFor()
  await shoot('start')
  await browser.close()
  return taken
}

/** Layout after a changed size, charts included. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  await page.waitForTimeout(250)
}
