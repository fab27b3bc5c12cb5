/**
 * Time, handed in like every other part of the world, so that a test can own it.
 * `now` is wall-clock time (epoch ms) and may jump; `monotonic` (ms) never does.
 */
export interface Clock {
  now(): number
  monotonic(): number
  /** Calls back once after `delayMs`. Disposing the result takes the call back. */
  after(delayMs: number, callback: () => void): Disposable
}

/** The machine's own clock. Timers hold the process only while `hold` is true. */
export function systemClock({ hold = true }: { hold?: boolean } = {}): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs) as ReturnType<typeof setTimeout> & { unref?: () => void }
      if (!hold) timer.unref?.()
      return { [Symbol.dispose]: () => clearTimeout(timer) }
    },
  }
}

/** Resolves after `delayMs` of the given clock; rejects with the signal's reason when aborted first. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const aborted = () => {
      timer[Symbol.dispose]()
      reject(signal?.reason)
    }
    const timer = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', aborted)
      resolve()
    })
    signal?.addEventListener('abort', aborted, { once: true })
  })
}
