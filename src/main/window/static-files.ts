import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { securityHeaders } from './security-headers'

export interface StaticFile {
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

/**
 * The files of the built renderer below `root`, by the path of a URL (`/` is `index.html`). Null for everything that is
 * not a file of a known type in there: a path that climbs out, a link that leads out, a folder, a byte that is no path.
 */
export function staticFiles(root: string): (pathname: string) => Promise<StaticFile | null> {
  return async (pathname) => {
    const relative = relativePath(pathname)
    const type = relative === null ? undefined : TYPES[extname(relative)]
    if (relative === null || type === undefined) return null
    try {
      const [home, path] = await Promise.all([realpath(root), realpath(join(root, relative))])
      if (!path.startsWith(home + sep)) return null
      return {
        body: await readFile(path),
        headers: { ...securityHeaders, ...cacheFor(relative), 'content-type': type },
      }
    } catch (error) {
      if (isAbsence(error)) return null
      throw error
    }
  }
}

function relativePath(pathname: string): string | null {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return null
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return null
  const parts = decoded.split('/').filter((part) => part !== '')
  // Windows reads `C:` and `name:stream` as something else than a file in here.
  if (parts.some((part) => part.startsWith('.') || part.includes(':'))) return null
  return parts.length === 0 ? 'index.html' : parts.join('/')
}

/** Names in `assets/` carry a hash of their content; the page itself is asked for anew after an update. */
const cacheFor = (relative: string): Record<string, string> => ({
  'cache-control': relative.startsWith('assets/') ? 'private, max-age=31536000, immutable' : 'no-cache',
})

const isAbsence = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(String(error.code))
