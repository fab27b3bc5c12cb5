// node test/standin/run.mjs <folder of the program> [its arguments]
// Runs the built main, preload and renderer of an Electron program with a real Chromium in place of Electron's.
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { start } from './electron.mjs'

const [, , folder = '.', ...args] = process.argv
const program = resolve(folder)
const manifest = JSON.parse(readFileSync(join(program, 'package.json'), 'utf8'))
const standin = new URL('./electron.mjs', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    /^electron(\/|$)/.test(specifier)
      ? { url: standin, format: 'module', shortCircuit: true }
      : next(specifier, context),
})
process.argv = [process.argv[0], program, ...args]
// As in Electron, `ready` comes only after the entry has been evaluated: a top-level `await app.whenReady()` hangs.
await import(pathToFileURL(join(program, manifest.main)).href)
await start({ program, manifest })
