import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

describe.each(['evidence', 'profiles'])('the sentences of %s', (area) => {
  const read = (language: string): Record<string, string> =>
    JSON.parse(readFileSync(`resources/locales/${language}/${area}.json`, 'utf8'))

  it('stand in both languages, none empty, German as it is written in Switzerland', () => {
    const [en, de] = [read('en'), read('de')]
    expect(Object.keys(de)).toEqual(Object.keys(en))
    for (const [key, sentence] of Object.entries({ ...de, ...en })) expect(sentence.trim(), key).not.toBe('')
    for (const sentence of Object.values(de)) expect(sentence).not.toContain('ß')
  })
})
