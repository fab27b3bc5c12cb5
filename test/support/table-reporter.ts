import { relative } from 'node:path'
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node'

interface Row {
  passed: number
  failed: number
  skipped: number
  ms: number
  why: Set<string>
}

/**
 * Progress while tests run and one table at the end: suite, passed, failed, skipped, why. A suite is a folder below
 * `test/`. A test that is skipped without a reason counts as failed, and under CI so does one whose peer program is missing:
 * a reason that begins with "missing peer".
 */
export default class TableReporter implements Reporter {
  readonly #rows = new Map<string, Row>()
  readonly #failures: string[] = []
  #root = process.cwd()
  #done = 0
  #total = 0

  onInit(vitest: { config: { root: string } }): void {
    this.#root = vitest.config.root
  }

  onTestRunStart(specifications: readonly unknown[]): void {
    this.#total = specifications.length
  }

  onTestModuleEnd(module: TestModule): void {
    const suite = suiteOf(relative(this.#root, module.moduleId))
    const row = this.#row(suite)
    row.ms += module.diagnostic().duration
    for (const test of module.children.allTests()) this.#count(row, test)
    for (const error of module.errors()) {
      row.failed++
      this.#failures.push(`${relative(this.#root, module.moduleId)}: ${error.stack ?? error.message}`)
    }
    this.#done++
    const state = module.ok() ? 'ok  ' : 'FAIL'
    console.log(`[${this.#done}/${this.#total}] ${state} ${relative(this.#root, module.moduleId)}`)
  }

  onTestRunEnd(_modules: readonly TestModule[], errors: readonly { message: string; stack?: string }[]): void {
    for (const error of errors) this.#failures.push(`outside any test: ${error.stack ?? error.message}`)
    for (const failure of this.#failures) console.log(`\n✗ ${failure}`)
    console.log(`\n${this.table()}`)
    const sum = (key: 'passed' | 'failed' | 'skipped') =>
      [...this.#rows.values()].reduce((all, row) => all + row[key], 0)
    const failed = sum('failed') + errors.length
    console.log(`\n${sum('passed')} passed, ${failed} failed, ${sum('skipped')} skipped`)
    if (failed > 0) process.exitCode = 1
  }

  table(): string {
    const lines = [['suite', 'passed', 'failed', 'skipped', 'seconds', 'why']]
    for (const [suite, row] of [...this.#rows].sort(([a], [b]) => a.localeCompare(b))) {
      const figures = [row.passed, row.failed, row.skipped].map(String)
      lines.push([suite, ...figures, (row.ms / 1000).toFixed(1), [...row.why].join('; ')])
    }
    const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
    return lines
      .map((line) =>
        line
          .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
          .join('  '),
      )
      .join('\n')
  }

  #count(row: Row, test: TestCase): void {
    const result = test.result()
    if (result.state === 'passed') row.passed++
    else if (result.state === 'failed') {
      row.failed++
      const reason = result.errors.map((error) => error.stack ?? error.message).join('\n')
      this.#failures.push(`${relative(this.#root, test.module.moduleId)} > ${test.fullName}\n${reason}`)
    } else {
      const why = ('note' in result && result.note) || reasonInName(test)
      const refused = !why || (process.env.CI === 'true' && why.startsWith('missing peer'))
      if (refused) {
        row.failed++
        this.#failures.push(`${test.fullName}: skipped ${why ? `although this is CI: ${why}` : 'without a reason'}`)
      } else row.skipped++
      row.why.add(why || 'no reason given')
    }
  }

  #row(suite: string): Row {
    const row = this.#rows.get(suite) ?? { passed: 0, failed: 0, skipped: 0, ms: 0, why: new Set() }
    this.#rows.set(suite, row)
    return row
  }
}

const suiteOf = (file: string): string => file.split(/[\\/]/)[1]?.replace(/\.test\.tsx?$/, '') ?? file

/** A whole suite says why in its name: `frames of the specification (skipped: … is not there)`. */
function reasonInName(test: TestCase): string {
  let name = test.name
  for (let parent: TestCase['parent'] | TestSuite = test.parent; parent.type === 'suite'; parent = parent.parent)
    name += ` ${parent.name}`
  return /\(skipped: ([^)]*)\)/.exec(name)?.[1] ?? ''
}
