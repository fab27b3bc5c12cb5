import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { defaultSettings, Settings, type SettingsStore } from '@shared/settings'
import Conf from 'conf'

/**
 * A person's settings in `<folder>/settings.json`, readable by its owner only. A file that is no JSON any more is put
 * aside as `settings.broken.json`; a single value that is not valid falls back to its default.
 */
export function fileSettings(folder: string, open: (folder: string) => SettingsFile = openConf): SettingsStore {
  const file = openOrPutAside(folder, open)
  const get = () => Settings.parse({ ...defaultSettings, ...file.store })
  return {
    get,
    update(patch) {
      file.store = { ...file.store, ...Settings.parse({ ...get(), ...patch }) }
      return Promise.resolve(get())
    },
  }
}

/** A JSON file as `conf` keeps it; the desktop program hands in electron-store, which is made of it. */
export interface SettingsFile {
  store: Record<string, unknown>
}

/** The same, forgotten at the end: for tests and for commands that keep nothing. */
export function memorySettings(initial: Partial<Settings> = {}): SettingsStore {
  let settings = Settings.parse({ ...defaultSettings, ...initial })
  return {
    get: () => settings,
    update(patch) {
      settings = Settings.parse({ ...settings, ...patch })
      return Promise.resolve(settings)
    },
  }
}

const openConf = (folder: string): SettingsFile =>
  new Conf<Record<string, unknown>>({
    cwd: folder,
    configFileMode: 0o600,
    configName: 'settings',
    projectName: 'sitewright',
  })

function openOrPutAside(folder: string, open: (folder: string) => SettingsFile): SettingsFile {
  try {
    return open(folder)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    renameSync(join(folder, 'settings.json'), join(folder, 'settings.broken.json'))
    return open(folder)
  }
}
