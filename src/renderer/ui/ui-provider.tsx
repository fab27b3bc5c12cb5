import { createTheme, MantineProvider, type VariantColorsResolver } from '@mantine/core'
import type { Settings } from '@shared/settings'
import { createContext, type ReactNode, useContext, useLayoutEffect, useMemo, useSyncExternalStore } from 'react'
import type { Density, ThemeName } from './tokens'
// First: it says which layer of styles goes before which.
import './base.css'
import './fonts.css'
import './mantine'
import './tokens.css'

const colours: Record<string, ReturnType<VariantColorsResolver>> = {
  filled: look('var(--sw-primary-fill)', 'var(--sw-primary-hover)', 'var(--sw-on-primary)', 'var(--sw-primary-fill)'),
  default: look('var(--sw-surface)', 'var(--sw-hover)', 'var(--sw-text)', 'var(--sw-edge)'),
  subtle: look('transparent', 'var(--sw-hover)', 'var(--sw-primary)', 'transparent'),
  danger: look('var(--sw-surface)', 'var(--sw-fail-tint)', 'var(--sw-fail-text)', 'var(--sw-fail)'),
}

function look(background: string, hover: string, color: string, border: string) {
  return { background, hover, color, hoverColor: color, border: `var(--sw-stroke) solid ${border}` }
}

const mantineTheme = createTheme({
  fontFamily: 'var(--sw-font)',
  fontFamilyMonospace: 'var(--sw-mono)',
  defaultRadius: 'var(--sw-radius)',
  focusRing: 'never',
  cursorType: 'pointer',
  respectReducedMotion: true,
  variantColorResolver: ({ variant }) =>
    colours[variant] ?? look('var(--sw-surface)', 'var(--sw-hover)', 'var(--sw-text)', 'var(--sw-edge)'),
})

export type Appearance = Pick<Settings, 'theme' | 'density' | 'passedColour'>

export interface Looks {
  /** What is shown, with `auto` resolved. */
  readonly theme: ThemeName
  readonly density: Density
  /** Below 1200 px, and in sun where everything is larger: columns go and names fold before type shrinks. */
  readonly narrow: boolean
}

const Context = createContext<Looks>({ theme: 'light', density: 'normal', narrow: false })

/** How the page looks right now, for what CSS alone cannot decide: canvas colours, which columns there are. */
export const useLooks = (): Looks => useContext(Context)

/** Puts the looks onto the page: our tokens by attributes of <html>, Mantine by its scheme. */
export function UiProvider({ appearance, children }: { appearance: Appearance; children: ReactNode }) {
  const system = useMedia('(prefers-color-scheme: dark)') ? 'dark' : 'light'
  const small = useMedia('(max-width: 1199px)')
  const theme = appearance.theme === 'auto' ? system : appearance.theme
  const density = effectiveDensity(appearance.density, theme)
  useLayoutEffect(() => {
    const { dataset } = document.documentElement
    dataset.theme = theme
    dataset.density = density
    if (appearance.passedColour === 'green') dataset.passed = 'green'
    else delete dataset.passed
  }, [theme, density, appearance.passedColour])
  const looks = useMemo(() => ({ theme, density, narrow: small || theme === 'sun' }), [theme, density, small])
  return (
    <MantineProvider theme={mantineTheme} forceColorScheme={theme === 'dark' ? 'dark' : 'light'}>
      <Context value={looks}>{children}</Context>
    </MantineProvider>
  )
}

/** Outdoors the rows are made for gloves, whatever was chosen for the desk. */
function effectiveDensity(chosen: Density, theme: ThemeName): Density {
  return theme === 'sun' && chosen === 'normal' ? 'field' : chosen
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = window.matchMedia(query)
      media.addEventListener('change', listener)
      return () => media.removeEventListener('change', listener)
    },
    () => window.matchMedia(query).matches,
  )
}
