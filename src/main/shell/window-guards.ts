import type { Session, WebContents } from 'electron'

export const PAGE = 'app://bundle/'

/** True for the pages of the bundle, and for nothing that only begins like them. */
export const isOwnPage = (url: string): boolean => url.startsWith(PAGE)

/** Only the web may be opened outside, and only encrypted: no file, no mail, no program's own scheme. */
export function mayOpenOutside(url: string): boolean {
  try {
    return new URL(url).protocol === 'https:'
  } catch {
    return false
  }
}

/**
 * Keeps a window on our page: links elsewhere open in the person's browser, everything else that would leave the page or
 * bring another one in is refused (Electron security guide, items 13 and 14).
 */
export function guardPage(page: WebContents, openOutside: (url: string) => void): void {
  const goOutside = (url: string) => {
    if (mayOpenOutside(url)) openOutside(url)
  }
  page.setWindowOpenHandler(({ url }) => {
    goOutside(url)
    return { action: 'deny' }
  })
  page.on('will-navigate', (event) => {
    if (isOwnPage(event.url)) return
    event.preventDefault()
    goOutside(event.url)
  })
  page.on('will-redirect', (event) => event.preventDefault())
  page.on('will-attach-webview', (event) => event.preventDefault())
}

/** Copying a code or a register dump is the one thing a page may do with the machine. */
const ALLOWED = new Set(['clipboard-sanitized-write'])

export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_page, permission, answer) => answer(ALLOWED.has(permission)))
  session.setPermissionCheckHandler((_page, permission) => ALLOWED.has(permission))
}
