// npm run soak [name …] [-- --short]: runs soak/<name>.soak.ts (all without a name), each saying what it did, and ends with
// `N passed, N failed`; exit code 1 when anything failed. It takes a quarter of an hour, with --short one or two minutes.
import { bundle, namesIn, prepare } from './bundle.mjs'

prepare()
const args = process.argv.slice(2)
const names = namesIn(
  'soak',
  args.filter((arg) => !arg.startsWith('--')),
)
const load = await bundle('soak', names)
const counts = { passed: 0, failed: 0 }
const report = {
  isShort: args.includes('--short'),
  progress: (text) => console.log(`   ${text}`),
  check(what, holds, seen = '') {
    counts[holds ? 'passed' : 'failed']++
    console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}${seen === '' ? '' : ` (${seen})`}`)
  },
}
let current = ''
const nobodyCaught = (error) =>
  report.check(`${current}: nothing is thrown that nobody catches`, false, error?.stack ?? error)
process.on('uncaughtException', nobodyCaught)
process.on('unhandledRejection', nobodyCaught)

for (const name of names) {
  current = name
  const since = performance.now()
  console.log(`\n── ${name}`)
  try {
    const { default: run } = await load(name)
    await run(report)
  } catch (error) {
    report.check(`${name} runs to its end`, false, error?.stack ?? error)
  }
  report.progress(`${Math.round((performance.now() - since) / 1000)} s`)
}
console.log(`\n${counts.passed} passed, ${counts.failed} failed`)
process.exit(counts.failed === 0 ? 0 : 1)
