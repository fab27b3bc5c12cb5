import { createTheme, MantineProvider, type VariantColorsResolver } from '@mantine/core'
import type { Settings } from '@shared/settings'
import { type ReactNode, useLayoutEffect, useSyncExternalStore } from 'react'
import type { Density, ThemeName } from './tokens'
import './fonts'
import './mantine'
import './tokens.css'
import './base.css'

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

/** Puts the looks onto the page: our tokens by attributes of <html>, Mantine by its scheme. */
export function UiProvider({ appearance, children }: { appearance: Appearance; children: ReactNode }) {
  const system = useSystemTheme()
  const theme = appearance.theme === 'auto' ? system : appearance.theme
  const density = effectiveDensity(appearance.density, theme)
  useLayoutEffect(() => {
    const { dataset } = document.documentElement
    dataset.theme = theme
    dataset.density = density
    if (appearance.passedColour === 'green') dataset.passed = 'green'
    else delete dataset.passed
  }, [theme, density, appearance.passedColour])
  return (
    <MantineProvider theme={mantineTheme} forceColorScheme={theme === 'dark' ? 'dark' : 'light'}>
      {children}
    </MantineProvider>
  )
}

/** Outdoors the rows are made for gloves, whatever was chosen for the desk. */
function effectiveDensity(chosen: Density, theme: ThemeName): Density {
  return theme === 'sun' && chosen === 'normal' ? 'field' : chosen
}

const query = () => window.matchMedia('(prefers-color-scheme: dark)')

function useSystemTheme(): ThemeName {
  return useSyncExternalStore(
    (listener) => {
      const media = query()
      media.addEventListener('change', listener)
      return () => media.removeEventListener('change', listener)
    },
    () => (query().matches ? 'dark' : 'light'),
  )
}
