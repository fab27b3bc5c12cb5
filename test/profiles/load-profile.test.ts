import { readFileSync } from 'node:fs'
import { NATURES } from '@main/edge/nature'
import { loadProfile } from '@main/profiles/load-profile'
import { profileLibrary } from '@main/profiles/profile-library'
import { parseSunspecModels } from '@main/profiles/sunspec/models'
import { SitewrightError } from '@shared/errors'
import { describe, expect, it } from 'vitest'

const sunspecModels = parseSunspecModels(JSON.parse(readFileSync('resources/sunspec/models.json', 'utf8')))
const around = { natures: NATURES, sunspecModels, parts: new Map<string, string>() }

const HEAD = `id: acme-em3
class: meter
products: [{ brand: Acme, model: EM3 }]
source: { title: EM3 Modbus map, revision: "2.1" }
protocol: modbus
components:
  - { id: meter, factory: Sitewright.Modbus.Device, title: EM3, prefix: meter, natures: [ElectricityMeter], roles: [grid] }
`
/** The first register stands on line 13. */
const withRegisters = (...lines: string[]) =>
  `${HEAD}blocks:\n  - fc: 4\n    evidence: manual\n    source: EM3 map, §3.4\n    registers:\n${lines.map((line) => `      - ${line}\n`).join('')}`
const load = (text: string) => loadProfile('acme-em3.yaml', text, around)
const failure = (text: string): SitewrightError => {
  try {
    load(text)
  } catch (error) {
    if (error instanceof SitewrightError) return error
    throw error
  }
  throw new Error('it loaded')
}
const field = (line: string) => load(withRegisters(line)).fields[0]

describe('a register line', () => {
  it.each([
    ['{ at: 0, as: int32, unit: 0.1 V, to: VoltageL1 }', 100],
    ['{ at: 0, as: int32, unit: W, to: ActivePower }', 1],
    ['{ at: 0, as: int32, unit: 0.01 kW, to: ActivePower }', 10],
    ['{ at: 0, as: uint16, unit: 0.1 Hz, to: Frequency }', 100],
    ['{ at: 0, as: uint32, unit: 0.1 kWh, to: ActiveProductionEnergy }', 100],
    ['{ at: 0, as: uint32, unit: MWh, to: ActiveProductionEnergy }', 1_000_000],
    ['{ at: 0, as: float32, unit: A, to: CurrentL1 }', 1000],
  ])('is written as the manual prints it; the loader works out the factor: %s × %d', (line, factor) => {
    expect(field(line)?.factor).toBe(factor)
  })

  it('takes addresses as the manual prints them, and what its block says for all of its lines', () => {
    const text = withRegisters('{ at: 0x4E, as: uint32, unit: kWh, to: ActiveProductionEnergy }').replace(
      'fc: 4',
      'fc: 3\n    wordOrder: little\n    poll: high',
    )
    expect(load(text).fields[0]).toMatchObject({
      at: 78,
      words: 2,
      fc: 3,
      wordOrder: 'little',
      byteOrder: 'big',
      poll: 'high',
      access: 'r',
      evidence: 'manual',
    })
  })
})

describe('a profile that is wrong', () => {
  it('with energy where power is due is refused, with place, what was written and what is possible', () => {
    const error = failure(withRegisters('{ at: 0x28, as: int32, unit: kWh, to: ActivePower }'))
    expect(error.key).toBe('profile.dimension')
    expect(error.message).toContain('acme-em3.yaml:13')
    expect(error.args).toMatchObject({
      file: 'acme-em3.yaml',
      line: 13,
      register: 'register 0x28 (40)',
      written: 'kWh',
      unit: 'W',
      possible: 'mW, W, kW, MW',
    })
  })

  it('with a unit nobody knows is refused, and told which ones would do', () => {
    const error = failure(withRegisters('{ at: 0, as: int32, unit: 0.1 Volt, to: VoltageL1 }'))
    expect(error.key).toBe('profile.unit-unknown')
    expect(error.args).toMatchObject({ line: 13, written: '0.1 Volt', possible: 'uV, mV, dV, V, kV' })
  })

  it('without any unit where one is due is refused', () => {
    expect(failure(withRegisters('{ at: 0, as: int32, to: ActivePower }')).key).toBe('profile.dimension')
  })

  it.each([
    ['a channel the nature does not have', '{ at: 0, as: int16, unit: W, to: ActivePowr }', /no channel ActivePowr/],
    ['a misspelt key', '{ at: 0, as: int16, unit: W, too: ActivePower }', /too/],
    ['an unknown format', '{ at: 0, as: int12, unit: W, to: ActivePower }', /registers\.1\.as/],
    ['an address beyond the last register', '{ at: 65535, as: int32, unit: W, to: ActivePower }', /beyond/],
    ['a string without length', '{ at: 0, as: string, unit: W, to: ActivePower }', /words/],
    [
      'a set-point to an input register',
      '{ at: 0, as: int16, unit: W, to: ActivePower, access: rw }',
      /cannot be written/,
    ],
  ])('%s is named with its line', (_what, line, message) => {
    const error = failure(withRegisters('{ at: 9, as: int16, unit: Hz, to: Frequency }', line))
    expect(error.key).toBe('profile.invalid')
    expect(error.message).toMatch(message)
    expect(error.args.line).toBe(14)
  })

  it('that maps a channel twice, or into a range the device refuses, is refused', () => {
    const twice = withRegisters(
      '{ at: 0, as: int16, unit: W, to: ActivePower }',
      '{ at: 4, as: int16, unit: W, to: ActivePower }',
    )
    expect(failure(twice).message).toMatch(/:14: ActivePower is mapped twice/)
    const refused = `${withRegisters('{ at: 4, as: int32, unit: W, to: ActivePower }')}refused: [{ fc: 4, from: 5, to: 5 }]\n`
    expect(failure(refused).message).toMatch(/refuses/)
  })

  it('that would write to a register of which it is only guessed what it does is refused', () => {
    const text = withRegisters('{ at: 0, as: int16, unit: W, to: ActivePowerLimit, access: rw }')
      .replace('evidence: manual', 'evidence: inferred')
      .replace('[ElectricityMeter]', '[ElectricityMeter, ManagedSymmetricPvInverter]')
      .replace('fc: 4', 'fc: 3')
    expect(failure(text).message).toMatch(/only inferred/)
    expect(load(text.replace('inferred', 'manual')).fields[0]).toMatchObject({ access: 'rw', writeFc: 6 })
  })

  it('whose example does not come out as its source states is refused', () => {
    const text = (stated: string) => `${withRegisters('{ at: 0, as: float32, unit: V, to: VoltageL1 }')}examples:
  - { at: 0, words: 4367 AF55, states: { VoltageL1: ${stated} }, source: somebody else }
`
    expect(load(text('231.68 V'))).toMatchObject({ documentedOnly: false })
    expect(load(text('0.2317 kV'))).toMatchObject({ documentedOnly: false })
    expect(failure(text('231.65 V')).message).toMatch(/VoltageL1 reads as 231684.+ mV, stated is 231.65 V/)
  })

  it('whose proofs are worth more than certainty is refused', () => {
    const rule = '{ at: 0, as: uint16, equals: 1, weight: 60, says: device-code }'
    const text = `${withRegisters('{ at: 0, as: int16, unit: W, to: ActivePower }')}identify: [${rule}, ${rule}]\n`
    expect(failure(text).message).toMatch(/120/)
  })

  it('is no YAML at all: the line is named', () => {
    expect(failure('id: [unclosed\nclass: meter\n')).toMatchObject({ key: 'profile.invalid' })
    expect(failure('id: x\n\tclass: meter\n').args.line).toBe(2)
  })
})

describe('a library of profiles', () => {
  const good = withRegisters('{ at: 0, as: int16, unit: W, to: ActivePower }')

  it('reports a broken file and keeps the others', () => {
    const library = profileLibrary(
      [
        { name: 'meter/acme-em3.yaml', text: good },
        { name: 'meter/broken.yaml', text: good.replace('unit: W', 'unit: Watts').replace('acme-em3', 'broken') },
      ],
      around,
    )
    expect(library.all.map(({ id }) => id)).toEqual(['acme-em3'])
    expect(library.problems).toMatchObject([{ file: 'meter/broken.yaml', error: { key: 'profile.unit-unknown' } }])
    expect(() => library.get('broken')).toThrow(/broken/)
  })

  it('does not let two profiles have one id, or one factory', () => {
    const files = ['a', 'b', 'c'].map((name) => ({ name: `${name}.yaml`, text: good }))
    const other = good.replace('acme-em3', 'acme-em4').replace('Sitewright.Modbus.Device', 'Meter.Acme')
    const third = other.replace('acme-em4', 'acme-em5')
    const library = profileLibrary(
      [...files.slice(0, 2), { name: 'd.yaml', text: other }, { name: 'e.yaml', text: third }],
      around,
    )
    expect(library.all.map(({ id }) => id)).toEqual(['acme-em3', 'acme-em4'])
    expect(library.problems.map(({ file }) => file)).toEqual(['b.yaml', 'e.yaml'])
  })
})
