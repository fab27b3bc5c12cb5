import { EventEmitter } from 'node:events'
import { ipcWire } from '@main/shell/ipc-wire'
import type { FrameConnection } from '@main/transport/connection'
import type { IpcMain } from 'electron'
import { expect, it } from 'vitest'

it('carries frames between the page of a window and the program', () => {
  const { ipc, connections } = wire()
  const page = new FakePage()
  ipc.from(page, 'hello')
  const [connection] = connections
  connection?.line.send('answer')
  expect(connection?.frames).toEqual(['hello'])
  expect(page.sent).toEqual([['rpc', 'answer']])
})

it.each([
  ['a frame inside the page', (page: FakePage) => ({ url: page.mainFrame.url })],
  ['a page that is not ours', () => ({ url: 'https://evil.example/' })],
  ['a page that only begins like ours', () => ({ url: 'app://bundle.evil/' })],
  ['a frame that is gone', () => null],
])('does not hear %s', (_who, frameOf) => {
  const { ipc, connections } = wire()
  const page = new FakePage()
  const frame = frameOf(page)
  if (frame && frame.url !== page.mainFrame.url) page.mainFrame = frame
  ipc.emit('rpc', { sender: page, senderFrame: frame }, 'hello')
  expect(connections).toEqual([])
})

it('does not hear what is no text', () => {
  const { ipc, connections } = wire()
  ipc.from(new FakePage(), { a: 1 })
  expect(connections).toEqual([])
})

it('gives a page that was loaded anew a line of its own', () => {
  const { ipc, connections } = wire()
  const page = new FakePage()
  ipc.from(page, 'first')
  page.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true })
  page.emit('did-start-navigation', { isMainFrame: false, isSameDocument: false })
  ipc.from(page, 'same page')
  page.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false })
  ipc.from(page, 'second')
  connections[0]?.line.send('to the old page')
  expect(connections.map(({ frames, isClosed }) => [frames, isClosed])).toEqual([
    [['first', 'same page'], true],
    [['second'], false],
  ])
  expect(page.sent).toEqual([])
})

it.each(['destroyed', 'render-process-gone'])('closes the line when its page is %s', (event) => {
  const { ipc, connections } = wire()
  const page = new FakePage()
  ipc.from(page, 'hello')
  page.emit(event)
  expect(connections[0]?.isClosed).toBe(true)
})

function wire() {
  const connections: { line: FrameConnection; frames: string[]; isClosed: boolean }[] = []
  const ipc = new FakeIpc()
  // Of ipcMain only its events are used, and a plain emitter has the same.
  ipcWire(ipc as unknown as Pick<IpcMain, 'on'>, (line) => {
    const entry = { line, frames: [] as string[], isClosed: false }
    line.onFrame((frame) => entry.frames.push(frame))
    line.onClose(() => {
      entry.isClosed = true
    })
    connections.push(entry)
  })
  return { ipc, connections }
}

class FakeIpc extends EventEmitter {
  from(page: FakePage, frame: unknown) {
    this.emit('rpc', { sender: page, senderFrame: page.mainFrame }, frame)
  }
}

class FakePage extends EventEmitter {
  readonly id = 1
  mainFrame = { url: 'app://bundle/index.html' }
  readonly sent: unknown[][] = []
  isDestroyed = () => false
  send = (...args: unknown[]) => void this.sent.push(args)
}
