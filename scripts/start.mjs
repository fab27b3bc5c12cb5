// npm start [-- --browser] [-- options of `sitewright serve`]: the desktop window where Electron and a display can be had,
// else the same program for a browser, and in one line why.
import { fork, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { findElectron, isRoot, whyNoDisplay } from './electron.mjs'
import { ensureBuild, ensureDependencies, findNode, root } from './node.mjs'

const args = process.argv.slice(2).filter((argument) => argument !== '--browser')
const wantsBrowser = args.length < process.argv.length - 2

ensureDependencies()
ensureBuild()

const found = wantsBrowser ? { why: null } : await findElectron(findNode())
if (found.program) await openDesktop(found.program)
else openBrowser(found.why)

/** Falls back to the browser when Electron is there but does not run: a missing library, a forbidden sandbox. */
async function openDesktop(program) {
  const startedAt = Date.now()
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env
  const child = spawn(program, [root, ...args], { stdio: 'inherit', env })
  follow(child)
  const ended = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => {
      if (code === 0 || Date.now() - startedAt > 5_000) process.exit(code ?? 1)
      resolve(signal ?? `exit code ${code}`)
    })
  })
  openBrowser(`Electron does not run here (${ended})`)
}

function openBrowser(why) {
  if (why) console.log(`No desktop window: ${why}. Running for your browser instead.\n`)
  const env = { ...process.env, npm_lifecycle_event: 'start' }
  const child = fork(join(root, 'out/main/cli.js'), ['serve', ...args], {
    execPath: findNode(),
    execArgv: [],
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env,
  })
  follow(child)
  child.on('message', ({ link }) => openAppWindow(link))
  child.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}

/** A window without tabs and address bar, where a Chromium is installed; with a profile that goes with it. */
function openAppWindow(link) {
  const browser = whyNoDisplay() || isRoot() ? null : findChromium()
  if (!browser) return
  const profile = mkdtempSync(join(tmpdir(), 'sitewright-window-'))
  process.on('exit', () => rmSync(profile, { recursive: true, force: true }))
  const window = spawn(
    browser,
    [`--app=${link}`, `--user-data-dir=${profile}`, '--no-first-run', '--no-default-browser-check'],
    {
      stdio: 'ignore',
    },
  )
  window.once('error', () => {})
  process.on('exit', () => window.kill())
}

function findChromium() {
  const { PATH = '', PROGRAMFILES, 'PROGRAMFILES(X86)': PROGRAMFILES_X86, LOCALAPPDATA } = process.env
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge-stable']
  const places = {
    linux: names.flatMap((name) => PATH.split(delimiter).map((folder) => join(folder, name))),
    darwin: ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    ),
    win32: [PROGRAMFILES, PROGRAMFILES_X86, LOCALAPPDATA]
      .filter(Boolean)
      .flatMap((folder) =>
        ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'].map((name) =>
          join(folder, name),
        ),
      ),
  }
  return places[process.platform]?.find((place) => existsSync(place)) ?? null
}

/** Ctrl+C reaches the child by itself; what is sent to us alone is passed on. */
function follow(child) {
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
}
