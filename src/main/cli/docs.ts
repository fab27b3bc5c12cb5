import { loadSentences, type Translate } from '@main/window/sentences'
import { CliLine } from '@shared/cli'
import { z } from 'zod'
import { type Command, idOf } from './command'
import { commands } from './commands'
import { optionForm, optionText, usageLine } from './help'

/** docs/cli.md, made from the same tables as the help. */
export async function cliDocs(resourcesDir: string): Promise<string> {
  const say = (await loadSentences(resourcesDir))('en')
  return [
    '# Command line',
    '',
    'Made by `npm run docs` from `src/main/cli`; the same tables make `--help`. In a clone the program is',
    '`node bin/sitewright.mjs <command>`, installed it is `npx sitewright <command>`.',
    '',
    'Results go to standard output, progress to standard error. With `--json` standard output carries one JSON object per',
    'line, each with its `type`, the last one the `summary`. Exit codes: 0 done, 1 failed, 2 bad usage, 3 not sure.',
    '',
    ...commands.map(({ name }) => `- [\`${name}\`](#sitewright-${idOf(name)})`),
    '- [What `--json` prints](#what---json-prints)',
    '',
    ...commands.flatMap((command) => chapter(command, say)),
    '## What `--json` prints',
    '',
    'The schemas are in `src/shared/cli.ts`. Members are only ever added.',
    '',
    '| type | members |',
    '| --- | --- |',
    ...CliLine.options.map((line) => {
      const { type, ...members } = line.shape
      return `| \`${type.value}\` | ${Object.entries(members).map(memberText).join(', ')} |`
    }),
    '',
  ].join('\n')
}

function chapter(command: Command, say: Translate): string[] {
  const id = idOf(command.name)
  const rows = [
    ...command.operands.map(({ name }) => [`<${name}>`, say(`cli.${id}.${name}`)]),
    ...Object.entries(command.options).map(([name, option]) => [
      optionForm(name, option),
      optionText(say, id, name, option),
    ]),
  ]
  const cell = (text: string) => text.replaceAll('|', '\\|')
  return [
    `## sitewright ${command.name}`,
    '',
    say(`cli.${id}`),
    '',
    '```',
    usageLine(command),
    '```',
    '',
    ...(rows.length > 0
      ? [
          '| | |',
          '| --- | --- |',
          ...rows.map(([left = '', right = '']) => `| \`${cell(left)}\` | ${cell(right)} |`),
          '',
        ]
      : []),
    say(`cli.${id}.exit`),
    '',
    '```',
    ...command.examples,
    '```',
    '',
  ]
}

const memberText = ([name, schema]: [string, z.ZodType]): string =>
  schema.safeParse(null).success && !(schema instanceof z.ZodUnknown) ? `\`${name}\` (may be null)` : `\`${name}\``
