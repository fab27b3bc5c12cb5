import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { staticFiles } from '@main/window/static-files'
import { expect, it } from 'vitest'

it('serves the page and its assets with their types, and says how long they may be kept', async () => {
  await using bundle = await makeBundle()
  const seen = async (path: string) => {
    const file = await bundle.serve(path)
    return file && [String(file.body), file.headers['content-type'], file.headers['cache-control']]
  }
  expect(await seen('/')).toEqual(['<page>', 'text/html; charset=utf-8', 'no-cache'])
  expect(await seen('/index.html')).toEqual(['<page>', 'text/html; charset=utf-8', 'no-cache'])
  expect(await seen('/assets/app-1a2b.js')).toEqual([
    'code',
    'text/javascript; charset=utf-8',
    'private, max-age=31536000, immutable',
  ])
  expect((await bundle.serve('/assets/inter.woff2'))?.headers['content-type']).toBe('font/woff2')
})

it('sends the content security policy and its companions with every file', async () => {
  await using bundle = await makeBundle()
  expect((await bundle.serve('/'))?.headers).toMatchObject({
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
      "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  })
})

it.each([
  ['climbs out of the folder', '/../secret.txt'],
  ['climbs out, encoded', '/%2e%2e/secret.txt'],
  ['climbs out, encoded with its slash', '/..%2fsecret.txt'],
  ['climbs out with backslashes', '/..%5csecret.txt'],
  ['climbs out in the middle', '/assets/../../secret.txt'],
  ['follows a link that leads out', '/assets/link.txt'],
  ['follows a linked folder that leads out', '/elsewhere/secret.txt'],
  ['names a hidden file', '/.env.txt'],
  ['names a drive', '/C:/secret.txt'],
  ['ends in a zero byte', '/index.html%00.txt'],
  ['is no path at all', '/%E0%A4%A'],
  ['is a folder', '/assets'],
  ['is of a type we never ship', '/assets/data.bin'],
  ['is not there', '/missing.js'],
  ['is longer than any name', `/${'a'.repeat(5_000)}.js`],
])('refuses a path that %s', async (_what, path) => {
  await using bundle = await makeBundle()
  expect(await bundle.serve(path)).toBeNull()
})

async function makeBundle() {
  const root = await mkdtemp(join(tmpdir(), 'sitewright-static-'))
  const bundle = join(root, 'renderer')
  await mkdir(join(bundle, 'assets'), { recursive: true })
  await Promise.all([
    writeFile(join(root, 'secret.txt'), 'secret'),
    writeFile(join(bundle, 'index.html'), '<page>'),
    writeFile(join(bundle, '.env.txt'), 'hidden'),
    writeFile(join(bundle, 'assets/app-1a2b.js'), 'code'),
    writeFile(join(bundle, 'assets/inter.woff2'), 'font'),
    writeFile(join(bundle, 'assets/data.bin'), 'data'),
    symlink(join(root, 'secret.txt'), join(bundle, 'assets/link.txt')),
    symlink(root, join(bundle, 'elsewhere')),
  ])
  return {
    serve: staticFiles(bundle),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  }
}
