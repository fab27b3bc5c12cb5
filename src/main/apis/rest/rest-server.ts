import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Channel } from '@main/edge/channel/channel'
import { Dispatcher } from '@main/session/dispatcher'
import type { Account } from '@main/session/realm'
import { isShallow } from '@main/transport/frame-guard'
import type { Clock } from '@shared/clock'
import { SitewrightError, toRpcError } from '@shared/errors'
import type { Logger } from '@shared/log'
import { isAtLeast, type Role } from '@shared/roles'
import { failure } from '@shared/rpc'
import type { ApiSurroundings } from '../api-surroundings'
import type { ApiWrites } from '../api-writes'
import { ConnectionGate } from '../connection-gate'
import type { EdgeAccess } from '../edge-access'
import { singleEdgeRealm } from '../ui-websocket/single-edge-realm'
import { BasicAuth } from './basic-auth'
import { BadExpression, findChannels, splitExpressions } from './channel-search'
import { askOverHttp, NO_ID } from './rpc-over-http'

export interface RestServerOptions extends ApiSurroundings {
  readonly apiId: string
  readonly connectionLimit: number
  /** Null: this one only reads. */
  readonly writes: ApiWrites | null
  readonly clock: Clock
  readonly log: Logger
}

const MAX_BODY_BYTES = 1024 * 1024
const ACCEPTS = { count: 10, windowMs: 5_000 }
/** One connection too many is told so when it asks something; if it does not ask, it is cut off after this. */
const SURPLUS_MS = 2_000
const MOST_SURPLUS = 20
const CHANNEL_PATH = '/rest/channel/'

/** What an HTTP client reads instead of an answer. */
class Refusal extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, text: string, headers: Readonly<Record<string, string>> = {}) {
    super(text)
    this.status = status
    this.headers = headers
  }
}

/**
 * An edge over HTTP: channels by regular expression, values to set, JSON-RPC. It says no with the code a client expects:
 * 401 who are you, 403 not with this role, 404 no such channel, 405 not here, 400 not like this, 503 one too many.
 * Source: wire description §7 (the official edge answers 500 to several of these; clients cannot depend on that).
 */
export function restServer(options: RestServerOptions): Server {
  const { clock, connectionLimit } = options
  const gate = new ConnectionGate({ parallel: connectionLimit, accepts: ACCEPTS }, clock)
  const auth = new BasicAuth(options.users, clock)
  const surplus = new Set<Socket>()
  let dispatcher: Dispatcher<EdgeAccess> | null = null
  const dispatch = () => {
    const realm = () => singleEdgeRealm(options.access(), options.users, options.apiId)
    dispatcher ??= new Dispatcher({ realm: realm(), clock, log: options.log })
    return dispatcher
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (surplus.has(request.socket)) {
      throw new Refusal(
        503,
        `More than ${connectionLimit} connections, or ${ACCEPTS.count} in ${ACCEPTS.windowMs / 1000} s.`,
        {
          'retry-after': String(ACCEPTS.windowMs / 1000),
          connection: 'close',
        },
      )
    }
    const path = pathOf(request)
    if (path === '/favicon.ico') throw new Refusal(404, 'There is no icon.')
    const account = await auth.account(request.headers.authorization, request.socket.remoteAddress ?? '')
    if (path === '/jsonrpc') {
      allow(request, 'POST')
      needRole(account, 'owner', path)
      const gone = new AbortController()
      response.once('close', () => gone.abort())
      const peer = `${request.socket.remoteAddress}:${request.socket.remotePort}`
      const { ok, text } = await askOverHttp(dispatch(), account, peer, await bodyOf(request), gone.signal)
      return send(response, ok ? 200 : 400, text)
    }
    if (!path.startsWith(CHANNEL_PATH)) throw new Refusal(404, `There is nothing at ${path.slice(0, 100)}.`)
    const parts = splitExpressions(path.slice(CHANNEL_PATH.length))
    if (!parts) throw new Refusal(400, `A component and a channel are needed: ${CHANNEL_PATH}_sum/EssSoc`)
    if (options.writes) allow(request, 'GET', 'POST')
    else allow(request, 'GET')
    if (request.method === 'POST' && options.writes) {
      needRole(account, 'owner', path)
      options.writes.set(parts.join('/'), valueIn(await bodyOf(request)), account)
      return send(response, 200, '{}')
    }
    const found = findChannels(options.access().edge, ...parts).map(described)
    if (found.length === 0) throw new Refusal(404, `No channel matches ${parts.join('/').slice(0, 100)}.`)
    send(response, 200, JSON.stringify(found.length === 1 ? found[0] : found))
  }

  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 20_000,
      connectionsCheckingInterval: 5_000,
    },
    (request, response) => {
      answer(request, response).catch((error: unknown) => {
        if (!response.headersSent) refuse(response, error, options.log)
      })
    },
  )
  server.on('connection', (socket) => {
    if (gate.admit(socket)) return
    if (surplus.size >= MOST_SURPLUS) return void socket.destroy()
    surplus.add(socket)
    const timer = clock.after(SURPLUS_MS, () => socket.destroy())
    socket.once('close', () => {
      surplus.delete(socket)
      timer[Symbol.dispose]()
    })
  })
  return server
}

/** As clients of an OpenEMS edge read it. */
function described({ address, value, doc }: Channel): Record<string, unknown> {
  const { type, accessMode, text, unit } = doc
  return { address, type, accessMode, text, unit, ...(accessMode === 'WO' ? {} : { value }) }
}

/** Not by `URL`: it would resolve `..`, which is an expression here. */
function pathOf({ url = '' }: IncomingMessage): string {
  try {
    return decodeURIComponent(url.split('?', 1)[0] ?? '')
  } catch {
    throw new Refusal(400, 'The path is not rightly encoded.')
  }
}

function allow(request: IncomingMessage, ...methods: string[]): void {
  const { method = '', headers } = request
  if (!methods.includes(method))
    throw new Refusal(405, `${method} is not possible here.`, { allow: methods.join(', ') })
  // A page of another origin may make a browser that knows the password send a POST.
  if (method === 'POST' && headers.origin !== undefined && headers.origin !== `http://${headers.host}`)
    throw new Refusal(403, 'A page of another origin may change nothing here.')
}

function needRole({ role }: Account, needed: Role, what: string): void {
  if (isAtLeast(role, needed)) return
  throw new SitewrightError('auth.role-missing', `${what} needs the role ${needed}; this is ${role}.`, {
    args: { method: what.slice(0, 100), role, needed },
    data: [what.slice(0, 100), role.toUpperCase()],
  })
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES)
      throw new Refusal(413, `A body has at most ${MAX_BODY_BYTES} bytes.`, { connection: 'close' })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function valueIn(body: string): unknown {
  try {
    const parsed: unknown = isShallow(body, 8) ? JSON.parse(body) : null
    if (typeof parsed === 'object' && parsed !== null && Object.hasOwn(parsed, 'value')) {
      return (parsed as { value: unknown }).value
    }
  } catch {
    // The same sentence for whatever else stands there.
  }
  throw new Refusal(400, 'The body is {"value": …}.')
}

function send(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  response.end(text)
}

function refuse(response: ServerResponse, error: unknown, log: Logger): void {
  if (error instanceof Refusal || error instanceof BadExpression) {
    const { status, headers } = error instanceof Refusal ? error : { status: 400, headers: {} }
    const body = { code: 1, message: error.message, data: [error.message] }
    send(response, status, JSON.stringify(failure(NO_ID, body)), headers)
    return
  }
  const body = toRpcError(error)
  const { status, headers } = STATUS[body.key ?? ''] ?? { status: body.key === 'internal' ? 500 : 400, headers: {} }
  if (status === 500) log.error(error instanceof Error ? (error.stack ?? error.message) : String(error))
  send(response, status, JSON.stringify(failure(NO_ID, body)), headers)
}

const WHO_ARE_YOU = { status: 401, headers: { 'www-authenticate': 'Basic realm="Sitewright edge", charset="UTF-8"' } }
const STATUS: Readonly<Record<string, { status: number; headers: Record<string, string> }>> = {
  'auth.required': WHO_ARE_YOU,
  'auth.failed': WHO_ARE_YOU,
  'auth.role-missing': { status: 403, headers: {} },
  'auth.too-many': { status: 429, headers: { 'retry-after': '30' } },
  'edge.offline': { status: 503, headers: { 'retry-after': '1' } },
  'channel.unknown': { status: 404, headers: {} },
  'config.component-unknown': { status: 404, headers: {} },
}
