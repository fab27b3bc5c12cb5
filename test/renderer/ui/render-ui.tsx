import { defaultSettings, type Settings } from '@shared/settings'
import { cleanup, render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { I18nextProvider } from 'react-i18next'
import { createI18n } from '../../../src/renderer/app/i18n'
import { UiProvider } from '../../../src/renderer/ui'

/** A piece of ui/ alone, in English and light unless told otherwise. */
export function renderUi(children: ReactNode, settings: Partial<Settings> = {}) {
  const appearance = { ...defaultSettings, theme: 'light' as const, ...settings }
  const i18n = createI18n(settings.language === 'de' ? 'de' : 'en')
  const around = (inner: ReactNode) => (
    <I18nextProvider i18n={i18n}>
      <UiProvider appearance={appearance}>{inner}</UiProvider>
    </I18nextProvider>
  )
  const view = render(around(children))
  return {
    ...view,
    show: (other: ReactNode) => view.rerender(around(other)),
    [Symbol.dispose]: cleanup,
  }
}
