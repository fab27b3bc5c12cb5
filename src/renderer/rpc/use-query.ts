import { SitewrightError } from '@shared/errors'
import {
  type Call,
  type EdgeMethodName,
  type MethodName,
  type NotificationName,
  type NotificationParams,
  notifications,
  type Result,
} from '@shared/rpc'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useConnection, useRpc } from './rpc-provider'

/**
 * An answer and how it stands. `loading`: none yet. `ready`: as told. `stale`: the last one, and asking again did not
 * work (`error` says why). `failed`: none at all.
 */
export interface Query<T> {
  readonly status: 'loading' | 'ready' | 'stale' | 'failed'
  readonly data: T | undefined
  readonly error: SitewrightError | null
  /** When the answer came, epoch ms. */
  readonly at: number | null
  reload(): void
}

export interface OwnQuery<T> extends Query<T> {
  /** Puts in an answer that came by another call, such as the one that changed it. */
  set(data: T): void
}

interface Answer<T> {
  readonly key: string | null
  readonly data: T | undefined
  readonly at: number | null
  readonly error: SitewrightError | null
}

type Patches<T> = { [N in NotificationName]?: (data: T, params: NotificationParams<N>) => T }

export interface QueryOptions<T> {
  /** Needed for methods of scope edge; null waits until it is known. */
  readonly edgeId?: string | null
  /** Ask again when one of these notifications comes. */
  readonly refreshOn?: readonly NotificationName[]
  /** Change the answer in place instead of asking again. */
  readonly patch?: Patches<T>
  /** Ask again every so often, while the screen is shown. */
  readonly everyMs?: number
}

/**
 * Asks the engine a question and keeps the answer true: asked again when the parameters change, when a notification
 * says so, and when the engine comes back. `params` null = nothing to ask yet.
 */
export function useQuery<M extends MethodName>(
  method: M,
  params: Call<M> | null,
  options: QueryOptions<Result<M>> = {},
): OwnQuery<Result<M>> {
  type T = Result<M>
  const rpc = useRpc()
  const { epoch } = useConnection()
  const { edgeId } = options
  const idle = params === null || edgeId === null
  const key = idle ? null : JSON.stringify([method, edgeId ?? '', params])
  const [state, setState] = useState<Answer<T>>({ key: null, data: undefined, at: null, error: null })
  const latest = useRef({ options, state })
  latest.current = { options, state }
  const running = useRef<AbortController | null>(null)

  const set = useCallback(
    (data: T) => {
      if (key === null) return
      const at = Date.now()
      remember(rpc.answers, key, { data, at })
      latest.current.state = { key, data, at, error: null }
      setState(latest.current.state)
    },
    [rpc, key],
  )

  const ask = useCallback(() => {
    if (key === null) return
    running.current?.abort()
    const control = new AbortController()
    running.current = control
    const [name, edge, wanted] = JSON.parse(key) as [M, string, Call<M>]
    // Which of the two calls is right was decided by who wrote edgeId; the engine refuses a wrong one.
    const call = edge
      ? rpc.callEdge(edge, name as EdgeMethodName, wanted as Call<EdgeMethodName>, { signal: control.signal })
      : rpc.call(name as never, wanted as never, { signal: control.signal })
    void (call as Promise<T>).then(set, (error: unknown) => {
      if (control.signal.aborted) return
      setState((before) => ({
        ...(before.key === key ? before : remembered<T>(rpc.answers, key)),
        key,
        error: error instanceof SitewrightError ? error : new SitewrightError('internal', String(error)),
      }))
    })
  }, [rpc, key, set])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new epoch means that the engine came back: ask again.
  useEffect(() => {
    ask()
    return () => running.current?.abort()
  }, [ask, epoch])

  useEffect(() => {
    if (key === null) return
    const { refreshOn = [], patch = {} } = latest.current.options
    const on = (name: NotificationName, listener: (params: unknown) => void) =>
      edgeId && notifications[name].scope === 'edge' ? rpc.onEdge(edgeId, name, listener) : rpc.on(name, listener)
    const offs = refreshOn.map((name) => on(name, ask))
    for (const name of Object.keys(patch) as NotificationName[]) {
      offs.push(
        on(name, (params) => {
          const { options: now, state: answer } = latest.current
          // The table of patches ties each function to the parameters of its notification.
          const apply = now.patch?.[name] as ((data: T, params: unknown) => T) | undefined
          if (apply && answer.key === key && answer.data !== undefined) set(apply(answer.data, params))
        }),
      )
    }
    if (edgeId) rpc.channels.follow(edgeId)
    return () => {
      for (const off of offs) off()
    }
  }, [rpc, key, edgeId, ask, set])

  const { everyMs } = options
  useEffect(() => {
    if (key === null || everyMs === undefined) return
    const timer = setInterval(ask, everyMs)
    return () => clearInterval(timer)
  }, [key, ask, everyMs])

  const current = state.key === key ? state : { ...remembered<T>(rpc.answers, key), error: null }
  const { data, error, at } = current
  const status = data !== undefined ? (error ? 'stale' : 'ready') : error ? 'failed' : 'loading'
  return { status, data, error, at, reload: ask, set }
}

type Answers = Map<string, { data: unknown; at: number }>

/** Enough to walk between places without waiting; what was not asked for longest goes first. */
const ANSWERS_KEPT = 200

function remember(answers: Answers, key: string, answer: { data: unknown; at: number }): void {
  answers.delete(key)
  answers.set(key, answer)
  const [oldest] = answers.keys()
  if (answers.size > ANSWERS_KEPT && oldest !== undefined) answers.delete(oldest)
}

function remembered<T>(answers: Answers, key: string | null) {
  const known = key === null ? undefined : answers.get(key)
  // Only this hook writes answers, under a key that holds the method: the type follows from the key.
  return known ? { data: known.data as T, at: known.at } : { data: undefined, at: null }
}
