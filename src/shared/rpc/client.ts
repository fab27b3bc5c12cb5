import { fromRpcError, SitewrightError } from '../errors'
import { isNotification, readFrame, request } from './frame'
import type {
  AppMethodName,
  Call,
  EdgeMethodName,
  MethodName,
  NotificationName,
  NotificationParams,
  Result,
  SessionMethodName,
} from './index'

/** Anything that carries frames as text: IPC, a WebSocket, a pair in memory. */
export interface FrameLine {
  send(frame: string): void
  onFrame(listener: (frame: string) => void): () => void
  onClose(listener: () => void): () => void
}

export interface CallOptions {
  signal?: AbortSignal
  /** Default 30,000. */
  timeoutMs?: number
}

/**
 * The calling side of the contract, the same on every wire. `call` is for scopes session and app; `edge(id).call` wraps into
 * edgeRpc. Every promise settles: answered, failed, timed out, or `link.closed` when the line goes.
 */
export interface RpcClient {
  call<M extends SessionMethodName | AppMethodName>(
    method: M,
    params: Call<M>,
    options?: CallOptions,
  ): Promise<Result<M>>
  callEdge<M extends EdgeMethodName>(
    edgeId: string,
    method: M,
    params: Call<M>,
    options?: CallOptions,
  ): Promise<Result<M>>
  /** Notifications of scope app. */
  on<N extends NotificationName>(name: N, listener: (params: NotificationParams<N>) => void): () => void
  /** Notifications of one edge, unwrapped. */
  onEdge<N extends NotificationName>(
    edgeId: string,
    name: N,
    listener: (params: NotificationParams<N>) => void,
  ): () => void
  close(): void
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
  done(): void
}

let counter = 0
/** Ids are UUIDs because a real OpenEMS demands it; `crypto.randomUUID` is missing on http pages of other hosts. */
function newId(): string {
  counter = (counter + 1) % 0xffff_ffff_ffff
  const random = Math.floor(Math.random() * 0xffff_ffff)
    .toString(16)
    .padStart(8, '0')
  return `${random}-0000-4000-8000-${counter.toString(16).padStart(12, '0')}`
}

export function createRpcClient(line: FrameLine): RpcClient {
  const waiting = new Map<string | number, Waiting>()
  const listeners = new Map<string, Set<(params: never) => void>>()

  const emit = (key: string, params: unknown) => {
    for (const listener of listeners.get(key) ?? []) listener(params as never)
  }
  const listen = (key: string, listener: (params: never) => void) => {
    const set = listeners.get(key) ?? new Set()
    listeners.set(key, set.add(listener))
    return () => void set.delete(listener)
  }

  const offFrame = line.onFrame((text) => {
    const frame = readFrame(JSON.parse(text))
    if (!frame) return
    if (isNotification(frame)) {
      if (frame.method !== 'edgeRpc') return emit(frame.method, frame.params)
      const inner = readFrame(frame.params.payload)
      if (inner && isNotification(inner)) emit(`${frame.params.edgeId} ${inner.method}`, inner.params)
      return
    }
    if ('method' in frame) return
    const call = waiting.get(frame.id)
    if (!call) return
    waiting.delete(frame.id)
    call.done()
    if ('error' in frame) call.reject(fromRpcError(frame.error))
    else call.resolve(frame.result)
  })

  const failAll = () => {
    for (const call of waiting.values()) {
      call.done()
      call.reject(new SitewrightError('link.closed', 'The connection to the engine was closed.'))
    }
    waiting.clear()
  }
  const offClose = line.onClose(failAll)

  function call(method: MethodName, params: Record<string, unknown>, options: CallOptions = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = newId()
      const timeoutMs = options.timeoutMs ?? 30_000
      const give = (error: Error) => {
        waiting.delete(id)
        done()
        reject(error)
      }
      const aborted = () => give(options.signal?.reason instanceof Error ? options.signal.reason : new Error('aborted'))
      const timer = setTimeout(
        () =>
          give(
            new SitewrightError('rpc.timeout', `${method} was not answered in ${timeoutMs / 1000} s.`, {
              args: { method, seconds: timeoutMs / 1000 },
            }),
          ),
        timeoutMs,
      )
      const done = () => {
        clearTimeout(timer)
        options.signal?.removeEventListener('abort', aborted)
      }
      if (options.signal?.aborted) return aborted()
      options.signal?.addEventListener('abort', aborted, { once: true })
      waiting.set(id, { resolve, reject, done })
      line.send(JSON.stringify(request(id, method, params)))
    })
  }

  return {
    call: (method, params, options) => call(method, params as Record<string, unknown>, options) as never,
    async callEdge(edgeId, method, params, options) {
      const payload = request(newId(), method, params as Record<string, unknown>)
      const answer = (await call('edgeRpc', { edgeId, payload }, options)) as { payload: { result: never } }
      return answer.payload.result
    },
    on: (name, listener) => listen(name, listener as never),
    onEdge: (edgeId, name, listener) => listen(`${edgeId} ${name}`, listener as never),
    close() {
      offFrame()
      offClose()
      failAll()
    },
  }
}
