import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Supervisor } from '@main/process/supervisor'
import { defaultDataDir } from '@main/storage/data-dir'
import { fileSettings } from '@main/storage/settings'
import { guardFrames } from '@main/transport/frame-guard'
import { languageOf, loadSentences } from '@main/window/sentences'
import { staticFiles } from '@main/window/static-files'
import { systemClock } from '@shared/clock'
import { SitewrightError } from '@shared/errors'
import { createLogger, type LogEntry } from '@shared/log'
import { app, dialog, ipcMain, Menu, powerMonitor, protocol, safeStorage, screen, session, shell } from 'electron'
import Store from 'electron-store'
import { dataKey } from './data-key'
import { ipcWire } from './ipc-wire'
import { openWindow } from './open-window'
import { forkUtility } from './utility-fork'
import { guardPage, guardSession, PAGE } from './window-guards'

// The entry of the desktop program. Everything up to `whenReady` must happen while this file is evaluated; nothing here may
// be awaited at the top level, because Electron is ready only once the file has been evaluated (electron#40719).
const resourcesDir = join(import.meta.dirname, '../../resources')
const { values: options } = parseArgs({
  args: process.argv.slice(1),
  options: { data: { type: 'string' } },
  // Chromium's own switches stand on the same line.
  strict: false,
})
const dataDir =
  typeof options.data === 'string'
    ? resolve(options.data)
    : defaultDataDir(process.platform, process.env, app.getPath('home'))
const browserData = join(dataDir, 'window')
mkdirSync(browserData, { recursive: true, mode: 0o700 })
app.setPath('userData', browserData)

app.enableSandbox()
protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
])

const clock = systemClock()
const log = createLogger('shell', print, () => clock.now())

// The lock lies in the data folder, so another folder may have a program of its own.
if (app.requestSingleInstanceLock()) app.whenReady().then(start).catch(fail)
else app.quit()

async function start(): Promise<void> {
  const supervisor = new Supervisor({
    fork: () => forkUtility(join(import.meta.dirname, 'child.js')),
    engine: {
      dataDir,
      key: await dataKey(join(dataDir, 'vault'), safeStorage, process.platform, log),
      resourcesDir,
      host: 'desktop',
      version: app.getVersion(),
    },
    settings: fileSettings(dataDir, (cwd) => new Store({ cwd, configFileMode: 0o600, name: 'settings' })),
    clock,
    log: print,
  })
  quitCleanly(supervisor)
  powerMonitor.on('suspend', () => supervisor.power('suspend'))
  powerMonitor.on('resume', () => supervisor.power('resume'))

  const fileAt = staticFiles(join(import.meta.dirname, '../renderer'))
  protocol.handle('app', async ({ url }) => {
    const { host, pathname } = new URL(url)
    const file = host === 'bundle' ? await fileAt(pathname) : null
    return file
      ? new Response(new Uint8Array(file.body), { headers: file.headers })
      : new Response(null, { status: 404 })
  })
  guardSession(session.defaultSession)
  ipcWire(ipcMain, (connection) => supervisor.attach(guardFrames(connection, clock), 'admin'))
  // Windows and Linux have every command in the page; macOS copies and quits through its menu alone.
  Menu.setApplicationMenu(process.platform === 'darwin' ? Menu.buildFromTemplate(MAC_MENU) : null)

  const engine = supervisor.start()
  const window = openWindow({
    url: `${PAGE}index.html`,
    preload: join(import.meta.dirname, '../preload/index.cjs'),
    place: new Store({ cwd: dataDir, configFileMode: 0o600, name: 'window' }),
    screen,
  })
  guardPage(window.webContents, (url) => void shell.openExternal(url))
  app.on('second-instance', () => {
    if (window.isMinimized()) window.restore()
    window.focus()
  })
  app.on('window-all-closed', () => app.quit())
  // The window is there before the engine: it shows its own waiting state meanwhile.
  await engine
}

const MAC_MENU = [{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }] as const satisfies object[]

let isQuitting = false

/** Nothing ends before the engine has stopped: it may be in the middle of a write to a device. */
function quitCleanly(supervisor: Supervisor): void {
  let stopped = false
  app.on('before-quit', (event) => {
    isQuitting = true
    if (stopped) return
    event.preventDefault()
    void supervisor[Symbol.asyncDispose]().finally(() => {
      stopped = true
      app.quit()
    })
  })
}

/** What keeps the program from running is said in a dialog of the system: there is no window to say it in. */
async function fail(error: unknown): Promise<void> {
  // The person closed the window before the engine had started; that is no failure.
  if (isQuitting) return
  log.error(error instanceof Error ? (error.stack ?? error.message) : String(error))
  const sentences = await loadSentences(resourcesDir).catch(() => null)
  const say = sentences?.(languageOf(app.getLocale()))
  const text =
    say && error instanceof SitewrightError
      ? [say(error.key, error.args), say(`${error.key}.next`, error.args)].join('\n\n')
      : String(error)
  dialog.showErrorBox('Sitewright', text)
  app.exit(1)
}

function print({ at, level, source, message }: LogEntry): void {
  if (level !== 'debug') console.error(`${new Date(at).toISOString()} ${level} ${source}: ${message}`)
}
