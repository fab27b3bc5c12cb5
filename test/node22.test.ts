import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

/**
 * What later versions brought and Node 22.17 does not have; the program runs there too. The build lowers syntax (`using`)
 * but brings no missing globals. Source: Node.js changelogs 23 to 25; "Node.js compatibility", node.green.
 */
const MISSING_IN_NODE_22 = [
  /\bnew (Async)?DisposableStack\b/,
  /\bnew SuppressedError\b/,
  /\bPromise\.try\b/,
  /\bError\.isError\b/,
  /\bRegExp\.escape\b/,
  /\bIterator\.concat\b/,
  /\bMath\.(f16round|sumPrecise)\b/,
  /\bAtomics\.pause\b/,
  /\bFloat16Array\b/,
  /\.[gs]etFloat16\(/,
  /\b(Uint8Array\.from(Base64|Hex)|\.(to|setFrom)(Base64|Hex)\()/,
  /\.getOrInsert(Computed)?\(/,
  /\bIntl\.DurationFormat\b/,
  /\bURLPattern\b/,
]

it('the program uses nothing that Node 22.17 does not have', () => {
  const found: string[] = []
  for (const room of ['src/main', 'src/shared']) {
    for (const name of readdirSync(room, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    )) {
      const lines = readFileSync(join(room, name), 'utf8').split('\n')
      for (const [index, line] of lines.entries()) {
        const missing = MISSING_IN_NODE_22.map((pattern) => pattern.exec(line)?.[0]).filter(Boolean)
        if (missing.length > 0) found.push(`${room}/${name}:${index + 1} uses ${missing.join(', ')}`)
      }
    }
  }
  expect(found).toEqual([])
})
