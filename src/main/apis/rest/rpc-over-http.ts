import { randomUUID } from 'node:crypto'
import type { Dispatcher } from '@main/session/dispatcher'
import type { Account } from '@main/session/realm'
import { isShallow } from '@main/transport/frame-guard'
import { SitewrightError, toRpcError } from '@shared/errors'
import { failure, isRequest, type RpcRequest, readFrame } from '@shared/rpc'
import type { EdgeAccess } from '../edge-access'

/** The id of an answer to what had none. Source: wire description §6.1. */
export const NO_ID = '00000000-0000-0000-0000-000000000000'

/** Make sense only on a line that stays: over HTTP nothing would ever come. */
const ONLY_ON_A_LINE = /^(subscribe|authenticate)|^logout$/

const MAX_DEPTH = 64

export interface RpcAnswer {
  readonly ok: boolean
  readonly text: string
}

/**
 * One JSON-RPC request that came as the body of a POST, answered by the dispatcher of all wires. A missing `id` is added,
 * also in the payload. `gone` ends what the request began, when the client has left before its answer.
 */
export async function askOverHttp(
  dispatcher: Dispatcher<EdgeAccess>,
  account: Account,
  peer: string,
  body: string,
  gone: AbortSignal,
): Promise<RpcAnswer> {
  let id: string | number = NO_ID
  try {
    const request = requestIn(body)
    id = request.id
    for (const method of [request.method, methodOf(request.params.payload)]) {
      if (typeof method === 'string' && ONLY_ON_A_LINE.test(method)) throw unhandled(method)
    }
    return await serve(dispatcher, account, peer, request, gone)
  } catch (error) {
    return { ok: false, text: JSON.stringify(failure(id, toRpcError(error))) }
  }
}

/** A connection that lasts for one request. */
function serve(
  dispatcher: Dispatcher<EdgeAccess>,
  account: Account,
  peer: string,
  request: RpcRequest,
  gone: AbortSignal,
): Promise<RpcAnswer> {
  return new Promise((resolve) => {
    let receive: (frame: string) => void = () => {}
    const closers: (() => void)[] = []
    const end = () => {
      for (const close of closers.splice(0)) close()
    }
    gone.addEventListener('abort', end, { once: true })
    const connection = {
      peer,
      send(text: string) {
        const frame = JSON.parse(text) as { id?: unknown; method?: unknown }
        // Notifications of a subscription that the request implied have nowhere to go.
        if (frame.method !== undefined || frame.id !== request.id) return
        gone.removeEventListener('abort', end)
        resolve({ ok: !('error' in frame), text })
        end()
      },
      onFrame(listener: (frame: string) => void) {
        receive = listener
        return () => {}
      },
      onClose(listener: () => void) {
        closers.push(listener)
        return () => {}
      },
      close: end,
    }
    dispatcher.serve(connection, account)
    receive(JSON.stringify(request))
  })
}

function requestIn(body: string): RpcRequest {
  if (!isShallow(body, MAX_DEPTH)) throw new SitewrightError('rpc.too-large', `nested deeper than ${MAX_DEPTH} levels`)
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    throw new SitewrightError('rpc.invalid', 'The body is no JSON.')
  }
  const frame = readFrame(withId(value))
  if (!frame || !isRequest(frame)) throw new SitewrightError('rpc.invalid', 'The body is not a JSON-RPC request.')
  const { payload } = frame.params
  return payload === undefined ? frame : { ...frame, params: { ...frame.params, payload: withId(payload) } }
}

function withId(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const { id } = value as { id?: unknown }
  return id === undefined || id === null ? { ...value, id: randomUUID() } : value
}

const methodOf = (payload: unknown): unknown =>
  typeof payload === 'object' && payload !== null ? (payload as { method?: unknown }).method : undefined

const unhandled = (method: string) =>
  new SitewrightError('rpc.method-unknown', `There is no method ${method} over HTTP.`, {
    args: { method },
    data: [method],
  })
