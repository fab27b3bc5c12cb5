import type { FrameConnection } from '@main/transport/connection'
import type { Clock } from '@shared/clock'
import { SitewrightError, toRpcError } from '@shared/errors'
import type { Logger } from '@shared/log'
import {
  appMethods,
  edgeMethods,
  failure,
  isRequest,
  type MethodDefinition,
  type RpcRequest,
  readFrame,
  sessionMethods,
  success,
} from '@shared/rpc'
import { demandRole, readParams } from './demands'
import { LoginGuard } from './login-guard'
import type { Account, Realm, RealmEdge } from './realm'
import { Session } from './session'
import { sessionHandlers } from './session-handlers'

export interface DispatcherOptions<E> {
  readonly realm: Realm<E>
  readonly clock: Clock
  readonly log: Logger
  /** Members of a request that took longer than this are logged, ms. */
  readonly slowMs?: number
}

type AnyHandler = (params: never, context: never) => unknown

/**
 * Answers the frames of all connections of one realm: checks session, role and parameters from the contract, so that a
 * handler is what remains. Every request gets exactly one answer; what is no request gets none.
 */
export class Dispatcher<E> {
  readonly #options: DispatcherOptions<E>
  readonly #session: Record<string, AnyHandler>
  readonly #sessions = new Set<Session>()

  constructor(options: DispatcherOptions<E>) {
    this.#options = options
    this.#session = sessionHandlers(options.realm, new LoginGuard(options.clock))
  }

  get sessions(): ReadonlySet<Session> {
    return this.#sessions
  }

  /** Serves a connection until it closes. `account` is set when the wire has proved who is there. */
  serve(connection: FrameConnection, account: Account | null): Session {
    const session = new Session(connection, account)
    this.#sessions.add(session)
    connection.onFrame((text) => {
      void this.#receive(session, text)
    })
    connection.onClose(() => {
      this.#sessions.delete(session)
      session.end()
    })
    return session
  }

  async #receive(session: Session, text: string): Promise<void> {
    const { log } = this.#options
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      log.debug(`${session.connection.peer}: a frame is no JSON (${text.length} characters).`)
      return
    }
    const frame = readFrame(value)
    if (!frame || !isRequest(frame)) {
      if (!frame) log.debug(`${session.connection.peer}: a frame is neither request nor notification nor answer.`)
      return
    }
    try {
      session.connection.send(JSON.stringify(success(frame.id, await this.#answer(session, frame))))
    } catch (error) {
      const body = toRpcError(error)
      if (body.key === 'internal') {
        log.error(`${frame.method}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      }
      session.connection.send(JSON.stringify(failure(frame.id, body)))
    }
  }

  async #answer(session: Session, request: RpcRequest): Promise<unknown> {
    const { realm } = this.#options
    const { method } = request
    if (method === 'edgeRpc') return this.#edgeRpc(session, request)
    if (Object.hasOwn(sessionMethods, method)) {
      const definition = sessionMethods[method as keyof typeof sessionMethods]
      return this.#run(definition, this.#session[method], request, session, { session })
    }
    if (realm.appHandlers && Object.hasOwn(appMethods, method)) {
      const definition = appMethods[method as keyof typeof appMethods]
      return this.#run(definition, realm.appHandlers[method as keyof typeof appMethods], request, session, { session })
    }
    if (Object.hasOwn(edgeMethods, method)) {
      const edge = realm.bareEdge()
      if (edge) return this.#edgeMethod(session, edge, request, false)
    }
    throw unhandled(session, method)
  }

  async #edgeRpc(session: Session, request: RpcRequest): Promise<unknown> {
    authenticated(session, 'edgeRpc')
    const { edgeId, payload } = readParams('edgeRpc', sessionMethods.edgeRpc.params, request.params) as {
      edgeId: string
      payload: Record<string, unknown>
    }
    const inner = readFrame(payload)
    if (!inner || !isRequest(inner)) {
      throw new SitewrightError('rpc.invalid', 'The payload of edgeRpc is not a request.')
    }
    const edge = this.#options.realm.edge(edgeId)
    if (!edge) throw new SitewrightError('edge.offline', `The edge ${edgeId} is not connected.`, { data: [edgeId] })
    return { payload: success(inner.id, await this.#edgeMethod(session, edge, inner, true)) }
  }

  #edgeMethod(session: Session, edge: RealmEdge<E>, request: RpcRequest, wrapped: boolean): Promise<unknown> {
    const { method } = request
    const account = authenticated(session, method)
    const handlers = this.#options.realm.edgeHandlers
    const handler = Object.hasOwn(edgeMethods, method) ? handlers[method as keyof typeof edgeMethods] : undefined
    if (!handler) throw unhandled(session, method)
    const definition = edgeMethods[method as keyof typeof edgeMethods]
    const { target, id: edgeId, api } = edge
    const context = { session, edge: target, edgeId, api, role: account.role, account, wrapped }
    return this.#run(definition, handler, request, session, context)
  }

  async #run(
    definition: MethodDefinition,
    handler: AnyHandler | undefined,
    request: RpcRequest,
    session: Session,
    context: unknown,
  ): Promise<unknown> {
    const { method } = request
    if (definition.role !== 'anyone') {
      demandRole(method, authenticated(session, method).role, definition.role)
    }
    if (!handler) throw unhandled(session, method)
    const params = readParams(method, definition.params, request.params)
    const began = this.#options.clock.monotonic()
    const result = await handler(params as never, context as never)
    const took = this.#options.clock.monotonic() - began
    if (took > (this.#options.slowMs ?? 5_000)) this.#options.log.debug(`${method} took ${Math.round(took)} ms.`)
    return result
  }
}

/** Before login nobody learns which methods exist: everything but logging in answers 1001. */
function authenticated(session: Session, method: string): Account {
  if (session.account) return session.account
  throw new SitewrightError('auth.required', `Log in before ${method}.`, { data: [''] })
}

function unhandled(session: Session, method: string): SitewrightError {
  authenticated(session, method)
  return new SitewrightError('rpc.method-unknown', `There is no method ${method} here.`, {
    args: { method },
    data: [method],
  })
}
