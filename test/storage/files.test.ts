import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { writeFileAtomic } from '@main/storage/atomic-file'
import { keyFile } from '@main/storage/key-file'
import { fileSettings, memorySettings } from '@main/storage/settings'
import { createVault } from '@main/storage/vault'
import { expect, it } from 'vitest'
import { temporaryFolder } from './temporary-folder'

const modeOf = (path: string) => (process.platform === 'win32' ? null : statSync(path).mode & 0o777)
const isOwnersOnly = (path: string) => [null, 0o600, 0o700].includes(modeOf(path))

it('replaces a file whole, and leaves nothing else behind', async () => {
  using folder = temporaryFolder()
  const path = folder.file('edge.json')
  await writeFileAtomic(path, '{"old":1}')
  await writeFileAtomic(path, '{"new":2}')
  expect(readFileSync(path, 'utf8')).toBe('{"new":2}')
  expect(readdirSync(folder.path)).toEqual(['edge.json'])
  expect(isOwnersOnly(path)).toBe(true)
})

it('leaves no draft behind when writing fails', async () => {
  using folder = temporaryFolder()
  await expect(writeFileAtomic(folder.file('gone/edge.json'), 'x')).rejects.toThrow('ENOENT')
  mkdirSync(folder.file('taken'))
  await expect(writeFileAtomic(folder.file('taken'), 'x')).rejects.toThrow()
  expect(readdirSync(folder.path)).toEqual(['taken'])
})

it('remembers settings over a restart, readable by their owner only', async () => {
  using folder = temporaryFolder()
  await fileSettings(folder.path).update({ theme: 'sun', technician: 'R. Meier' })
  expect(fileSettings(folder.path).get()).toMatchObject({ theme: 'sun', technician: 'R. Meier', density: 'normal' })
  expect(isOwnersOnly(folder.file('settings.json'))).toBe(true)
})

it('falls back to the default for one wrong setting and keeps the others, and what it does not know', async () => {
  using folder = temporaryFolder()
  writeFileSync(folder.file('settings.json'), '{"theme":"plaid","language":"de","window":{"width":900}}')
  const settings = fileSettings(folder.path)
  expect(settings.get()).toMatchObject({ theme: 'auto', language: 'de' })
  await settings.update({ density: 'lab' })
  expect(JSON.parse(readFileSync(folder.file('settings.json'), 'utf8'))).toMatchObject({ window: { width: 900 } })
})

it('puts a settings file aside that is no JSON any more, and starts with the defaults', () => {
  using folder = temporaryFolder()
  writeFileSync(folder.file('settings.json'), '{"theme":"da')
  expect(fileSettings(folder.path).get().theme).toBe('auto')
  expect(readFileSync(folder.file('settings.broken.json'), 'utf8')).toBe('{"theme":"da')
})

it('keeps settings in memory for those who keep nothing', async () => {
  const settings = memorySettings({ language: 'de' })
  await settings.update({ theme: 'dark' })
  expect(settings.get()).toMatchObject({ language: 'de', theme: 'dark' })
})

it('makes one data key, keeps it, and lets only its owner read it', async () => {
  using folder = temporaryFolder()
  const key = await keyFile(folder.file('vault'))
  expect(key.length).toBe(32)
  expect(Buffer.from(await keyFile(folder.file('vault'))).equals(key)).toBe(true)
  expect([modeOf(folder.file('vault')), modeOf(folder.file('vault/key'))]).toEqual(
    process.platform === 'win32' ? [null, null] : [0o700, 0o600],
  )
})

it('makes no new key in place of a damaged one', async () => {
  using folder = temporaryFolder()
  writeFileSync(folder.file('key'), 'short')
  await expect(keyFile(folder.path)).rejects.toMatchObject({ key: 'storage.corrupt' })
  expect(readFileSync(folder.file('key'), 'utf8')).toBe('short')
})

it('gives a secret back to the same key only, and shows it to nobody on disk', async () => {
  using folder = temporaryFolder()
  const vault = createVault(new Uint8Array(32).fill(1), folder.path)
  await vault.seal('site/01J9/apikey', 'grüezi-4711')
  await vault.seal('token', '')
  expect([await vault.open('site/01J9/apikey'), await vault.open('token'), await vault.open('none')]).toEqual([
    'grüezi-4711',
    '',
    null,
  ])
  expect(await vault.names()).toEqual(['site/01J9/apikey', 'token'])
  for (const file of readdirSync(folder.path)) {
    expect(readFileSync(folder.file(file), 'utf8')).not.toContain('4711')
    expect(isOwnersOnly(folder.file(file))).toBe(true)
  }
  const other = createVault(new Uint8Array(32).fill(2), folder.path)
  await expect(other.open('site/01J9/apikey')).rejects.toMatchObject({ key: 'storage.wrong-key' })
  await vault.remove('token')
  expect(await vault.names()).toEqual(['site/01J9/apikey'])
})

it('does not open a sealed secret that was changed or put under another name', async () => {
  using folder = temporaryFolder()
  const vault = createVault(new Uint8Array(32).fill(1), folder.path)
  await vault.seal('mine', 'secret')
  const [mine = ''] = readdirSync(folder.path)
  await vault.seal('yours', 'other')
  const yours = readdirSync(folder.path).find((file) => file !== mine) ?? ''
  writeFileSync(folder.file(yours), readFileSync(folder.file(mine)))
  await expect(vault.open('yours')).rejects.toMatchObject({ key: 'storage.wrong-key' })
  const sealed = JSON.parse(readFileSync(folder.file(mine), 'utf8'))
  writeFileSync(folder.file(mine), JSON.stringify({ ...sealed, data: Buffer.from('forged').toString('base64') }))
  await expect(vault.open('mine')).rejects.toMatchObject({ key: 'storage.wrong-key' })
  writeFileSync(folder.file(mine), 'torn')
  await expect(vault.open('mine')).rejects.toMatchObject({ key: 'storage.corrupt' })
})
