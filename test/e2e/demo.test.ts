import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { findBrowser } from '../support/browser'
import { type BuiltHost, builtHost } from '../support/built-host'
import { type OfflineWorld, offlineWorld } from '../support/offline'
import { assignRoles, chooseHeatPumpMeter, findDevices, goTo, openDemo, walkFirstSteps } from '../support/walk-demo'

/**
 * The whole demo as a technician walks it, with the built program in a network that has nothing but loopback. Where the
 * system has no such thing to give, the walk runs in the ordinary network and the proof of being offline is skipped.
 */
const world = offlineWorld()
const offline: OfflineWorld | null = 'why' in world ? null : world
const why = 'why' in world ? ` (skipped: ${world.why})` : ''

let browser: Browser
let host: BuiltHost
const dataDir = mkdtempSync(join(tmpdir(), 'sitewright-test-'))
const start = () => builtHost({ dataDir, ...(offline ? { prefix: offline.prefix } : {}) })
let page: Page
const requests: string[] = []
const problems: string[] = []

beforeAll(async () => {
  const found = await findBrowser()
  const executablePath = offline ? offline.wrap(found.executablePath) : found.executablePath
  // In a user namespace Chromium cannot make another one for its own sandbox.
  const args = [...found.args, ...(offline ? ['--no-sandbox'] : [])]
  browser = await chromium.launch({
    executablePath,
    args,
    env: { ...process.env, ...found.env } as Record<string, string>,
  })
  host = await start()
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-GB', timezoneId: 'Europe/Zurich' })
  page.setDefaultTimeout(15_000)
  page.on('request', (request) => requests.push(request.url()))
  page.on('websocket', (socket) => requests.push(socket.url()))
  page.on('pageerror', (error) => problems.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
}, 60_000)

afterAll(async () => {
  await browser?.close()
  await host?.[Symbol.asyncDispose]()
  offline?.[Symbol.dispose]()
  rmSync(dataDir, { recursive: true, force: true })
})

/** What the person saw and what the program said when a step failed. */
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  const place = 'node_modules/.cache/e2e-failed'
  await page.screenshot({ path: `${place}.png` })
  writeFileSync(`${place}.log`, [task.name, page.url(), ...host.log, ...problems].join('\n'))
})

it('walks from the start screen through the five steps to live values', { timeout: 120_000 }, async () => {
  await openDemo(page, host.link)
  await walkFirstSteps(page)
  await findDevices(page)
  await expect.poll(() => page.getByRole('row').filter({ hasText: 'Fronius Symo GEN24' }).count()).toBe(1)
  await page.getByRole('row').filter({ hasText: 'SDM630' }).click()
  await page.getByText('Why we think so').waitFor()
  await chooseHeatPumpMeter(page)
  await assignRoles(page)

  await goTo(page, 'Live')
  await page.getByText(/Balance closes to/).waitFor()
  for (const tile of ['Grid', 'PV', 'Battery', 'Heat pump', 'Charger'])
    await page.getByText(tile, { exact: true }).first().waitFor()
})

it('keeps everything over a restart of the program', { timeout: 90_000 }, async () => {
  host.process.kill('SIGKILL')
  await new Promise((done) => host.process.once('exit', done))
  host = await start()
  await page.goto(host.link)
  const row = page.getByRole('row').filter({ hasText: 'Demo site' })
  await row.getByRole('button', { name: /^(Continue|Open)/ }).click()
  await page.getByText('Demo site. These devices are simulated.').waitFor()
  await goTo(page, 'Live')
  await page.getByText(/Balance closes to/).waitFor({ timeout: 30_000 })
  await goTo(page, 'Devices')
  await page.getByText('Heat pump').first().waitFor()
})

it('no script failed on the way, and nothing was asked of anybody but the host', () => {
  expect(problems.filter((problem) => !/WebSocket|ERR_CONNECTION/.test(problem))).toEqual([])
  expect(requests.length).toBeGreaterThan(5)
  expect(requests.filter((url) => !/^(https?|ws):\/\/127\.0\.0\.1:\d+\/|^data:|^blob:/.test(url))).toEqual([])
})

it.skipIf(offline === null)(`ran in a network that leads nowhere${why}`, async () => {
  const elsewhere = await page.evaluate(() =>
    fetch('http://192.0.2.1/', { mode: 'no-cors', signal: AbortSignal.timeout(2000) }).then(
      () => 'reached',
      () => 'not reached',
    ),
  )
  expect(elsewhere).toBe('not reached')
})
