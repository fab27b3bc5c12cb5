import type { FrameConnection } from '@main/transport/connection'
import type { IpcMain, IpcMainEvent, WebContents } from 'electron'
import { isOwnPage } from './window-guards'

/**
 * The line between a window's page and the engine, over the one IPC channel `rpc`. Only the main frame of our own page is
 * heard. A page that was loaded anew gets a line of its own, so that nothing meant for the old one reaches it.
 */
export function ipcWire(ipc: Pick<IpcMain, 'on'>, onConnection: (connection: FrameConnection) => void): void {
  /** null: the page was left, and the next one has not spoken yet. */
  const lines = new Map<WebContents, IpcLine | null>()

  const watch = (page: WebContents): void => {
    const end = () => {
      lines.get(page)?.close()
      lines.set(page, null)
    }
    page.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) end()
    })
    page.on('render-process-gone', end)
    page.once('destroyed', () => {
      end()
      lines.delete(page)
    })
  }
  const lineOf = (page: WebContents): IpcLine => {
    const known = lines.get(page)
    if (known) return known
    if (known === undefined) watch(page)
    const line = new IpcLine(page)
    lines.set(page, line)
    onConnection(line)
    return line
  }

  ipc.on('rpc', ({ sender, senderFrame }: IpcMainEvent, frame: unknown) => {
    if (!senderFrame || senderFrame !== sender.mainFrame || !isOwnPage(senderFrame.url)) return
    if (typeof frame === 'string') lineOf(sender).receive(frame)
  })
}

class IpcLine implements FrameConnection {
  readonly peer: string
  readonly #page: WebContents
  readonly #frames = new Set<(frame: string) => void>()
  readonly #closers = new Set<() => void>()
  #open = true

  constructor(page: WebContents) {
    this.#page = page
    this.peer = `window ${page.id}`
  }

  receive(frame: string): void {
    if (this.#open) for (const listener of this.#frames) listener(frame)
  }

  send(frame: string): void {
    if (this.#open && !this.#page.isDestroyed()) this.#page.send('rpc', frame)
  }

  onFrame(listener: (frame: string) => void): () => void {
    this.#frames.add(listener)
    return () => void this.#frames.delete(listener)
  }

  onClose(listener: () => void): () => void {
    this.#closers.add(listener)
    return () => void this.#closers.delete(listener)
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    for (const listener of this.#closers) listener()
  }
}
