import { isOwnHost } from '@main/host/access'
import { defaultDataDir } from '@main/storage/data-dir'
import { languageOf } from '@main/window/sentences'
import { expect, it } from 'vitest'

it.each([
  ['linux', {}, '/home/ana', '/home/ana/.local/share/sitewright'],
  ['linux', { XDG_DATA_HOME: '/srv/data' }, '/home/ana', '/srv/data/sitewright'],
  ['linux', { XDG_DATA_HOME: 'relative' }, '/home/ana', '/home/ana/.local/share/sitewright'],
  ['darwin', {}, '/Users/ana', '/Users/ana/Library/Application Support/Sitewright'],
  [
    'win32',
    { APPDATA: 'C:\\Users\\ana\\AppData\\Roaming' },
    'C:\\Users\\ana',
    'C:\\Users\\ana\\AppData\\Roaming\\Sitewright',
  ],
  ['win32', {}, 'C:\\Users\\ana', 'C:\\Users\\ana\\AppData\\Roaming\\Sitewright'],
] as const)('keeps data on %s with %j where the system keeps it', (platform, env, home, place) => {
  expect(defaultDataDir(platform, env, home)).toBe(place)
})

it.each([
  [undefined, 'en'],
  ['de-CH,de;q=0.9,en;q=0.8', 'de'],
  ['fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7', 'en'],
  ['en;q=0.4, de;q=0.5', 'de'],
  ['*', 'en'],
])('speaks the language of Accept-Language %j: %s', (header, language) => {
  expect(languageOf(header)).toBe(language)
})

it.each([
  ['192.168.1.20:8090', true],
  ['[fe80::1]:8090', true],
  ['field-laptop:8090', true],
  ['field-laptop.local', true],
  ['localhost:8090', true],
  ['evil.example', false],
  ['field-laptop.evil.example', false],
  [undefined, false],
])('opened to the network, it answers under %j: %s', (header, own) => {
  expect(isOwnHost(header, '0.0.0.0', 'Field-Laptop')).toBe(own)
})
