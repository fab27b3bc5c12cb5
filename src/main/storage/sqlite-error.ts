import { SitewrightError } from '@shared/errors'
import { fileError } from './file-error'

/** What SQLite threw, as something a person can act on. Anything that is not about the file comes back as it was. */
export function sqliteError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') {
    return fileError(error, file)
  }
  const wrap = (key: Parameters<typeof toError>[0], text: string) => toError(key, text, file, error)
  // The low byte is the primary code, the rest says more (SQLite, "Result and Error Codes", §3).
  switch (error.errcode & 0xff) {
    case 5:
    case 6:
      return wrap('storage.locked', `${file} is in use by another program`)
    case 8:
    case 14:
      return wrap('storage.read-only', `${file} cannot be written: ${error.message}`)
    case 11:
    case 26:
      return corrupt(file, error.message, error)
    case 13:
      return wrap('storage.full', `No space left to write ${file}`)
    default:
      return error
  }
}

/** The file is kept as it is: a person decides whether to bring back a copy or to start anew. */
export function corrupt(file: string, problem: string, cause?: unknown): SitewrightError {
  return new SitewrightError(
    'storage.corrupt',
    `${file} is damaged (${problem}). It was left untouched: put back a copy (${file}.v*.bak, a backup), or move it away to start anew.`,
    { args: { file, problem }, cause },
  )
}

function toError(
  key: 'storage.locked' | 'storage.read-only' | 'storage.full',
  text: string,
  file: string,
  cause: Error,
) {
  return new SitewrightError(key, text, { args: { file, problem: cause.message }, cause })
}
