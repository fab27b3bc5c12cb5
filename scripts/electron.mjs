// Whether there can be a desktop window: a display, a person who is not root, Electron's binary. Plain Node 20.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './node.mjs'

const home = join(root, 'node_modules/electron')
/** A download that failed is not tried again before tomorrow. */
const memory = join(root, 'node_modules/.cache/sitewright-electron.json')
const DAY_MS = 24 * 60 * 60 * 1000
const DOWNLOAD_MS = 60_000
const PROBE_MS = 2_000

export const isRoot = () => process.getuid?.() === 0

/** In words for a person, or null. */
export function whyNoDisplay({ platform, env } = process) {
  return platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY ? 'there is no display' : null
}

/** `{program}`, the path of Electron, or `{why}`, one sentence without its full stop. Fetches the binary once if need be. */
export async function findElectron(node) {
  const noDisplay = whyNoDisplay()
  if (noDisplay) return { why: noDisplay }
  if (process.platform === 'linux' && isRoot()) return { why: 'Electron does not run as root' }
  if (!existsSync(join(home, 'package.json'))) return { why: 'the electron package is not installed' }
  const there = installed()
  if (there) return { program: there }

  const failed = remembered()
  if (failed) return { why: failed }
  const why = (await whyUnreachable()) ?? download(node)
  const program = installed()
  if (program) return { program }
  remember(why)
  return { why }
}

/** electron/index.js tells the same, but starts a download and throws when it is not there. */
function installed() {
  const name = join(home, 'path.txt')
  if (!existsSync(name)) return null
  const program = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(home, 'dist'), readFileSync(name, 'utf8'))
  return existsSync(program) ? program : null
}

/** A site without internet must not wait for a download that cannot come. */
async function whyUnreachable() {
  const mirror = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? 'https://github.com/'
  try {
    await fetch(mirror, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(PROBE_MS) })
    return null
  } catch {
    return `Electron is not on this machine, and ${new URL(mirror).host} cannot be reached to fetch it`
  }
}

function download(node) {
  console.log('Fetching Electron once (about 110 MB) …')
  const run = spawnSync(node, [join(home, 'install.js')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: DOWNLOAD_MS,
    encoding: 'utf8',
  })
  if (run.status === 0) return 'its binary is not there after the download'
  const reason =
    run.error?.code === 'ETIMEDOUT' ? `not done within ${DOWNLOAD_MS / 1000} s` : run.stderr.trim().split('\n')[0]
  return `Electron could not be fetched (${reason})`
}

function remembered() {
  try {
    const { at, why } = JSON.parse(readFileSync(memory, 'utf8'))
    return Date.now() - at < DAY_MS ? why : null
  } catch {
    return null
  }
}

function remember(why) {
  try {
    mkdirSync(dirname(memory), { recursive: true })
    writeFileSync(memory, JSON.stringify({ at: Date.now(), why }))
  } catch {
    // A clone that belongs to somebody else: it is tried again next time.
  }
}
