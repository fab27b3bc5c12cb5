import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readConfigFile, writeConfigFile } from '@main/commissioning/export/felix/config-file'
import { type ConfigFile, pathOf, readDirectory } from '@main/commissioning/export/felix/directory'
import { felix, fromProperty, toProperty } from '@main/commissioning/export/felix/felix-value'
import { describe, expect, it } from 'vitest'
import { fixture } from '../support/fixtures'

const sample = fixture('openems/felix-sample/expected.json')
const faulty = fixture('openems/felix-faulty/expected.json')

describe.skipIf(!sample.present)(`a configuration directory of a real edge${sample.why}`, () => {
  const expected = sample.present
    ? (sample.json() as { files: Record<string, { properties: Record<string, { type: string; value: unknown }> }> })
        .files
    : {}
  const { loaded, ignored } = readDirectory(sample.present ? filesOf(dirname(sample.file)) : [])

  it('is read file by file, every value with its type', () => {
    expect(loaded.map(({ path }) => path)).toEqual(Object.keys(expected).sort())
    expect(ignored.map(({ path }) => path)).toEqual(['expected.json'])
    for (const { path, properties } of loaded) {
      const told = [...properties].map(([key, { type, list, values }]) => {
        const plain = values.map((value) => (typeof value === 'bigint' ? Number(value) : value))
        return [key, { type: list ? `${type}[]` : type, value: list ? plain : plain[0] }]
      })
      expect([path, Object.fromEntries(told)]).toEqual([path, expected[path]?.properties])
    }
  })

  it('is written again byte by byte', () => {
    for (const { path, text, properties } of loaded) expect([path, writeConfigFile(properties)]).toEqual([path, text])
  })
})

it.skipIf(!faulty.present)(`names what a runtime ignores, with the reason${faulty.why}`, () => {
  const files = filesOf(dirname(faulty.file)).filter(({ path }) => path !== 'expected.json')
  const { loaded, ignored } = readDirectory(files)
  const why: Record<string, string> = {
    'ignored: service.pid does not map to the path': 'felix.wrong-place',
    'ignored: no service.pid': 'felix.no-pid',
    'ignored: not parsable': 'felix.not-readable',
    'ignored: F needs the decimal bit pattern (1.5 = 1069547520)': 'felix.not-readable',
    'ignored: not a .config file': 'felix.no-config',
  }
  const expected = (faulty.json() as { files: Record<string, string> }).files
  const told = Object.entries(expected).filter(([, text]) => text.startsWith('ignored'))
  expect(Object.fromEntries(ignored.map(({ path, why: { key } }) => [path, key]))).toEqual(
    Object.fromEntries(told.map(([path, text]) => [path, why[text]])),
  )
  expect(loaded).toHaveLength(Object.keys(expected).length - told.length)
  expect(ignored.find(({ path }) => path.includes('float-text'))?.why.args).toEqual({
    text: 'line 1: F needs the decimal bit pattern (1.5 = 1069547520), not "1.5"',
  })
})

describe('a value', () => {
  it.each([
    ['text with every escape', 'T', 'a\\b"c=d e\r\n\t\b\f\u0001ü€'],
    ['the smallest int', 'I', -2_147_483_648],
    ['the largest long', 'L', 9_223_372_036_854_775_807n],
    ['a float', 'F', 1.5],
    ['a double', 'D', 48.8353],
    ['minus nothing', 'D', -0],
    ['no number', 'D', Number.NaN],
    ['a switch', 'B', false],
    ['a character', 'C', '='],
  ] as const)('comes back as it was written: %s', (_what, type, value) => {
    const text = writeConfigFile(new Map([['key', felix(type, value)]]))
    expect(readConfigFile(text).get('key')).toEqual(felix(type, value))
  })

  it('stands as the decimal of its bits where it is a floating number', () => {
    expect(writeConfigFile(new Map([['f', felix('F', 1.5)]]))).toBe('f=F"1069547520"\r\n')
    expect(writeConfigFile(new Map([['d', felix('D', 1.5)]]))).toBe('d=D"4609434218613702656"\r\n')
  })

  it('may be primitive, a collection, or have plain blanks where it was written by another hand', () => {
    const text = '# by hand\n\nn = i"5"\nt=T"a b"\nu="\\u00fc"\nc=I( \\\n  "1", "2" \\\n  )\n'
    const read = readConfigFile(text)
    expect(Object.fromEntries(read)).toEqual({
      n: felix('I', 5),
      t: felix('T', 'a b'),
      u: felix('T', 'ü'),
      c: { type: 'I', list: '(', values: [1, 2] },
    })
    expect(readConfigFile(writeConfigFile(read))).toEqual(read)
  })

  it.each([
    ['x="1', 'line 1: a quote is not closed'],
    ['a="1"\nx=I"1.5"', 'line 2: "1.5" is no number of type I'],
    ['x=I"2147483648"', 'line 1: "2147483648" is no number of type I'],
    ['x=5', 'line 1: "5" is no beginning of a value'],
    ['x=[ \\\n "1", \\\n', 'line 3: a list is not closed'],
    ['nonsense', 'line 1: a line needs the form key=value'],
    ['x="\\u00g0"', 'line 1: \\u needs four hexadecimal digits'],
  ])('that is wrong is named with its line: %s', (text, reason) => {
    expect(() => readConfigFile(text)).toThrow(reason)
  })

  it('becomes a property of a configuration only where nothing is lost', () => {
    expect(toProperty(felix('L', 5n))).toBe(5)
    expect(toProperty(felix('L', 2n ** 53n))).toBeNull()
    expect(toProperty(felix('D', Number.NaN))).toBeNull()
    expect(toProperty({ type: 'T', list: '[', values: ['a'] })).toEqual(['a'])
    expect(fromProperty(48, 'D')).toEqual(felix('D', 48))
    expect(fromProperty(48)).toEqual(felix('I', 48))
    expect(fromProperty([])).toEqual({ type: 'T', list: '[', values: [] })
    expect(fromProperty(5, 'L')).toEqual(felix('L', 5n))
  })
})

it('a PID says where its file lies', () => {
  expect(pathOf('Core.Meta')).toBe('Core/Meta.config')
  expect(pathOf('PV-Inverter.Fronius.1')).toBe('PV-Inverter/Fronius/1.config')
  expect(pathOf('Test.Types.all~types')).toBe('Test/Types/all%007etypes.config')
})

function filesOf(folder: string): ConfigFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => ({ path: name.replaceAll('\\', '/'), text: readFileSync(join(folder, name), 'utf8') }))
}
