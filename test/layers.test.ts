import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { expect, it } from 'vitest'

const src = resolve('src')

/** Who may import whom; the table of docs/architecture.md as code. A new folder gets its row in the same commit. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  renderer: [],
  preload: [],
  'main/transport': [],
  'main/storage': [],
  'main/profiles': [],
  'main/protocols': [],
  'main/window': ['transport'],
  'main/timeseries': ['storage'],
  'main/jobs': ['storage'],
  'main/session': ['transport', 'storage'],
  'main/edge': ['timeseries', 'profiles'],
  'main/drivers': ['protocols', 'edge', 'profiles'],
  'main/apis': ['edge', 'session', 'protocols', 'transport', 'timeseries'],
  'main/discovery': ['protocols', 'profiles', 'jobs'],
  'main/simulator': ['profiles'],
  'main/commissioning': [
    'discovery',
    'drivers',
    'edge',
    'apis',
    'protocols',
    'transport',
    'jobs',
    'storage',
    'timeseries',
    'profiles',
  ],
  'main/app': ['*'],
  'main/engine': ['*'],
  'main/process': ['engine', 'transport'],
  'main/host': ['process', 'engine', 'transport', 'storage', 'window'],
  'main/cli': ['process', 'engine', 'transport', 'storage', 'window', 'host'],
  'main/shell': ['process', 'engine', 'transport', 'storage', 'window'],
}
/** `app` and `engine` may import all of main except those that stand above them. */
const ABOVE_ENGINE = ['process', 'host', 'cli', 'shell']

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|tsx)$/.test(name))
  .map((name) => join(src, name))

/** The room a file stands in: `shared`, `renderer`, `preload`, `main/edge`, or `main/engine` for files of main itself. */
function roomOf(path: string): string {
  const [first = '', second = ''] = relative(src, path).split(sep)
  return first === 'main' ? `main/${second.replace(/\.ts$/, '')}` : first
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '')
}

function targetOf(file: string, specifier: string): string | null {
  if (specifier.startsWith('@shared/')) return join(src, 'shared', specifier.slice(8))
  if (specifier.startsWith('@main/')) return join(src, 'main', specifier.slice(6))
  if (specifier.startsWith('@renderer/')) return join(src, 'renderer', specifier.slice(10))
  return specifier.startsWith('.') ? resolve(file, '..', specifier) : null
}

it('every folder has its row in the table', () => {
  expect([...new Set(files.map(roomOf))].filter((room) => !(room in MAY))).toEqual([])
})

it('nobody imports from a room the table does not open to them', () => {
  const wrong: string[] = []
  for (const file of files) {
    const room = roomOf(file)
    for (const specifier of importsOf(file)) {
      const target = targetOf(file, specifier)
      if (target === null || !target.startsWith(src)) continue
      const other = roomOf(target)
      if (other === room || other === 'shared') continue
      const name = other.replace(/^main\//, '')
      const allowed = MAY[room] ?? []
      const open = allowed.includes('*')
        ? other.startsWith('main/') && !ABOVE_ENGINE.includes(name)
        : allowed.includes(name)
      if (!open || !other.startsWith('main/')) wrong.push(`${relative(src, file)} imports ${specifier}`)
    }
  }
  expect(wrong).toEqual([])
})

it('electron is known to the shell and the preload alone, node to nothing shared or rendered, Mantine to ui only', () => {
  const wrong: string[] = []
  for (const file of files) {
    const room = roomOf(file)
    for (const specifier of importsOf(file)) {
      const isElectron = /^electron(-store)?(\/|$)/.test(specifier)
      if (isElectron && room !== 'main/shell' && room !== 'preload') wrong.push(`${relative(src, file)}: ${specifier}`)
      if (specifier.startsWith('node:') && (room === 'shared' || room === 'renderer' || room === 'preload')) {
        wrong.push(`${relative(src, file)}: ${specifier}`)
      }
      const inUi = relative(src, file).startsWith(join('renderer', 'ui'))
      if (specifier.startsWith('@mantine/') && !inUi) wrong.push(`${relative(src, file)}: ${specifier}`)
    }
  }
  expect(wrong).toEqual([])
})
