import type { Translate } from '@main/window/sentences'
import type { CliLine } from '@shared/cli'
import { SitewrightError } from '@shared/errors'
import type { Message } from '@shared/message'
import type { z } from 'zod'

export interface OutputStreams {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Standard error is a terminal: progress may rewrite its line. */
  readonly isTerminal: boolean
}

type Line = z.input<typeof CliLine>

/**
 * Where a command speaks. For machines (`--json`) standard output carries lines of src/shared/cli.ts and nothing else; for
 * people it carries words and tables. Progress goes to standard error in both cases, so a pipe gets results only.
 */
export class Output {
  readonly isJson: boolean
  readonly say: Translate
  readonly #streams: OutputStreams
  #progressShown = false
  #lastProgress = ''

  constructor(streams: OutputStreams, isJson: boolean, say: Translate) {
    this.#streams = streams
    this.isJson = isJson
    this.say = say
  }

  /** For machines. */
  line(line: Line): void {
    if (this.isJson) this.#streams.out(`${JSON.stringify(line)}\n`)
  }

  /** For people. */
  text(text = ''): void {
    if (this.isJson) return
    this.#endProgress()
    this.#streams.out(`${text}\n`)
  }

  /** What is going on right now. On a terminal the next one takes its place. */
  progress(text: string): void {
    if (text === this.#lastProgress) return
    this.#lastProgress = text
    const { isTerminal, err } = this.#streams
    err(isTerminal ? `\r\x1b[2K${text.slice(0, 100)}` : `${text}\n`)
    this.#progressShown = isTerminal
  }

  /** A remark beside the results. */
  note(text: string): void {
    this.#endProgress()
    this.#streams.err(`${text}\n`)
  }

  /** What went wrong, why that mostly is, and what to do: a line for machines, sentences for people. */
  problem(error: unknown): void {
    const known = error instanceof SitewrightError ? error : internal(error)
    const { target, file, piece, siteId, profile, host } = known.args
    const where = String(target ?? file ?? piece ?? siteId ?? profile ?? host ?? '')
    // `why` chooses between the forms a sentence has for different causes.
    const context = known.args.why === undefined ? {} : { context: known.args.why }
    const args = { text: known.message, ...known.args, ...context }
    const sentence = this.#sentence(known.key, args) ?? known.message
    const next = this.#sentence(`${known.key}.next`, args) ?? ''
    this.line({ type: 'problem', key: known.key, message: sentence, where, next })
    if (this.isJson) return
    const cause = this.#sentence(`${known.key}.cause`, args)
    this.note([sentence, ...(cause ? [cause] : []), ...(next ? [next] : [])].join('\n  '))
  }

  message({ key, args }: Message): string {
    return this.say(key, args)
  }

  /** What the command line says of an error in words of its own comes first. */
  #sentence(key: string, args: Readonly<Record<string, string | number>>): string | null {
    const own = this.say(`cli.error.${key}`, args)
    if (own !== `cli.error.${key}`) return own
    const sentence = this.say(key, args)
    return sentence === key ? null : sentence
  }

  /** The line of progress is gone when the prompt comes back. */
  end(): void {
    this.#endProgress()
  }

  #endProgress(): void {
    if (this.#progressShown) this.#streams.err('\r\x1b[2K')
    this.#progressShown = false
  }
}

function internal(error: unknown): SitewrightError {
  const text = error instanceof Error ? error.message : String(error)
  return new SitewrightError('internal', text, { cause: error })
}
