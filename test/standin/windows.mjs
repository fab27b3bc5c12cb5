// BrowserWindow as a page of a real Chromium: the built preload runs in an isolated world of that page, and the program's own
// scheme is answered by its own protocol handler, so that CSP, same origin and isolation are the browser's.
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { copy, covered, tell } from './report.mjs'

const WORLD = 'Electron Isolated Context'
const mainWorld = readFileSync(new URL('./main-world.js', import.meta.url), 'utf8')
const preloadWorld = readFileSync(new URL('./preload-world.js', import.meta.url), 'utf8')

let browser = null
let onClosed = () => {}
const windows = new Set()
const schemes = new Set()
const handlers = new Map()

// Chromium knows the scheme `app` from Electron alone; a name below `localhost` is a secure, standard origin too.
const toHttp = (url) =>
  url.replace(/^([a-z][\w+.-]*):\/\/([^/]*)/, (all, scheme, host) =>
    schemes.has(scheme) ? `http://${host}.${scheme}.localhost` : all,
  )
const fromHttp = (url) =>
  url.replace(/^http:\/\/([^/]+)\.([^/.]+)\.localhost/, (all, host, scheme) =>
    schemes.has(scheme) ? `${scheme}://${host}` : all,
  )

export const protocol = covered('protocol', {
  registerSchemesAsPrivileged(list) {
    if (browser) throw new Error('protocol.registerSchemesAsPrivileged() must be called before the app is ready')
    for (const { scheme, privileges } of list) if (privileges?.standard && privileges.secure) schemes.add(scheme)
  },
  handle(scheme, handler) {
    if (!browser) throw new Error('protocol.handle() cannot be called before the app is ready')
    if (!schemes.has(scheme)) throw new Error(`stand-in: ${scheme} is not a standard, secure scheme`)
    handlers.set(scheme, handler)
  },
})

export const ipcMain = covered('ipcMain', new EventEmitter())

/** Called once, when the browser is there. */
export function showIn(context, callbacks) {
  browser = context
  onClosed = callbacks.onClosed
  return context.route('**/*', async (route) => {
    const request = route.request()
    const url = fromHttp(request.url())
    if (request.isNavigationRequest()) {
      const contents = [...windows].map((window) => window.webContents)
      const frame = frameOf(request)
      // A navigation before there is a frame is that of a window which the page opens.
      if (!frame) {
        contents[0]?.askToOpen(url)
        return route.abort()
      }
      // "No content" leaves the page where it is, as a refused navigation does in Electron.
      if (!frame.parentFrame() && !contents.every((page) => page.mayGo(url))) return route.fulfill({ status: 204 })
    }
    const handler = handlers.get(url.slice(0, url.indexOf(':')))
    if (!handler) {
      tell('network', { url })
      return route.abort()
    }
    try {
      const answer = await handler(new Request(url, { method: request.method(), headers: request.headers() }))
      const body = Buffer.from(await answer.arrayBuffer())
      await route.fulfill({ status: answer.status, headers: Object.fromEntries(answer.headers), body })
    } catch (error) {
      tell('main-error', { text: `protocol handler of ${url}: ${error?.stack ?? error}` })
      await route.abort()
    }
  })
}

function frameOf(request) {
  try {
    return request.frame()
  } catch {
    return null
  }
}

class WebContents extends EventEmitter {
  static #count = 0
  id = ++WebContents.#count
  mainFrame = covered('WebFrameMain', { url: '' })
  #preload
  #page
  #devtools
  #frameId
  /** Execution context of the preload's world, while a page is loaded. */
  #world = null
  #undelivered = []
  #isDestroyed = false
  #openHandler = () => ({ action: 'allow' })
  /** The address that the program itself is loading. */
  #loading = null

  constructor({ preload }) {
    super()
    this.#preload = preload
    this.#page = this.#open()
  }

  async #open() {
    const page = windows.size <= 1 ? (browser.pages()[0] ?? (await browser.newPage())) : await browser.newPage()
    const devtools = await browser.newCDPSession(page)
    this.#devtools = devtools
    this.#frameId = (await devtools.send('Page.getFrameTree')).frameTree.frame.id
    devtools.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name !== WORLD || context.auxData.frameId !== this.#frameId) return
      this.#world = context.id
      for (const message of this.#undelivered.splice(0)) this.#deliver(message)
    })
    devtools.on('Runtime.executionContextsCleared', () => {
      this.#world = null
    })
    devtools.on('Page.frameNavigated', ({ frame }) => {
      if (frame.id !== this.#frameId) return
      this.mainFrame.url = fromHttp(frame.url)
      this.emit('did-start-navigation', { url: this.mainFrame.url, isMainFrame: true, isSameDocument: false })
    })
    devtools.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === '__standinIpc') this.#receive(JSON.parse(payload))
    })
    await devtools.send('Page.enable')
    await devtools.send('Runtime.addBinding', { name: '__standinIpc', executionContextName: WORLD })
    await devtools.send('Page.addScriptToEvaluateOnNewDocument', { source: mainWorld })
    const preload = this.#preload ? readFileSync(this.#preload, 'utf8') : ''
    await devtools.send('Page.addScriptToEvaluateOnNewDocument', {
      worldName: WORLD,
      source: `${preloadWorld}\n;__standin.preload(function (require, module, exports, process) {${preload}\n})`,
    })
    await devtools.send('Runtime.enable')
    page.on('console', (line) => tell('console', { level: line.type(), text: line.text() }))
    page.on('pageerror', (error) => tell('page-error', { text: String(error) }))
    page.on('popup', (popup) => void popup.close())
    page.on('close', () => {
      this.#isDestroyed = true
      this.emit('destroyed')
    })
    return page
  }

  askToOpen(url) {
    const { action } = this.#openHandler({ url, frameName: '', features: '', disposition: 'new-window' })
    tell('window-open', { url, action })
  }

  /** False when the page itself wants to go somewhere and the program forbids it. */
  mayGo(url) {
    if (url === this.#loading) return true
    let allowed = true
    this.emit('will-navigate', { url, preventDefault: () => (allowed = false) })
    tell('will-navigate', { url, allowed })
    return allowed
  }

  #receive({ channel, args, error }) {
    if (error) return tell('preload-error', { text: error })
    const event = { sender: this, senderFrame: this.mainFrame, reply: (name, ...values) => this.send(name, ...values) }
    ipcMain.emit(channel, event, ...args)
  }

  #deliver(message) {
    if (this.#world === null) return this.#undelivered.push(message)
    void this.#devtools
      .send('Runtime.evaluate', {
        contextId: this.#world,
        expression: `__standin.deliver(${JSON.stringify(message)})`,
      })
      .catch(() => {})
  }

  send(channel, ...args) {
    if (this.#isDestroyed) throw new TypeError('Object has been destroyed')
    this.#deliver({ channel, args: copy(args) })
  }
  isDestroyed() {
    return this.#isDestroyed
  }
  getURL() {
    return this.mainFrame.url
  }
  setWindowOpenHandler(handler) {
    this.#openHandler = handler
  }
  async load(url) {
    const page = await this.#page
    this.#loading = url
    await page.goto(toHttp(url), { waitUntil: 'load' })
    this.#loading = null
    this.emit('did-finish-load')
  }
  async reload() {
    await this.load(this.getURL())
  }
  async resize(size) {
    await (await this.#page).setViewportSize(size)
  }
  async shut() {
    await (await this.#page).close().catch(() => {})
  }
}

export class BrowserWindow extends EventEmitter {
  #bounds

  static getAllWindows() {
    return [...windows]
  }

  constructor({ x = 0, y = 0, width = 800, height = 600, webPreferences: wishes = {}, ...options } = {}) {
    super()
    if (
      wishes.sandbox !== true ||
      wishes.contextIsolation !== true ||
      wishes.nodeIntegration ||
      wishes.webSecurity === false
    )
      throw new Error('stand-in: webPreferences would give the page more than it may have')
    this.#bounds = { x, y, width, height }
    windows.add(this)
    this.webContents = covered('webContents', new WebContents(wishes))
    this.webContents.once('destroyed', () => {
      windows.delete(this)
      this.emit('closed')
      onClosed()
    })
    void this.webContents.resize({ width, height })
    tell('window', { ...this.#bounds, ...options })
    // biome-ignore lint/correctness/noConstructorReturn: refusing by name what is not covered is the point of a stand-in
    return covered('BrowserWindow', this)
  }
  async loadURL(url) {
    await this.webContents.load(url)
    this.emit('ready-to-show')
  }
  reload() {
    void this.webContents.reload()
  }
  show() {
    tell('shown')
  }
  maximize() {}
  focus() {}
  restore() {}
  isMaximized() {
    return false
  }
  isMinimized() {
    return false
  }
  getNormalBounds() {
    return { ...this.#bounds }
  }
  close() {
    let stop = false
    this.emit('close', { preventDefault: () => (stop = true) })
    if (!stop) this.destroy()
  }
  destroy() {
    void this.webContents.shut()
  }
}
