import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'

/** A Chromium that tests may drive. `env` is added to the environment of the process, `source` is for the report. */
export interface FoundBrowser {
  readonly executablePath: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly source: string
}

/**
 * The browser of the tests: `CHROME_PATH`, else an installed Chromium, Chrome or Edge, else the headless Chromium that
 * comes as an npm package, unpacked once into `node_modules/.cache`. No test needs anything that npm does not bring.
 */
export async function findBrowser(environment: NodeJS.ProcessEnv = process.env): Promise<FoundBrowser> {
  const named = environment.CHROME_PATH
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROME_PATH is ${named}, but there is no such file`)
    return { executablePath: named, args: flags(isRoot()), env: {}, source: 'CHROME_PATH' }
  }
  const installed = findInstalled(environment)
  if (installed) return { executablePath: installed, args: flags(isRoot()), env: {}, source: 'installed' }
  return unpackFromNpm()
}

/** Starts it without a window. */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  const { executablePath, args, env } = await findBrowser()
  return chromium.launch({
    executablePath,
    ...options,
    args: [...args, ...(options.args ?? [])],
    env: { ...definedOnly(process.env), ...env, ...options.env },
  })
}

/** Chromium refuses to sandbox itself as root; everything else only keeps it quiet and off the network. */
function flags(noSandbox: boolean): string[] {
  return [
    ...(noSandbox ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--force-color-profile=srgb',
    '--font-render-hinting=none',
  ]
}

const isRoot = (): boolean => process.getuid?.() === 0

const definedOnly = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined))

function findInstalled(environment: NodeJS.ProcessEnv): string | null {
  const inPath = (name: string) => (environment.PATH ?? '').split(delimiter).map((folder) => join(folder, name))
  const places: Partial<Record<NodeJS.Platform, () => string[]>> = {
    linux: () =>
      ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge-stable'].flatMap(
        inPath,
      ),
    darwin: () =>
      ['Google Chrome', 'Chromium', 'Microsoft Edge'].flatMap((name) =>
        ['/Applications', join(homedir(), 'Applications')].map((root) => `${root}/${name}.app/Contents/MacOS/${name}`),
      ),
    win32: () =>
      [environment.PROGRAMFILES, environment['PROGRAMFILES(X86)'], environment.LOCALAPPDATA]
        .filter((root) => root !== undefined)
        .flatMap((root) => [
          join(root, 'Google/Chrome/Application/chrome.exe'),
          join(root, 'Chromium/Application/chrome.exe'),
          join(root, 'Microsoft/Edge/Application/msedge.exe'),
        ]),
  }
  return places[process.platform]?.().find((path) => existsSync(path)) ?? null
}

/**
 * Unpacks `@sparticuz/chromium` with the libraries it needs, so that it runs on a bare Linux x64 too. Several tests may
 * do this at the same time: each unpacks for itself, the first to finish gives the folder its name.
 */
async function unpackFromNpm(): Promise<FoundBrowser> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('no Chromium, Chrome or Edge is installed; install one or set CHROME_PATH')
  const home = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '..')
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string }
  const cache = join(home, '../../.cache')
  const folder = join(cache, `sitewright-chromium-${version}`)
  if (!existsSync(folder)) {
    await mkdir(cache, { recursive: true })
    const making = await mkdtemp(`${folder}-`)
    await inflateInto(making, home)
    await rename(making, folder).catch(async (error: NodeJS.ErrnoException) => {
      await rm(making, { recursive: true, force: true })
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  }
  return {
    executablePath: join(folder, 'chromium'),
    // The package has no sandbox helper, and many kernels refuse user namespaces to whoever is not root.
    args: flags(true),
    env: {
      LD_LIBRARY_PATH: join(folder, 'al2023/lib'),
      ...(existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') }),
    },
    source: `npm, @sparticuz/chromium ${version}`,
  }
}

/** The package's own unpacker writes into the temporary folder, which we let be ours for that long. */
async function inflateInto(folder: string, home: string): Promise<void> {
  const { inflate } = await import('@sparticuz/chromium')
  const before = process.env.TMPDIR
  process.env.TMPDIR = folder
  try {
    await Promise.all(['chromium.br', 'fonts.tar.br', 'al2023.tar.br'].map((file) => inflate(join(home, 'bin', file))))
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
}
