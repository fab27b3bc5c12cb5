import type { Page } from 'playwright-core'

/** What a technician does on the screens, found by role and label; used by the tests and by the pictures of the README. */

export async function openDemo(page: Page, link: string): Promise<void> {
  await page.goto(link)
  await page
    .getByRole('button', { name: /demo site/i })
    .first()
    .click()
  await page.getByText('Demo site. These devices are simulated.').waitFor()
}

export async function goTo(
  page: Page,
  place: 'Start' | 'Commission' | 'Devices' | 'Live' | 'Jobs' | 'Settings',
): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: place }).click()
}

/** Steps 1 to 3 as they come, each with Continue. */
export async function walkFirstSteps(page: Page): Promise<void> {
  for (const step of ['Site', 'This laptop', 'Connections']) {
    await page.getByRole('heading', { name: step, exact: true, level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Continue', exact: true }).click()
  }
  await page.getByRole('heading', { name: 'Find devices', exact: true, level: 1 }).waitFor()
}

/** Step 4: starts the scan and waits until it has ended. */
export async function findDevices(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Find devices', exact: true }).click()
  await page
    .getByText(/go-e Charger/)
    .first()
    .waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Find again' }).waitFor({ timeout: 60_000 })
}

/** What the scan is not sure of is the person's to say. */
export async function chooseHeatPumpMeter(page: Page): Promise<void> {
  // The tick comes back from the engine, a moment after the click.
  await page.getByRole('checkbox', { name: /SDM120/ }).click()
  await page.getByRole('button', { name: 'Continue with 4' }).waitFor()
}

/** Step 5: accepts what is proposed. */
export async function assignRoles(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Continue with/ }).click()
  await page.getByRole('heading', { name: 'Roles and wiring', exact: true, level: 1 }).waitFor()
  await page
    .getByRole('button', { name: /^Create/ })
    .last()
    .click()
  await page.getByRole('button', { name: 'Finish' }).waitFor({ timeout: 30_000 })
}

/** Goes on to this theme as a person does by the keyboard; the attribute alone would not tell the components. */
export async function chooseTheme(page: Page, theme: 'light' | 'dark' | 'sun'): Promise<void> {
  for (let presses = 0; presses < 4; presses++) {
    const shown = await page.evaluate(() => document.documentElement.getAttribute('data-theme'))
    if (shown === theme) return
    await page.keyboard.press('Control+Shift+L')
    await page
      .waitForFunction((before) => document.documentElement.getAttribute('data-theme') !== before, shown, {
        timeout: 1000,
      })
      .catch(() => {})
  }
  throw new Error(`the theme did not become ${theme}`)
}
