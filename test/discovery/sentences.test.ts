import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FINGERPRINTS } from '@main/discovery/identify/fingerprints'
import { expect, it } from 'vitest'

it.each(['en', 'de'])('has a sentence in %s for everything a scan says', (language) => {
  const folder = 'src/main/discovery'
  const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n')
  const literal = [...source.matchAll(/message\(\s*'([a-z.-]+)'/g)].map(([, key]) => key ?? '')
  const composed = [
    ...['connect', 'ask', 'identify'].map((act) => `scan.act.${act}`),
    ...['answers-every-unit', 'one-client-only', 'modbus-closed', 'no-modbus'].map((kind) => `found.problem.${kind}`),
    ...['sunspec-marker', 'sunspec-models', 'maker-name', 'model-name', 'serial-number', 'firmware'].map(evidence),
    ...FINGERPRINTS.flatMap(({ rules }) => rules.map(({ says }) => evidence(says))),
    'scan.title',
    'sweep.title',
  ]
  const sentences = sentencesOf(language)
  expect(literal.length).toBeGreaterThan(15)
  expect([...new Set([...literal, ...composed])].filter((key) => !(key in sentences))).toEqual([])
})

it('says the same in both languages', () => {
  const [en, de] = ['en', 'de'].map((language) => own(language))
  const blanks = (text: string | undefined) => [...(text ?? '').matchAll(/{{\w+}}/g)].map(String).sort()
  expect(Object.keys(de ?? {})).toEqual(Object.keys(en ?? {}))
  for (const [key, text] of Object.entries(en ?? {})) expect([key, blanks(de?.[key])]).toEqual([key, blanks(text)])
})

function evidence(says: string): string {
  return `evidence.${says}`
}

function own(language: string): Record<string, string> {
  return JSON.parse(readFileSync(join('resources/locales', language, 'discovery.json'), 'utf8'))
}

function sentencesOf(language: string): Record<string, string> {
  const folder = join('resources/locales', language)
  return Object.assign({}, ...readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8'))))
}
