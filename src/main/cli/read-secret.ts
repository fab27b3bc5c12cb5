import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { ReadStream } from 'node:tty'

/** The first line of `input`. On a terminal it is asked for, and nothing of what is typed is shown. */
export async function readSecret(
  input: NodeJS.ReadStream | ReadStream,
  prompts: NodeJS.WritableStream,
  prompt: string,
): Promise<string> {
  const isTerminal = input.isTTY === true
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input, output: nowhere, terminal: isTerminal })
  try {
    if (isTerminal) prompts.write(prompt)
    for await (const line of lines) return line
    return ''
  } finally {
    lines.close()
    if (isTerminal) prompts.write('\n')
  }
}
