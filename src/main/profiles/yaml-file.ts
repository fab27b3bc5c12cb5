import { type ErrorArgs, type ErrorKey, SitewrightError } from '@shared/errors'
import { LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'

export type Path = readonly (string | number)[]

/** A YAML file that remembers where everything stands, so that whatever is wrong with it can be shown by line. */
export interface YamlFile {
  readonly name: string
  /** Reads it by a schema. Throws `profile.invalid` with the first thing that is wrong. */
  read<T>(schema: z.ZodType<T>): T
  /** An error at a place in the file: `file:line: text`. */
  fault(key: ErrorKey, path: Path, text: string, args?: ErrorArgs): SitewrightError
}

export function yamlFile(name: string, text: string): YamlFile {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })

  const lineOf = (path: Path): number => {
    for (let length = path.length; length > 0; length--) {
      const node: unknown = document.getIn(path.slice(0, length), true)
      const range = node && typeof node === 'object' && 'range' in node ? node.range : null
      if (Array.isArray(range)) return lines.linePos(Number(range[0])).line
    }
    return 1
  }
  const problem = (key: ErrorKey, line: number, text: string, args: ErrorArgs = {}) =>
    new SitewrightError(key, `${name}:${line}: ${text}`, { args: { file: name, line, text, ...args } })

  return {
    name,
    read(schema) {
      const [broken] = document.errors
      if (broken) throw problem('profile.invalid', lines.linePos(broken.pos[0]).line, broken.message)
      const parsed = schema.safeParse(document.toJS())
      if (parsed.success) return parsed.data
      const { path, text } = mostTelling(parsed.error.issues)
      throw problem('profile.invalid', lineOf(path), `${path.join('.')}: ${text}`)
    },
    fault: (key, path, text, args) => problem(key, lineOf(path), text, args),
  }
}

type Issue = z.core.$ZodIssue

/** A key nobody knows is a misspelling and explains the rest; of alternatives the one that was nearly right counts. */
function mostTelling(issues: readonly Issue[], before: Path = []): { path: Path; text: string } {
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  const own = (issue?.path ?? []).map((key) => (typeof key === 'number' ? key : String(key)))
  const path = [...before, ...own]
  if (issue?.code !== 'invalid_union') return { path, text: issue?.message ?? 'not as expected' }
  const depth = (branch: readonly Issue[]) => Math.max(0, ...branch.map((inner) => inner.path.length))
  const nearest = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0]
  return nearest ? mostTelling(nearest, path) : { path, text: issue.message }
}
