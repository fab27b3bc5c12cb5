import { SitewrightError } from '@shared/errors'

/** What the file system refused, as something a person can act on. Anything that is not about the file comes back as it was. */
export function fileError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  const options = { args: { file, problem: error.message }, cause: error }
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new SitewrightError('storage.read-only', `${file} cannot be written: ${error.message}`, options)
    case 'ENOSPC':
    case 'EDQUOT':
      return new SitewrightError('storage.full', `No space left to write ${file}`, options)
    default:
      return error
  }
}
