// npm run docs: makes docs/cli.md from the tables of the commands. With --check it only says whether it is up to date.
import { spawnSync } from 'node:child_process'
import { ensureDependencies, findNode, root } from './node.mjs'

ensureDependencies()
const node = findNode()
if (process.execPath !== node && !process.env.SITEWRIGHT_DOCS) {
  const env = { ...process.env, SITEWRIGHT_DOCS: '1' }
  const run = spawnSync(node, [import.meta.filename, ...process.argv.slice(2)], { stdio: 'inherit', env })
  process.exit(run.status ?? 1)
}
const { readFileSync, writeFileSync } = await import('node:fs')
const { join, resolve } = await import('node:path')
const { runnerImport } = await import('vite')

const { module } = await runnerImport(join(root, 'src/main/cli/docs.ts'), {
  root,
  configFile: false,
  logLevel: 'error',
  resolve: { alias: { '@shared': resolve(root, 'src/shared'), '@main': resolve(root, 'src/main') } },
})
const file = join(root, 'docs/cli.md')
const text = await module.cliDocs(join(root, 'resources'))
const isCurrent = (() => {
  try {
    return readFileSync(file, 'utf8') === text
  } catch {
    return false
  }
})()
if (process.argv.includes('--check')) {
  console.log(isCurrent ? 'docs/cli.md is up to date.' : 'docs/cli.md is out of date: npm run docs')
  process.exit(isCurrent ? 0 : 1)
}
if (!isCurrent) writeFileSync(file, text)
console.log(`docs/cli.md ${isCurrent ? 'was up to date' : 'written'}.`)
