import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInstance } from 'i18next'

export type Language = 'en' | 'de'
export type Translate = (key: string, args?: Readonly<Record<string, string | number>>) => string

/** The sentences of `resources/locales`, for what is said outside of the window: terminal and plain pages. */
export async function loadSentences(resourcesDir: string): Promise<(language: Language) => Translate> {
  const read = async (language: Language) => {
    const folder = join(resourcesDir, 'locales', language)
    const files = (await readdir(folder)).filter((name) => name.endsWith('.json'))
    const texts = await Promise.all(files.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))))
    return { translation: Object.assign({}, ...texts) as Record<string, string> }
  }
  const [en, de] = await Promise.all([read('en'), read('de')])
  const sentences = createInstance()
  await sentences.init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en, de },
    // Keys are flat (`link.timeout.next`), and the terminal is no place for HTML.
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  })
  return (language) => {
    const translate = sentences.getFixedT(language)
    return (key, args) => translate(key, args ?? {})
  }
}

/** The language a browser asks for first among those we have (RFC 9110 §12.5.4), English otherwise. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const wishes = (acceptLanguage ?? '').split(',').map((part, index) => {
    const [tag = '', quality = ''] = part.trim().split(/\s*;\s*q=/)
    return { language: tag.slice(0, 2).toLowerCase(), quality: quality === '' ? 1 : Number(quality) || 0, index }
  })
  wishes.sort((a, b) => b.quality - a.quality || a.index - b.index)
  return wishes.find((wish) => wish.language === 'en' || wish.language === 'de')?.language === 'de' ? 'de' : 'en'
}
