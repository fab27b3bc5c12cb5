import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The built program, for tests that start it as a person does. `npm test` builds it first. */
export function builtProgram() {
  const root = resolve('.')
  const missing = [
    'out/main/cli.js',
    'out/main/child.js',
    'out/main/shell.js',
    'out/preload/index.cjs',
    'out/renderer/index.html',
  ].filter((file) => !existsSync(join(root, file)))
  if (missing.length > 0) throw new Error(`${missing.join(', ')} is missing: npm run build`)
  return { root, cli: join(root, 'out/main/cli.js'), child: join(root, 'out/main/child.js') }
}
