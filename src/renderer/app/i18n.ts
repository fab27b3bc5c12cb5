import { createInstance, type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'

const files = import.meta.glob<Record<string, string>>('../../../resources/locales/*/*.json', {
  import: 'default',
  eager: true,
})

export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

/** The sentences of a language: all areas merged into one flat table. */
export function sentences(language: Language): Record<string, string> {
  const areas = Object.entries(files).filter(([path]) => path.includes(`/locales/${language}/`))
  return Object.assign({}, ...areas.map(([, area]) => area))
}

export function createI18n(language: Language): i18n {
  const instance = createInstance()
  void instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: Object.fromEntries(LANGUAGES.map((each) => [each, { translation: sentences(each) }])),
    // Keys are flat: `link.timeout.cause` is one key, not a path.
    keySeparator: false,
    nsSeparator: false,
    initAsync: false,
    // React escapes.
    interpolation: { escapeValue: false },
  })
  return instance
}

/** The person's choice, else the language of the system where we have it. */
export function chosenLanguage(setting: 'auto' | Language, system: string): Language {
  if (setting !== 'auto') return setting
  return LANGUAGES.find((language) => system.toLowerCase().startsWith(language)) ?? 'en'
}
