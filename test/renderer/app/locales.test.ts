import { readdirSync, readFileSync } from 'node:fs'
import { ERRORS } from '@shared/errors'
import { expect, it } from 'vitest'
import { LANGUAGES, sentences } from '../../../src/renderer/app/i18n'

const folder = new URL('../../../resources/locales/', import.meta.url)
const areas = (language: string) => readdirSync(new URL(`${language}/`, folder)).sort()
const english = sentences('en')

/** The values a sentence wants: `{{name}}`, in alphabetical order, each once. */
const values = (sentence: string) => [...new Set(sentence.match(/{{\s*\w+/g) ?? [])].sort()

it('has the same areas and the same keys in every language', () => {
  for (const language of LANGUAGES) {
    expect(areas(language)).toEqual(areas('en'))
    expect(Object.keys(sentences(language)).sort()).toEqual(Object.keys(english).sort())
  }
})

it('says each key in one area only', () => {
  const keys = areas('en').flatMap((area) =>
    Object.keys(JSON.parse(readFileSync(new URL(`en/${area}`, folder), 'utf8')) as object),
  )
  const twice = keys.filter((key, at) => keys.indexOf(key) !== at)
  expect(twice).toEqual([])
})

it.each(LANGUAGES)('fills the same values into a sentence as the others: %s', (language) => {
  const here = sentences(language)
  const differing = Object.keys(english).filter(
    (key) => String(values(here[key] ?? '')) !== String(values(english[key] ?? '')),
  )
  expect(differing).toEqual([])
})

it.each(LANGUAGES)(
  'has what happened, the most likely cause and the next step for everything that can go wrong: %s',
  (language) => {
    const here = sentences(language)
    const missing = Object.keys(ERRORS).flatMap((key) =>
      [key, `${key}.cause`, `${key}.next`].filter((each) => !here[each]),
    )
    expect(missing).toEqual([])
  },
)

it('spells German as in Switzerland', () => {
  const wrong = Object.entries(sentences('de')).filter(([, sentence]) => sentence.includes('ß'))
  expect(wrong).toEqual([])
})
