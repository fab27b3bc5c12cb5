// Bundles TypeScript that is run by itself (bench/, soak/) the way the program is built, so that what is measured is what
// runs; lies in node_modules/.cache.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuild, ensureDependencies, findNode, root } from './node.mjs'

/** Dependencies and build are there, and this script runs on a Node that is new enough; else it is started again with one. */
export function prepare() {
  ensureDependencies()
  const node = findNode()
  if (process.execPath !== node) {
    const env = {
      ...process.env,
      PATH: `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
    }
    const run = spawnSync(node, process.argv.slice(1), { cwd: root, stdio: 'inherit', env })
    process.exit(run.status ?? 1)
  }
  ensureBuild()
}

/** Names of `<folder>/<name>.<folder>.ts`, all or those wanted; ends the script when there is none. */
export function namesIn(folder, wanted) {
  const all = readdirSync(join(root, folder))
    .filter((file) => file.endsWith(`.${folder}.ts`))
    .map((file) => file.slice(0, -`.${folder}.ts`.length))
  const names = all.filter((name) => wanted.length === 0 || wanted.includes(name))
  if (names.length > 0) return names
  console.error(`There is no ${folder} ${wanted.join(', ')}. There are: ${all.join(', ')}`)
  process.exit(2)
}

/** Resolves with a function that loads one of the names: its module. */
export async function bundle(folder, names) {
  const outDir = join(root, 'node_modules/.cache', folder)
  const { build } = await import('vite')
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    resolve: { alias: { '@shared': join(root, 'src/shared'), '@main': join(root, 'src/main') } },
    ssr: { noExternal: ['zod', 'conf', 'ws', 'yaml'] },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: true,
      target: 'node22',
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(names.map((name) => [name, join(root, folder, `${name}.${folder}.ts`)])),
        output: { entryFileNames: '[name].mjs' },
      },
    },
  })
  return (name) => import(pathToFileURL(join(outDir, `${name}.mjs`)).href)
}
