import { parseArgs } from 'node:util'
import type { CliResult } from '@shared/cli'
import type { z } from 'zod'
import type { Output } from './output'
import type { World } from './world'

/** One option. Its words are the sentence `cli.<command>.<option>`, or `cli.option.<option>` for those that many share. */
export interface Option {
  /** What stands for the value in the help; absent = a switch. */
  readonly value?: string
  /** Given when absent; shown in the help. */
  readonly default?: string
  /** May be given more than once. */
  readonly many?: true
  /** Reads what was typed: text, a list of texts (`many`), or whether it was there (a switch). */
  readonly read: z.ZodType
}

export interface Operand {
  readonly name: string
  readonly read: z.ZodType
}

export type Options = Readonly<Record<string, Option>>
export type Operands = readonly Operand[]

type Values<O extends Options> = { readonly [K in keyof O]: z.output<O[K]['read']> }
type Given<P extends Operands> = { readonly [K in keyof P]: z.output<P[K]['read']> }

/** How it ended, and what was counted; the frame prints the summary and sets the exit code. */
export interface Outcome {
  readonly result: CliResult
  readonly counts?: Readonly<Record<string, number>>
}

/**
 * One command, told once: what is parsed, the help and docs/cli.md are made from this table. `run` prints through
 * `output` and throws what a person must know as SitewrightError.
 */
export interface CommandTable<O extends Options, P extends Operands> {
  /** As typed: `scan tcp`. Its sentences begin with `cli.` and this with dashes. */
  readonly name: string
  readonly operands: P
  readonly options: O
  readonly examples: readonly [string, string]
  run(given: { operands: Given<P>; options: Values<O> }, output: Output, world: World): Promise<Outcome>
}

/** A command as the frame sees it, whatever its table holds. */
export interface Command {
  readonly name: string
  readonly operands: Operands
  readonly options: Options
  readonly examples: readonly [string, string]
  start(args: readonly string[], output: Output, world: World): Promise<Outcome>
}

export function defineCommand<const O extends Options, const P extends Operands>(table: CommandTable<O, P>): Command {
  return {
    ...table,
    async start(args, output, world) {
      // The schemas of the table are what makes these the declared types.
      const given = parse(table, args) as { operands: Given<P>; options: Values<O> }
      return table.run(given, output, world)
    },
  }
}

/** What was typed wrong, as the sentence `cli.usage.<what>` with its values. */
export class UsageError extends Error {
  readonly what: string
  readonly args: Readonly<Record<string, string>>

  constructor(what: string, args: Readonly<Record<string, string>>) {
    super(what)
    this.name = 'UsageError'
    this.what = what
    this.args = args
  }
}

export const idOf = (name: string): string => name.replaceAll(' ', '-')

function parse(table: { name: string; operands: Operands; options: Options }, args: readonly string[]) {
  const { values, positionals } = readArguments(table.options, args)
  const extra = positionals[table.operands.length]
  if (extra !== undefined) throw new UsageError('too-many', { given: extra })
  const operands = table.operands.map(({ name, read }, index) => {
    const typed = positionals[index]
    if (typed === undefined) throw new UsageError('missing', { name: `<${name}>` })
    return readValue(`<${name}>`, typed, read, `cli.${idOf(table.name)}.${name}`)
  })
  const options = Object.entries(table.options).map(([name, option]) => {
    const typed = values[name] ?? option.default ?? (option.many ? [] : option.value ? undefined : false)
    return [name, readValue(`--${name}`, typed, option.read, `cli.${idOf(table.name)}.${name}`)]
  })
  return { operands, options: Object.fromEntries(options) as Record<string, unknown> }
}

function readArguments(options: Options, args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries(
        Object.entries(options).map(([name, { value, many }]) => [
          name,
          { type: value ? ('string' as const) : ('boolean' as const), multiple: many ?? false },
        ]),
      ),
    })
  } catch (error) {
    throw new UsageError('option', { text: error instanceof Error ? (error.message.split('. ')[0] ?? '') : '' })
  }
}

function readValue(name: string, typed: unknown, schema: z.ZodType, help: string): unknown {
  const read = schema.safeParse(typed)
  if (read.success) return read.data
  if (typed === undefined) throw new UsageError('missing', { name })
  throw new UsageError('value', { name, given: String(typed), help })
}
