#!/usr/bin/env node
// sitewright <command>: runs in this process if its Node is new enough, else in the Node that npm brought along.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuild, ensureDependencies, findNode, root } from '../scripts/node.mjs'

const program = join(root, 'out/main/cli.js')
if (!existsSync(program)) {
  ensureDependencies()
  ensureBuild()
}
const node = findNode()
if (node === process.execPath) await import(pathToFileURL(program).href)
else {
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' })
  // Ctrl+C reaches both of us; this one waits for the other.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}
