import { resolve } from 'node:path'
import { defineCommand } from '@main/cli/command'
import { commands } from '@main/cli/commands'
import { cliDocs } from '@main/cli/docs'
import { SitewrightError } from '@shared/errors'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { run } from './terminal'

it.each(commands.map(({ name }) => name))('explains %s on one screen, with two examples', async (name) => {
  for (const LANG of ['en_GB.UTF-8', 'de_CH.UTF-8']) {
    const { exitCode, out, err } = await run(`${name} --help`, { env: { LANG } })
    expect([exitCode, err]).toEqual([0, ''])
    const lines = out.trimEnd().split('\n')
    expect(lines.length).toBeLessThanOrEqual(24)
    expect(lines.filter((line) => line.length > 80)).toEqual([])
    expect(lines.slice(-2).every((line) => line.startsWith('  sitewright '))).toBe(true)
    // A key in place of its sentence would show.
    expect(out).not.toMatch(/\bcli\./)
  }
})

it.each(commands.map(({ name }) => name))('prints the help of %s as it always did', async (name) => {
  const { out } = await run(`${name} --help`)
  await expect(out).toMatchFileSnapshot(`golden/${name.replace(' ', '-')}.help.txt`)
})

it('lists all commands on one screen', async () => {
  const { exitCode, out } = await run('--help')
  expect(exitCode).toBe(0)
  expect(out.trimEnd().split('\n').length).toBeLessThanOrEqual(24)
  await expect(out).toMatchFileSnapshot('golden/overview.help.txt')
  expect((await run('help')).out).toBe(out)
  expect((await run('help scan tcp')).out).toBe((await run('scan tcp --help')).out)
})

it('explains itself, as bad usage, when nothing was asked', async () => {
  const { exitCode, out } = await run([])
  expect([exitCode, out.startsWith('sitewright 1.2.3\n')]).toEqual([2, true])
})

it.each([
  ['nonsense', 'There is no command “nonsense”.', 'sitewright --help'],
  ['scan', 'There is no command “scan”.', 'sitewright --help'],
  ['serve --bogus', "Unknown option '--bogus'.", 'sitewright serve --help'],
  ['serve --port', "Option '--port <value>' argument missing.", 'sitewright serve --help'],
  ['serve --port 70000', '--port cannot be “70000”:', 'sitewright serve --help'],
  ['serve --host example.com', '--host cannot be “example.com”:', 'sitewright serve --help'],
  ['serve extra', '“extra” is one operand too many.', 'sitewright serve --help'],
  ['serve --demo --site X', '--demo and --site exclude each other.', 'sitewright serve --help'],
  ['scan tcp', '<hosts> is missing.', 'sitewright scan tcp --help'],
  ['scan tcp 127.0.0.1 --ports 0', '--ports cannot be “0”:', 'sitewright scan tcp --help'],
  ['scan tcp 127.0.0.1 --units all', '--units cannot be “all”:', 'sitewright scan tcp --help'],
  ['read tcp://h', '--address is missing.', 'sitewright read --help'],
  ['read http://h --address 1', '<url> cannot be “http://h”:', 'sitewright read --help'],
  ['read tcp://h --address 65536', '--address cannot be “65536”:', 'sitewright read --help'],
  ['read tcp://h --address 0 --fc 6', '--fc cannot be “6”:', 'sitewright read --help'],
  ['read tcp://h --address 0 --count 3 --as float32', '3 registers are not a whole number of float32', 'read --help'],
  ['read tcp://h --address 0 --count 126', '--count cannot be “126”:', 'sitewright read --help'],
  ['simulate x --set ActivePower', '--set cannot be “ActivePower”:', 'sitewright simulate --help'],
  ['edge run', '--config is missing.', 'sitewright edge run --help'],
  ['edge passwd boss', '<role> cannot be “boss”:', 'sitewright edge passwd --help'],
])('says what is wrong with “%s”, and where the help is', async (line, message, help) => {
  const words = await run(line)
  expect(words.exitCode).toBe(2)
  expect(words.out).toBe('')
  expect(words.err).toContain(message)
  expect(words.err).toContain(help)

  const json = await run(`${line} --json`)
  expect([json.exitCode, json.err]).toEqual([2, ''])
  expect(json.lines()).toEqual([
    {
      type: 'problem',
      key: 'usage',
      message: expect.stringContaining(message),
      where: expect.any(String),
      next: expect.stringContaining(help),
    },
  ])
})

it.each([
  ['done', 0],
  ['failed', 1],
  ['unsure', 3],
] as const)('tells the shell that it is %s by %i, and says so in the last line', async (result, code) => {
  const command = testCommand(async () => ({ result, counts: { things: 2 } }))
  const { exitCode, lines } = await run('try it 7 --json', { commands: [command] })
  expect(exitCode).toBe(code)
  expect(lines()).toEqual([
    { type: 'summary', command: 'try it', result, exitCode: code, seconds: expect.any(Number), counts: { things: 2 } },
  ])
})

it('tells a failure with its cause and the next step, for people and for machines', async () => {
  const command = testCommand(async () => {
    throw new SitewrightError('link.refused', 'refused', { args: { target: '10.0.0.9:502' } })
  })
  const words = await run('try it 7', { commands: [command] })
  expect([words.exitCode, words.out]).toEqual([1, ''])
  expect(words.err).toMatch(/^10\.0\.0\.9:502 refuses the connection\.\n {2}.+\n {2}.+\n$/)

  const json = await run('try it 7 --json', { commands: [command] })
  expect(json.lines()).toMatchObject([
    { type: 'problem', key: 'link.refused', where: '10.0.0.9:502' },
    { type: 'summary', result: 'failed', exitCode: 1 },
  ])
})

it('tells an error of its own without a stack', async () => {
  const command = testCommand(async () => {
    throw new TypeError('x is undefined')
  })
  const { exitCode, err } = await run('try it 7', { commands: [command] })
  expect(exitCode).toBe(1)
  expect(err).toContain('Something went wrong inside Sitewright: x is undefined')
  expect(err).not.toContain('at ')
})

it('reads operands, options with defaults, switches and lists as the table says', async () => {
  let given: unknown
  const command = testCommand(async (values) => {
    given = values
    return { result: 'done' }
  })
  await run('try it 7 --many a --many b --on', { commands: [command] })
  expect(given).toEqual({ operands: [7], options: { size: 3, many: ['a', 'b'], on: true } })
  await run('try it 7', { commands: [command] })
  expect(given).toEqual({ operands: [7], options: { size: 3, many: [], on: false } })
})

it('says its version', async () => {
  expect((await run('--version')).out).toBe('1.2.3\n')
})

it('documents what it does: docs/cli.md is what `npm run docs` makes', async () => {
  await expect(await cliDocs(resolve('resources'))).toMatchFileSnapshot('../../docs/cli.md')
})

type Run = Parameters<typeof defineCommand>[0]['run']

const testCommand = (start: Run) =>
  defineCommand({
    name: 'try it',
    operands: [{ name: 'number', read: z.string().transform(Number) }],
    options: {
      size: { value: 'N', default: '3', read: z.string().transform(Number) },
      many: { value: 'X', many: true, read: z.array(z.string()) },
      on: { read: z.boolean() },
    },
    examples: ['sitewright try it 1', 'sitewright try it 2'],
    run: start,
  })
