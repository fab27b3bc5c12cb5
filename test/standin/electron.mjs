// A stand-in for the `electron` module of the main process. It covers what this program uses and refuses the rest by name.
// What it cannot show: Electron's own binary, sandbox and processes; native menus, dialogs and keychain; window timing.
import { EventEmitter } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { dialog, Menu, powerMonitor, safeStorage, screen, session, shell } from './machine.mjs'
import { covered, tell } from './report.mjs'
import { utilityProcess } from './utility-process.mjs'
import { BrowserWindow, ipcMain, protocol, showIn } from './windows.mjs'

let running = null
let browser = null
let profile = null
let isReady = false
let isQuitting = false
const ready = Promise.withResolvers()
const paths = new Map([['home', homedir()]])

class App extends EventEmitter {
  isPackaged = false

  whenReady() {
    return ready.promise
  }
  isReady() {
    return isReady
  }
  enableSandbox() {
    if (isReady) throw new Error('app.enableSandbox() must be called before the app is ready')
  }
  requestSingleInstanceLock() {
    return true
  }
  getVersion() {
    return running.manifest.version
  }
  getName() {
    return running.manifest.productName
  }
  getLocale() {
    return 'en-US'
  }
  getAppPath() {
    return running.program
  }
  setPath(name, path) {
    paths.set(name, path)
  }
  getPath(name) {
    const path = paths.get(name)
    if (!path) throw new Error(`stand-in: app.getPath('${name}') was not set`)
    mkdirSync(path, { recursive: true })
    return path
  }
  quit() {
    if (isQuitting) return
    let stop = false
    this.emit('before-quit', { preventDefault: () => (stop = true) })
    if (stop) return
    isQuitting = true
    for (const window of BrowserWindow.getAllWindows()) window.destroy()
    this.emit('will-quit', { preventDefault() {} })
    this.emit('quit', {}, 0)
    void this.exit(0)
  }
  async exit(code = 0) {
    await browser?.close().catch(() => {})
    if (profile) rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    process.exit(code)
  }
}
export const app = covered('app', new App())

/** Everything up to `ready`: a browser with a fresh profile, whose every request is answered by the program or refused. */
export async function start(program) {
  running = program
  const { executablePath, args, env } = JSON.parse(process.env.STANDIN_BROWSER)
  profile = mkdtempSync(join(tmpdir(), 'standin-'))
  browser = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: [...args, '--remote-debugging-port=0'],
    env: { ...process.env, ...env },
  })
  showIn(browser, {
    onClosed() {
      if (BrowserWindow.getAllWindows().length > 0 || isQuitting) return
      if (!app.emit('window-all-closed')) app.quit()
    },
  })
  process.on('message', (order) => {
    if (order.what === 'quit') app.quit()
    if (order.what === 'close') for (const window of BrowserWindow.getAllWindows()) window.close()
    if (order.what === 'power') powerMonitor.emit(order.state)
  })
  isReady = true
  app.emit('ready', {}, {})
  ready.resolve()
  const [port] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n')
  tell('ready', { cdp: `http://127.0.0.1:${port}` })
}

process.on('disconnect', () => void app.exit(1))
// Once: when the test is gone, writing to it fails too, and would come here again.
process.once('uncaughtException', (error) => {
  process.on('uncaughtException', () => process.exit(70))
  tell('main-error', { text: String(error?.stack ?? error) })
  console.error(error)
  void app.exit(70)
})

export {
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  utilityProcess,
}
export default { app, ipcMain, shell }
