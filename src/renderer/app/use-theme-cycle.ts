import { useCallback } from 'react'
import { useSettings } from './settings'

const THEMES = ['auto', 'light', 'dark', 'sun'] as const

/** The next theme in turn; bound to a key for whoever steps out into the sun. */
export function useThemeCycle(): () => void {
  const { settings, update } = useSettings()
  return useCallback(() => {
    const theme = THEMES[(THEMES.indexOf(settings.theme) + 1) % THEMES.length] ?? 'auto'
    // Shown already; when it cannot be kept, the settings page says so on the next change there.
    void update({ theme }).catch(() => {})
  }, [settings.theme, update])
}
