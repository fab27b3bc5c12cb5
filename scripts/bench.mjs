// npm run bench [name …]: runs bench/<name>.bench.ts (all without a name) and prints one table. Each benchmark compares us
// with a peer or a limit in the same run; `--docs` writes the rows into docs/benchmarks.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { bundle, namesIn, prepare } from './bundle.mjs'
import { root } from './node.mjs'

prepare()
const args = process.argv.slice(2)
const names = namesIn(
  'bench',
  args.filter((arg) => !arg.startsWith('--')),
)
const load = await bundle('bench', names)
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
