import { EventEmitter } from 'node:events'
import { guardPage, guardSession, isOwnPage, mayOpenOutside } from '@main/shell/window-guards'
import type { Session, WebContents } from 'electron'
import { expect, it } from 'vitest'

it.each([
  ['app://bundle/index.html', true],
  ['app://bundle/#/sites', true],
  ['app://bundle.evil/', false],
  ['app://other/index.html', false],
  ['https://bundle/', false],
  ['file:///index.html', false],
  ['', false],
])('takes %j for our page: %s', (url, own) => {
  expect(isOwnPage(url)).toBe(own)
})

it.each([
  ['https://openems.io/', true],
  ['http://openems.io/', false],
  ['file:///etc/passwd', false],
  ['javascript:alert(1)', false],
  ['mailto:a@example.com', false],
  ['app://bundle/', false],
  ['vscode://file/etc', false],
  ['nonsense', false],
])('opens %j in the browser of the person: %s', (url, allowed) => {
  expect(mayOpenOutside(url)).toBe(allowed)
})

it('opens no second window, and the web outside', () => {
  const { page, opened } = guarded()
  expect(page.open('https://openems.io/')).toEqual({ action: 'deny' })
  expect(page.open('app://bundle/index.html')).toEqual({ action: 'deny' })
  expect(opened).toEqual(['https://openems.io/'])
})

it.each([
  ['https://evil.example/', true],
  ['file:///etc/passwd', true],
  ['app://bundle/index.html', false],
])('stops the page from going to %s: %s', (url, stopped) => {
  const { page } = guarded()
  expect(page.wants('will-navigate', url)).toBe(stopped)
})

it.each(['will-redirect', 'will-attach-webview'])('stops %s', (event) => {
  const { page } = guarded()
  expect(page.wants(event, 'app://bundle/index.html')).toBe(true)
})

it('grants a page nothing of the machine but copying text', () => {
  const granted: [string, boolean][] = []
  const check: string[] = []
  const session = {
    setPermissionRequestHandler(handler: (page: null, name: string, answer: (yes: boolean) => void) => void) {
      for (const name of ['media', 'geolocation', 'notifications', 'clipboard-read', 'clipboard-sanitized-write'])
        handler(null, name, (yes) => granted.push([name, yes]))
    },
    setPermissionCheckHandler(handler: (page: null, name: string) => boolean) {
      for (const name of ['serial', 'hid', 'clipboard-sanitized-write']) if (handler(null, name)) check.push(name)
    },
  }
  // Only the two members that are called are there.
  guardSession(session as unknown as Session)
  expect(granted.filter(([, yes]) => yes)).toEqual([['clipboard-sanitized-write', true]])
  expect([granted.length, check]).toEqual([5, ['clipboard-sanitized-write']])
})

function guarded() {
  const page = new FakePage()
  const opened: string[] = []
  // Only the members that are called are there.
  guardPage(page as unknown as WebContents, (url) => opened.push(url))
  return { page, opened }
}

class FakePage extends EventEmitter {
  open: (url: string) => unknown = () => null

  setWindowOpenHandler(handler: (details: { url: string }) => unknown) {
    this.open = (url) => handler({ url })
  }

  /** True when the event was stopped. */
  wants(event: string, url: string): boolean {
    let stopped = false
    this.emit(event, {
      url,
      preventDefault() {
        stopped = true
      },
    })
    return stopped
  }
}
