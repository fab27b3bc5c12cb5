import type { RpcErrorBody } from '../errors'

/** The four shapes of a JSON-RPC frame as OpenEMS tightens them (wire description §1). */
export interface RpcRequest {
  jsonrpc: '2.0'
  id: string | number
  method: string
  params: Record<string, unknown>
  /** Seconds after which the answering side gives up. */
  timeout?: number
}
export interface RpcNotification {
  jsonrpc: '2.0'
  method: string
  params: Record<string, unknown>
}
export interface RpcSuccess {
  jsonrpc: '2.0'
  id: string | number
  result: unknown
}
export interface RpcFailure {
  jsonrpc: '2.0'
  id: string | number
  error: RpcErrorBody
}
export type RpcFrame = RpcRequest | RpcNotification | RpcSuccess | RpcFailure

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isId = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number'

/**
 * What kind of frame this is, or null when it is none of the four. Nothing is copied or filled in, except that a request
 * without `params` (which the customer's examples contain) means `{}`.
 */
export function readFrame(value: unknown): RpcFrame | null {
  if (!isRecord(value)) return null
  if (typeof value.method === 'string') {
    const params = value.params === undefined ? {} : value.params
    if (!isRecord(params)) return null
    const frame = { ...value, jsonrpc: '2.0' as const, method: value.method, params }
    if (value.id === undefined) return frame as RpcNotification
    return isId(value.id) ? (frame as unknown as RpcRequest) : null
  }
  if (!isId(value.id)) return null
  if (isRecord(value.error)) return value as unknown as RpcFailure
  if ('result' in value) return value as unknown as RpcSuccess
  return null
}

export const isRequest = (frame: RpcFrame): frame is RpcRequest => 'method' in frame && 'id' in frame
export const isNotification = (frame: RpcFrame): frame is RpcNotification => 'method' in frame && !('id' in frame)

export const request = (id: string, method: string, params: Record<string, unknown>): RpcRequest => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
})
export const notify = (method: string, params: Record<string, unknown>): RpcNotification => ({
  jsonrpc: '2.0',
  method,
  params,
})
export const success = (id: string | number, result: unknown): RpcSuccess => ({ jsonrpc: '2.0', id, result })
export const failure = (id: string | number, error: RpcErrorBody): RpcFailure => ({ jsonrpc: '2.0', id, error })
