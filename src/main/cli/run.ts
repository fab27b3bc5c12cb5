import type { Translate } from '@main/window/sentences'
import type { CliResult } from '@shared/cli'
import { SitewrightError } from '@shared/errors'
import { type Command, UsageError } from './command'
import { commandHelp, overview } from './help'
import { Output, type OutputStreams } from './output'
import type { World } from './world'

/** What the shell sees: done or passed, failed, bad usage, not sure. */
export type ExitCode = 0 | 1 | 2 | 3
const EXIT: Readonly<Record<CliResult, ExitCode>> = { done: 0, failed: 1, unsure: 3 }
const BAD_USAGE: ExitCode = 2
/** What only the engine can tell to be wrong about the words of a command. */
const BAD_WORDS: ReadonlySet<string> = new Set(['scan.targets', 'profile.unknown'])

/** One call of the command line, from its arguments to its exit code. Never throws. */
export async function runCommandLine(
  args: readonly string[],
  commands: readonly Command[],
  streams: OutputStreams,
  world: World,
): Promise<ExitCode> {
  const say = world.sentences(languageOfTerminal(world.env))
  const isJson = args.includes('--json')
  const wantsHelp = args.includes('--help') || args.includes('-h') || args[0] === 'help'
  const rest = args.filter((arg) => !['--json', '--help', '-h'].includes(arg))
  const output = new Output(streams, isJson, say)

  if (rest[0] === '--version') {
    streams.out(`${world.version}\n`)
    return 0
  }
  const words = rest[0] === 'help' ? rest.slice(1) : rest
  const command = findCommand(commands, words)
  if (wantsHelp || words.length === 0) {
    if (!command && words.length > 0) return badUsage(output, say, unknown(words), 'sitewright --help')
    streams.out(command ? commandHelp(command, say) : overview(commands, world.version, say))
    return wantsHelp ? 0 : 2
  }
  if (!command) return badUsage(output, say, unknown(words), 'sitewright --help')

  const startedAt = world.clock.monotonic()
  const finish = (
    result: CliResult,
    counts: Readonly<Record<string, number>> = {},
    exitCode = EXIT[result],
  ): ExitCode => {
    const seconds = Math.round((world.clock.monotonic() - startedAt) / 100) / 10
    output.line({ type: 'summary', command: command.name, result, exitCode, seconds, counts })
    output.end()
    return exitCode
  }
  try {
    const { result, counts } = await command.start(words.slice(command.name.split(' ').length), output, world)
    return finish(result, counts)
  } catch (error) {
    if (error instanceof UsageError) return badUsage(output, say, error, `sitewright ${command.name} --help`)
    if (!world.signal.aborted) output.problem(error)
    return finish('failed', {}, error instanceof SitewrightError && BAD_WORDS.has(error.key) ? BAD_USAGE : EXIT.failed)
  }
}

function findCommand(commands: readonly Command[], words: readonly string[]): Command | undefined {
  return commands.find(({ name }) => name.split(' ').every((word, index) => words[index] === word))
}

const unknown = (words: readonly string[]) => new UsageError('command', { given: words.slice(0, 2).join(' ') })

function badUsage(output: Output, say: Translate, { what, args }: UsageError, help: string): ExitCode {
  const text = args.help === undefined ? '' : say(args.help)
  const message = [say(`cli.usage.${what}`, args), text].filter(Boolean).join(' ')
  const next = say('cli.usage.next', { help })
  output.line({ type: 'problem', key: 'usage', message, where: args.name ?? args.given ?? '', next })
  if (!output.isJson) output.note(`${message}\n${next}`)
  return BAD_USAGE
}

/** POSIX.1-2024, §8.2: LC_ALL wins over LC_MESSAGES, which wins over LANG. */
function languageOfTerminal(env: NodeJS.ProcessEnv): 'en' | 'de' {
  return (env.LC_ALL || env.LC_MESSAGES || env.LANG || '').startsWith('de') ? 'de' : 'en'
}
