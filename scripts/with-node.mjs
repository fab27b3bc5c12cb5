// node scripts/with-node.mjs <tool> [arguments]: runs a tool of node_modules with a Node that is new enough.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ensureDependencies, findNode, root } from './node.mjs'

const packages = {
  'electron-vite': 'electron-vite',
  tsc: 'typescript',
  biome: '@biomejs/biome',
  vitest: 'vitest',
}
ensureDependencies()
const [tool, ...rest] = process.argv.slice(2)
const home = join(root, 'node_modules', packages[tool])
const { bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
const script = join(home, typeof bin === 'string' ? bin : bin[tool])
const node = findNode()
const env = { ...process.env, PATH: `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}` }
const run = spawnSync(node, [script, ...rest], { cwd: root, stdio: 'inherit', env })
process.exit(run.status ?? 1)
