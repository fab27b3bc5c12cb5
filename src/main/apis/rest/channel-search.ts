import { createContext, Script } from 'node:vm'
import type { Channel } from '@main/edge/channel/channel'
import type { Edge } from '@main/edge/edge'

/** Longer than any list of ids a person writes. */
const LONGEST_EXPRESSION = 200
/** All of an answer's matching takes microseconds; an expression made to explode is stopped. */
const TIME_LIMIT_MS = 25

/** An expression that cannot be used, and why. */
export class BadExpression extends Error {}

/**
 * The channels of enabled components whose ids match both expressions in full, e.g. `meter[0-9]` and `ActivePower`.
 * Expressions come from outside and may be made to explode ((a+)+b): they are short, and matching is stopped after 25 ms.
 * Throws BadExpression.
 */
export function findChannels(edge: Edge, componentExpression: string, channelExpression: string): Channel[] {
  const components = edge.registry.all().filter(({ enabled }) => enabled)
  const chosenIds = matching(
    componentExpression,
    components.map(({ id }) => id),
  )
  const chosen = components.filter(({ id }) => chosenIds.has(id))
  const names = new Set(chosen.flatMap(({ channels }) => [...channels.keys()]))
  const channelIds = matching(channelExpression, [...names])
  return chosen.flatMap(({ channels }) => [...channels.values()].filter(({ doc }) => channelIds.has(doc.id)))
}

/** `<component>/<channel>`: the slash between them is the first one outside of `[…]`. */
export function splitExpressions(path: string): [component: string, channel: string] | null {
  let inClass = false
  for (let index = 0; index < path.length; index++) {
    const character = path[index]
    if (character === '\\') index++
    else if (character === '[') inClass = true
    else if (character === ']') inClass = false
    else if (character === '/' && !inClass) return [path.slice(0, index), path.slice(index + 1)]
  }
  return null
}

function matching(source: string, names: readonly string[]): Set<string> {
  // Most requests name one channel; they need no expression.
  if (/^\w+$/.test(source)) return new Set(names.includes(source) ? [source] : [])
  const expression = compile(source)
  const sandbox = createContext({ expression, names })
  try {
    return new Set<string>(FILTER.runInContext(sandbox, { timeout: TIME_LIMIT_MS }))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
    throw new BadExpression(`${source}: this expression takes too long.`)
  }
}

/** Runs in a context of its own only because that is what can be stopped in mid-match. */
const FILTER = new Script('names.filter((name) => expression.test(name))')

function compile(source: string): RegExp {
  if (source.length > LONGEST_EXPRESSION)
    throw new BadExpression(
      `An expression has at most ${LONGEST_EXPRESSION} characters; this one has ${source.length}.`,
    )
  try {
    // By itself first: "a)|(b" must not become valid within the parentheses of the full match.
    new RegExp(source)
    return new RegExp(`^(?:${source})$`)
  } catch (error) {
    throw new BadExpression(error instanceof Error ? error.message : String(error))
  }
}
