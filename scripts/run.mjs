// node scripts/run.mjs <command> [arguments]: a command of the program from a clone, with dependencies and build brought first.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuild, ensureDependencies, findNode, root } from './node.mjs'

ensureDependencies()
ensureBuild()
const child = spawn(findNode(), [join(root, 'out/main/cli.js'), ...process.argv.slice(2)], { stdio: 'inherit' })
// Ctrl+C reaches both of us; this one waits for the other.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
  process.on(signal, () => signal !== 'SIGINT' && child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
