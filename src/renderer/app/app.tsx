import { RouterProvider } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { I18nextProvider } from 'react-i18next'
import { type EngineLine, RpcProvider } from '../rpc'
import { UiProvider } from '../ui'
import { chosenLanguage, createI18n } from './i18n'
import { type AppRouter, createAppRouter } from './routes'
import { SettingsProvider, useSettings } from './settings'

/** The whole application on one line to an engine. `router` comes from a test that starts somewhere else. */
export function App({ line, router }: { line: EngineLine; router?: AppRouter }) {
  const [routes] = useState(() => router ?? createAppRouter())
  return (
    <RpcProvider line={line}>
      <SettingsProvider>
        <Looks>
          <RouterProvider router={routes} />
        </Looks>
      </SettingsProvider>
    </RpcProvider>
  )
}

/** Language and appearance, as chosen. */
function Looks({ children }: { children: ReactNode }) {
  const { settings } = useSettings()
  const language = chosenLanguage(settings.language, navigator.language)
  const [i18n] = useState(() => createI18n(language))
  useEffect(() => {
    document.documentElement.lang = language
    void i18n.changeLanguage(language)
  }, [i18n, language])
  return (
    <I18nextProvider i18n={i18n}>
      <UiProvider appearance={settings}>{children}</UiProvider>
    </I18nextProvider>
  )
}
