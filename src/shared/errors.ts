/**
 * Everything that can go wrong, once. `code` is an OpenEMS code (wire description §1.1); the key travels beside it as
 * `error.key`, is the key of the sentence in the locales and the id of the help card.
 * `cure` says who can mend it; `retry` whether trying again may help.
 */
export interface ErrorKind {
  readonly code: number
  readonly cure: 'time' | 'person' | 'developer'
  readonly retry: boolean
}

export const ERRORS = {
  // The wire to a device.
  'link.timeout': { code: 1, cure: 'time', retry: true },
  'link.refused': { code: 1, cure: 'person', retry: true },
  'link.unreachable': { code: 1, cure: 'person', retry: true },
  'link.name-unknown': { code: 1, cure: 'person', retry: true },
  'link.closed': { code: 1, cure: 'time', retry: true },
  'link.closed-at-once': { code: 1, cure: 'person', retry: true },
  'link.busy': { code: 1, cure: 'time', retry: true },
  'link.frame': { code: 1, cure: 'time', retry: true },
  'link.request': { code: 1, cure: 'developer', retry: false },
  // It answered, but not as promised.
  'device.exception': { code: 1, cure: 'person', retry: false },
  'device.absent': { code: 1, cure: 'person', retry: true },
  'device.gateway': { code: 1, cure: 'time', retry: true },
  'device.not-sunspec': { code: 1, cure: 'person', retry: false },
  'device.wrong-answer': { code: 1, cure: 'time', retry: true },
  // Our own data.
  'profile.unknown': { code: 1, cure: 'person', retry: false },
  'profile.invalid': { code: 1, cure: 'person', retry: false },
  'profile.unit-unknown': { code: 1, cure: 'person', retry: false },
  'profile.dimension': { code: 1, cure: 'person', retry: false },
  // What was asked for.
  'config.component-unknown': { code: 2000, cure: 'person', retry: false },
  'config.not-applied': { code: 2002, cure: 'person', retry: false },
  'config.not-created': { code: 2003, cure: 'person', retry: false },
  'config.not-deleted': { code: 2004, cure: 'person', retry: false },
  'config.change-unknown': { code: 1, cure: 'person', retry: false },
  'config.not-undone': { code: 2002, cure: 'person', retry: false },
  'config.factory-unknown': { code: 1, cure: 'person', retry: false },
  'config.file': { code: 1, cure: 'person', retry: false },
  'config.folder': { code: 1, cure: 'person', retry: false },
  'channel.unknown': { code: 1000, cure: 'person', retry: false },
  'channel.not-writable': { code: 1, cure: 'person', retry: false },
  'channel.value': { code: 1, cure: 'person', retry: false },
  'channel.option': { code: 2005, cure: 'person', retry: false },
  'history.none': { code: 1, cure: 'time', retry: true },
  'site.unknown': { code: 1, cure: 'person', retry: false },
  'site.name-taken': { code: 1, cure: 'person', retry: false },
  'site.not-open': { code: 1, cure: 'person', retry: false },
  'job.unknown': { code: 1, cure: 'person', retry: false },
  'job.not-possible': { code: 1, cure: 'person', retry: false },
  'scan.targets': { code: 1, cure: 'person', retry: false },
  'scan.too-many': { code: 1, cure: 'person', retry: false },
  'device.unknown': { code: 1, cure: 'person', retry: false },
  // Who may.
  'auth.required': { code: 1001, cure: 'person', retry: false },
  'auth.role-missing': { code: 1002, cure: 'person', retry: false },
  'auth.failed': { code: 1003, cure: 'person', retry: true },
  'auth.too-many': { code: 4005, cure: 'time', retry: true },
  // Where things are kept.
  'storage.corrupt': { code: 1, cure: 'person', retry: false },
  'storage.newer': { code: 1, cure: 'person', retry: false },
  'storage.locked': { code: 1, cure: 'person', retry: true },
  'storage.full': { code: 1, cure: 'person', retry: true },
  'storage.read-only': { code: 1, cure: 'person', retry: false },
  'storage.wrong-key': { code: 1, cure: 'person', retry: false },
  'port.taken': { code: 1, cure: 'person', retry: true },
  'port.not-allowed': { code: 1, cure: 'person', retry: false },
  // The protocol itself.
  'edge.offline': { code: 3000, cure: 'time', retry: true },
  'engine.lost': { code: 1006, cure: 'time', retry: true },
  'api.no-writes': { code: 1006, cure: 'person', retry: true },
  'rpc.method-unknown': { code: 4001, cure: 'developer', retry: false },
  'rpc.invalid': { code: 4002, cure: 'developer', retry: false },
  'rpc.params': { code: 1, cure: 'developer', retry: false },
  'rpc.no-json-api': { code: 1, cure: 'developer', retry: false },
  'rpc.too-many': { code: 4005, cure: 'time', retry: true },
  'rpc.too-large': { code: 4002, cure: 'developer', retry: false },
  'rpc.timeout': { code: 1, cure: 'time', retry: true },
  internal: { code: 1, cure: 'developer', retry: false },
} as const satisfies Record<string, ErrorKind>

export type ErrorKey = keyof typeof ERRORS

/** The texts of the OpenEMS codes we send (wire description §1.1); `%s` is filled from `data` in order. */
const CODE_TEXT: Readonly<Record<number, string>> = {
  1: '%s',
  1000: 'Channel-Address [%s] is not valid',
  1001: 'User is not authenticated. %s',
  1002: 'Access to resource [%s] denied for role [%s]',
  1003: 'Authentication failed',
  1006: 'Service [%s] is not available',
  2000: 'Edge: no component with id [%s]',
  2002: 'Unable to apply configuration to component [%s]: %s',
  2003: 'Unable to create component of factory [%s]: %s',
  2004: 'Unable to delete component [%s]: %s',
  2005: 'Channel has no option [%s]',
  3000: 'Edge [%s] is not connected',
  4001: 'Unhandled JSON-RPC method [%s]',
  4002: 'JSON-RPC message is not valid: %s',
  4005: 'Too many requests',
}

export type ErrorArgs = Readonly<Record<string, string | number>>

/**
 * A failure a person can read: key, the values of its sentence, and the cause it was wrapped around.
 * `data` is what the wire puts into the code's template, in order; by default it is `text`.
 */
export class SitewrightError extends Error {
  readonly key: ErrorKey
  readonly args: ErrorArgs
  readonly data: readonly string[]

  constructor(
    key: ErrorKey,
    text: string,
    options: { args?: ErrorArgs; data?: readonly string[]; cause?: unknown } = {},
  ) {
    super(text, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'SitewrightError'
    this.key = key
    this.args = options.args ?? {}
    this.data = options.data ?? [text]
  }

  get kind(): ErrorKind {
    return ERRORS[this.key]
  }

  get code(): number {
    return this.kind.code
  }
}

/** The error member of a JSON-RPC answer. `key` and `args` are ours; others ignore them. */
export interface RpcErrorBody {
  code: number
  message: string
  data: readonly string[]
  key?: string
  args?: ErrorArgs
}

/** Any thrown thing as a wire error; what nobody wrapped is `internal` and shows no stack. */
export function toRpcError(error: unknown): RpcErrorBody {
  const known =
    error instanceof SitewrightError
      ? error
      : new SitewrightError('internal', error instanceof Error ? error.message : String(error))
  const data = known.code === 1003 || known.code === 4005 ? [] : known.data
  let index = 0
  const message = (CODE_TEXT[known.code] ?? '%s').replace(/%s/g, () => data[index++] ?? '')
  return { code: known.code, message, data, key: known.key, args: known.args }
}

/** The other way round, for the side that called. */
export function fromRpcError(body: RpcErrorBody): SitewrightError {
  const key = body.key !== undefined && body.key in ERRORS ? (body.key as ErrorKey) : keyOfCode(body.code)
  return new SitewrightError(key, body.message, { args: body.args ?? {}, data: body.data ?? [] })
}

function keyOfCode(code: number): ErrorKey {
  if (code === 1) return 'internal'
  for (const [key, kind] of Object.entries(ERRORS)) if (kind.code === code) return key as ErrorKey
  return 'internal'
}
