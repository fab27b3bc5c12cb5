// Plain Node 20, no packages: finds a Node that is new enough, brings the dependencies and the build.
// Every npm script starts here, so that a clean clone needs one command.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')

const enough = (version) => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 17)
}

/** Runs `npm ci` when node_modules is missing or older than the lock file. */
export function ensureDependencies() {
  const marker = join(root, 'node_modules/.package-lock.json')
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs) return
  console.error('Installing the dependencies (npm ci) …')
  const npm = process.env.npm_execpath
  const run = npm
    ? spawnSync(process.execPath, [npm, 'ci'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    : spawnSync('npm ci', { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell: true })
  if (run.status !== 0) process.exit(run.status ?? 1)
}

/** The Node that runs the program: this one if new enough, else the one the lock file brings. */
export function findNode() {
  if (enough(process.versions.node)) return process.execPath
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  for (const place of [
    join(
      root,
      'node_modules',
      `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
      'bin',
      name,
    ),
    join(root, 'node_modules/.bin', name),
  ]) {
    if (existsSync(place)) return place
  }
  console.error(
    `Sitewright needs Node 22.17 or newer (this is ${process.versions.node}). Install it from https://nodejs.org, or on Linux or Windows x64 run "npm ci", which brings one along.`,
  )
  process.exit(1)
}

const newest = (folder) => {
  let time = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    time = Math.max(time, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs)
  }
  return time
}

/** Builds `out/` when it is missing or older than the sources. Returns true if it built. */
export function ensureBuild() {
  const built = ['out/main/cli.js', 'out/main/child.js', 'out/preload/index.cjs', 'out/renderer/index.html'].map((f) =>
    join(root, f),
  )
  const sources = Math.max(
    newest(join(root, 'src')),
    newest(join(root, 'resources')),
    statSync(join(root, 'electron.vite.config.ts')).mtimeMs,
    statSync(join(root, 'package-lock.json')).mtimeMs,
  )
  if (built.every((f) => existsSync(f) && statSync(f).mtimeMs >= sources)) return false
  console.error('Building …')
  const vite = join(root, 'node_modules/electron-vite/bin/electron-vite.js')
  const run = spawnSync(findNode(), [vite, 'build', '--logLevel', 'warn'], { cwd: root, stdio: 'inherit' })
  if (run.status !== 0) process.exit(run.status ?? 1)
  return true
}
