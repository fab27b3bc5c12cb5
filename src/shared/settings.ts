import { z } from 'zod'

/** What a person chose for this laptop. Kept by the shell (electron-store) or the browser host (conf), never a secret. */
export const Settings = z.object({
  theme: z.enum(['auto', 'light', 'dark', 'sun']).catch('auto'),
  density: z.enum(['field', 'normal', 'lab']).catch('normal'),
  language: z.enum(['auto', 'en', 'de']).catch('auto'),
  passedColour: z.enum(['blue', 'green']).catch('blue'),
  technician: z.string().max(80).catch(''),
  company: z.string().max(80).catch(''),
})
export type Settings = z.infer<typeof Settings>

export const defaultSettings: Settings = Settings.parse({
  theme: 'auto',
  density: 'normal',
  language: 'auto',
  passedColour: 'blue',
  technician: '',
  company: '',
})

/** Same two acts wherever the settings are kept. */
export interface SettingsStore {
  get(): Settings
  update(patch: Partial<Settings>): Promise<Settings>
}
