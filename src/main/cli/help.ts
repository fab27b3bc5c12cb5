import type { Translate } from '@main/window/sentences'
import { type Command, idOf, type Option } from './command'

const WIDTH = 80

/** Every command has these two. */
const COMMON = ['json', 'help'] as const

/** The help of one command: what it does, its operands and options, how it ends, two examples. Fits one screen. */
export function commandHelp(command: Command, say: Translate): string {
  const id = idOf(command.name)
  const rows: [string, string][] = [
    ...command.operands.map(({ name }): [string, string] => [`<${name}>`, say(`cli.${id}.${name}`)]),
    ...Object.entries(command.options).map(([name, option]): [string, string] => [
      optionForm(name, option),
      optionText(say, id, name, option),
    ]),
    ...COMMON.map((name): [string, string] => [`--${name}`, say(`cli.option.${name}`)]),
  ]
  return [
    usageLine(command),
    '',
    ...wrap(say(`cli.${id}`), 0),
    '',
    ...columns(rows),
    '',
    ...wrap(say(`cli.${id}.exit`), 0),
    say('cli.help.examples'),
    ...command.examples.map((example) => `  ${example}`),
    '',
  ].join('\n')
}

/** All commands, one line each. */
export function overview(commands: readonly Command[], version: string, say: Translate): string {
  const rows = commands.map(({ name }): [string, string] => [name, say(`cli.${idOf(name)}`)])
  return [
    `sitewright ${version}`,
    '',
    ...wrap(say('cli.help.overview'), 0),
    '',
    ...columns(rows),
    '',
    ...wrap(say('cli.help.more'), 0),
    say('cli.help.examples'),
    '  sitewright demo',
    '  sitewright scan tcp 192.168.1.0/24 --identify',
    '',
  ].join('\n')
}

/** With the options that cannot be left out. */
export function usageLine({ name, operands, options }: Pick<Command, 'name' | 'operands' | 'options'>): string {
  const needed = Object.entries(options).filter(
    ([, { value, read, many, ...option }]) =>
      value !== undefined && !many && option.default === undefined && !read.safeParse(undefined).success,
  )
  return [
    'sitewright',
    name,
    ...operands.map((operand) => `<${operand.name}>`),
    ...needed.map(([option, table]) => optionForm(option, table)),
    ...(Object.keys(options).length > needed.length ? ['[options]'] : []),
  ].join(' ')
}

export const optionForm = (name: string, { value }: Option): string => (value ? `--${name} ${value}` : `--${name}`)

/** An option that many commands share has one sentence for all. */
export function optionText(say: Translate, commandId: string, name: string, option: Option): string {
  const own = say(`cli.${commandId}.${name}`)
  const text = own === `cli.${commandId}.${name}` ? say(`cli.option.${name}`) : own
  return option.default === undefined ? text : `${text} [${option.default}]`
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const indent = 2 + Math.max(...rows.map(([left]) => left.length)) + 2
  return rows.flatMap(([left, right]) => {
    const [first = '', ...rest] = wrap(right, indent)
    return [`  ${left.padEnd(indent - 2)}${first.trimStart()}`, ...rest]
  })
}

function wrap(text: string, indent: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = word
    } else line = line ? `${line} ${word}` : word
  }
  return [...lines, line].map((part) => `${' '.repeat(indent)}${part}`)
}
