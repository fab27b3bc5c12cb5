// npm run bench [name …]: runs bench/<name>.bench.ts (all without a name) and prints one table. Each benchmark compares us
// with a peer or a limit in the same run; `--json FILE` keeps the rows, `--docs` writes them into docs/benchmarks.md.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuild, ensureDependencies, findNode, root } from './node.mjs'

ensureDependencies()
const node = findNode()
if (process.execPath !== node) {
  const env = { ...process.env, PATH: `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}` }
  process.exit(
    spawnSync(node, [process.argv[1], ...process.argv.slice(2)], { cwd: root, stdio: 'inherit', env }).status ?? 1,
  )
}
ensureBuild()
const args = process.argv.slice(2)
const wanted = args.filter((arg) => !arg.startsWith('--'))
const names = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length))
  .filter((name) => wanted.length === 0 || wanted.includes(name))
if (names.length === 0) {
  console.error(`There is no benchmark ${wanted.join(', ')}. There are: ${readdirSync(join(root, 'bench')).join(', ')}`)
  process.exit(2)
}

const { build } = await import('vite')
await build({
  configFile: false,
  root,
  logLevel: 'warn',
  resolve: { alias: { '@shared': join(root, 'src/shared'), '@main': join(root, 'src/main') } },
  ssr: { noExternal: ['zod', 'conf', 'ws', 'yaml'] },
  build: {
    ssr: true,
    outDir: join(root, 'node_modules/.cache/bench'),
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    rolldownOptions: {
      input: Object.fromEntries(names.map((name) => [name, join(root, `bench/${name}.bench.ts`)])),
      output: { entryFileNames: '[name].mjs' },
    },
  },
})
const load = (name) => import(pathToFileURL(join(root, 'node_modules/.cache/bench', `${name}.mjs`)).href)
const rows = []
const report = {
  row(row) {
    rows.push(row)
    console.log(line(row).join('  '))
  },
  notRun(id, why) {
    rows.push({ id, why })
    console.log(`${id}: not run: ${why}`)
  },
  progress: (text) => console.log(`   ${text}`),
}
const number = (value) =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
const line = ({ id, what, ours, peer, ratio, unit, target, note, why }) =>
  why !== undefined
    ? [id, `*not run: ${why}*`, '', '', '', '', '']
    : [
        id,
        what,
        `${number(ours)} ${unit}`,
        peer === undefined ? '' : `${number(peer)} ${unit}`,
        ratio === undefined ? '' : `${ratio.toFixed(2)} ×`,
        target ? `${target.text} ${target.met ? 'met' : '**missed**'}` : '',
        note ?? '',
      ]
const tableOf = () =>
  [['id', 'what', 'ours', 'peer', 'ratio', 'target', 'note'], Array(7).fill('---'), ...rows.map(line)]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, load ${loadavg()
    .map((l) => l.toFixed(2))
    .join(' ')}, Node ${process.versions.node}`,
)
for (const name of names) {
  console.log(`\n── ${name}`)
  try {
    const { default: run } = await load(name)
    await run(report)
  } catch (error) {
    report.notRun(name, error instanceof Error ? error.message : String(error))
    console.error(error)
  }
}
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, load at the end ${loadavg()
  .map((l) => l.toFixed(2))
  .join(' ')}, Node ${process.versions.node}`
const table = tableOf()
console.log(`\n${table}\n\n${machine}`)
if (args.includes('--docs')) {
  const file = join(root, 'docs/benchmarks.md')
  const text = readFileSync(file, 'utf8')
  const marked = /(<!-- figures -->)[\s\S]*(<!-- end of figures -->)/
  writeFileSync(file, text.replace(marked, `$1\n${machine}\n\n${table}\n$2`))
}
process.exit(0)
