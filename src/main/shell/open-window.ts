import { BrowserWindow, type Screen } from 'electron'
import { defaultPlace, MIN_SIZE, type Place, rememberedPlace } from './window-place'

export interface WindowOptions {
  readonly url: string
  readonly preload: string
  /** Where its place on the screen is remembered, under `main`. */
  readonly place: { get(key: string): unknown; set(key: string, value: Place): void }
  readonly screen: Screen
}

/** The one window, where the person left it. The page in it is sandboxed and gets nothing but the preload's bridge. */
export function openWindow({ url, preload, place, screen }: WindowOptions): BrowserWindow {
  const displays = screen.getAllDisplays().map((display) => display.workArea)
  const { x, y, width, height, maximized } =
    rememberedPlace(place.get('main'), displays) ?? defaultPlace(screen.getPrimaryDisplay().workArea)
  const window = new BrowserWindow({
    ...{ x, y, width, height },
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    title: 'Sitewright',
    // Shown when the page has been drawn; until then white would flash.
    show: false,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
    },
  })
  window.once('ready-to-show', () => {
    if (maximized) window.maximize()
    window.show()
  })
  window.on('close', () => place.set('main', { ...window.getNormalBounds(), maximized: window.isMaximized() }))
  // A page whose process is gone takes nothing with it: the engine runs elsewhere, and the page asks again.
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') window.reload()
  })
  void window.loadURL(url)
  return window
}
