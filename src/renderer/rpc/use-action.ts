import { SitewrightError } from '@shared/errors'
import { useCallback, useRef, useState } from 'react'

export interface Action<A extends unknown[]> {
  run(...args: A): Promise<void>
  readonly busy: boolean
  readonly error: SitewrightError | null
  clear(): void
}

/** Something a person sets off: busy while it runs, and its failure as something to show. One at a time. */
export function useAction<A extends unknown[]>(act: (...args: A) => Promise<unknown>): Action<A> {
  const [state, setState] = useState<{ busy: boolean; error: SitewrightError | null }>({ busy: false, error: null })
  const latest = useRef(act)
  latest.current = act
  const busy = useRef(false)
  const run = useCallback(async (...args: A) => {
    if (busy.current) return
    busy.current = true
    setState({ busy: true, error: null })
    try {
      await latest.current(...args)
      setState({ busy: false, error: null })
    } catch (error) {
      setState({
        busy: false,
        error: error instanceof SitewrightError ? error : new SitewrightError('internal', String(error)),
      })
    } finally {
      busy.current = false
    }
  }, [])
  return { run, ...state, clear: useCallback(() => setState({ busy: false, error: null }), []) }
}
