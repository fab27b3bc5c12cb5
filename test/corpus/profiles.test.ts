import { readFileSync } from 'node:fs'
import { planReads } from '@main/drivers/modbus/plan-reads'
import { NATURES } from '@main/edge/nature'
import { readProfileLibrary } from '@main/profiles/profile-library'
import { resolvePoints } from '@main/profiles/sunspec/resolve'
import type { Profile } from '@shared/profile'
import { describe, expect, it } from 'vitest'

const library = readProfileLibrary('resources', NATURES)
const sentences = (language: string, area: string): Record<string, string> =>
  JSON.parse(readFileSync(`resources/locales/${language}/${area}.json`, 'utf8'))

describe('every device profile we ship', () => {
  it('loads: units convert, channels exist, and every example decodes as somebody else stated it', () => {
    expect(library.problems.map(({ error }) => error.message)).toEqual([])
    expect(library.all.length).toBeGreaterThanOrEqual(8)
  })

  it('is called documented only, unless an example from elsewhere than its own source decodes', () => {
    const proven = library.all.filter(({ documentedOnly }) => !documentedOnly).map(({ id }) => id)
    expect(proven.toSorted()).toEqual([
      'eastron-sdm630',
      'go-e-charger',
      'janitza-umg-96rm-e',
      'keba-p30',
      'sunspec-inverter',
      'sunspec-meter',
    ])
    for (const { examples, source } of library.all) {
      for (const example of examples) expect(example.source).not.toBe(source.title)
    }
  })

  describe.each(library.all.map((profile) => [profile.id, profile] as const))('%s', (_id, profile) => {
    it('plans reads that a device can answer', () => {
      for (const block of planReads(profile.fields, limitsOf(profile))) {
        expect(block.count).toBeLessThanOrEqual(profile.connect.maxRegisters)
        for (const { fc, from, to } of profile.refused) {
          expect(fc === block.fc && from < block.at + block.count && to >= block.at).toBe(false)
        }
      }
    })

    it('serves its components: every one has a power or a value that moves', () => {
      for (const component of profile.components) {
        const own = (line: { component: string; poll: string }) =>
          line.component === component.id && line.poll === 'high'
        expect([...profile.fields, ...profile.points].filter(own).length).toBeGreaterThan(0)
      }
    })

    it('has its proofs and hints in both languages', () => {
      for (const language of ['en', 'de']) {
        const evidence = sentences(language, 'evidence')
        for (const { says } of profile.identify) expect(Object.keys(evidence)).toContain(`evidence.${says}`)
        const hints = sentences(language, 'profiles')
        for (const { key } of profile.hints) expect(Object.keys(hints)).toContain(key)
      }
    })

    it('can be known: by rules whose weights leave room for doubt, or by its SunSpec chain', () => {
      const weight = profile.identify.reduce((sum, rule) => sum + rule.weight, 0)
      expect(weight).toBeLessThanOrEqual(100)
      if (profile.kind === 'sunspec') expect(profile.sunspec?.models.length).toBeGreaterThan(0)
      else expect(profile.identify.some(({ required }) => required)).toBe(true)
    })

    it('is never written to where nobody knows what a register does', () => {
      for (const { access, evidence } of profile.fields) {
        if (access !== 'r') expect(['manual', 'integration', 'dump']).toContain(evidence)
      }
    })
  })

  it('finds its SunSpec points in the models of the standard', () => {
    const chain = [...library.sunspecModels.values()].map(({ id, length, repeat }) => ({
      id,
      address: 0,
      length: length + (repeat ? 4 * repeat.length : 0),
      words: null,
    }))
    for (const profile of library.all.filter(({ kind }) => kind === 'sunspec')) {
      const resolved = resolvePoints(profile.points, chain, library.sunspecModels)
      const wanted = new Set(profile.points.map(({ component, channel }) => `${component}/${channel}`))
      expect(new Set(resolved.map(({ component, channel }) => `${component}/${channel}`))).toEqual(wanted)
    }
  })
})

const limitsOf = ({ connect, refused }: Profile) => ({ ...connect, refused })
