// npm test [vitest filters]: dependencies, types, lint, build, then every test, ending with one table.
// `--peers` runs what needs other programs (test/peers) instead.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ensureBuild, ensureDependencies, findNode, root } from './node.mjs'

ensureDependencies()
const peers = process.argv.includes('--peers')
const filters = process.argv.slice(2).filter((argument) => argument !== '--peers')
const node = findNode()
const env = { ...process.env, PATH: `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}` }

function tool(name, packageName, ...args) {
  const home = join(root, 'node_modules', packageName)
  const { bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
  const script = join(home, typeof bin === 'string' ? bin : bin[name])
  return spawnSync(node, [script, ...args], { cwd: root, stdio: 'inherit', env }).status ?? 1
}

let failed = false
const step = (title, status) => {
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${title}`)
  failed ||= status !== 0
}
if (filters.length === 0 && !peers) {
  step('lint and format', tool('biome', '@biomejs/biome', 'ci', '--error-on-warnings', '--log-level=error'))
  step('types', tool('tsc', 'typescript'))
}
ensureBuild()
const args = [
  'run',
  '--reporter=./test/support/table-reporter.ts',
  ...(peers ? ['--config', 'vitest.peers.config.ts'] : []),
  ...filters,
]
const status = tool('vitest', 'vitest', ...args)
if (failed) console.log('Lint or types failed, see above.')
process.exit(failed ? 1 : status)
