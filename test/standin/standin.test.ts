import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { launchStandin } from './launch'

// The stand-in must be as strict as Electron where a mistake would only show on a machine that has Electron.

it('runs a program with a window and a preload', async () => {
  await using program = await writeProgram()
  await using running = await launchStandin(program.path)
  expect(await running.page.evaluate('bridge.add(1, 2)')).toBe(3)
})

it('finds a preload that requires more than electron', async () => {
  await using program = await writeProgram({ preload: "require('zod')" })
  await expect(launchStandin(program.path)).rejects.toThrow('module not found: zod')
})

it('refuses a window without a sandbox', async () => {
  await using program = await writeProgram({ webPreferences: 'sandbox: false, contextIsolation: true' })
  await expect(launchStandin(program.path)).rejects.toThrow('webPreferences would give the page more than it may have')
})

it('names an API that it does not cover', async () => {
  await using program = await writeProgram({ start: 'app.dock.hide()' })
  await expect(launchStandin(program.path)).rejects.toThrow('electron.app.dock is not covered')
})

interface ProgramText {
  preload?: string
  webPreferences?: string
  start?: string
}

async function writeProgram({
  preload = "require('electron').contextBridge.exposeInMainWorld('bridge', { add: (a, b) => a + b })",
  webPreferences = "sandbox: true, contextIsolation: true, preload: new URL('preload.cjs', import.meta.url).pathname",
  start = '',
}: ProgramText = {}) {
  const path = await mkdtemp(join(tmpdir(), 'sitewright-program-'))
  await writeFile(join(path, 'package.json'), '{"type":"module","main":"main.js","version":"1.0.0","productName":"x"}')
  await writeFile(join(path, 'preload.cjs'), preload)
  await writeFile(
    join(path, 'main.js'),
    `import { app, BrowserWindow, protocol } from 'electron'
    protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }])
    app.whenReady().then(async () => {
      ${start}
      protocol.handle('app', () => new Response('<title>ok</title>', { headers: { 'content-type': 'text/html' } }))
      const window = new BrowserWindow({ webPreferences: { ${webPreferences} } })
      window.once('ready-to-show', () => window.show())
      await window.loadURL('app://bundle/')
    })`,
  )
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}
