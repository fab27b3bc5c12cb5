import type { Clock } from '@shared/clock'
import { SitewrightError } from '@shared/errors'

/**
 * Who has taken which device for itself, and who waits for it: first come, first served. A device is named as
 * `deviceKey` has it. Whoever polls asks `holdUp` before each request.
 */
export class DeviceLocks {
  readonly #clock: Clock
  readonly #locks = new Map<string, Lock>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  holderOf(device: string): string | null {
    return this.#locks.get(device)?.holder ?? null
  }

  /** Resolves when the device is `holder`'s. Rejects with the signal's reason when that comes first. */
  lock(device: string, holder: string, signal?: AbortSignal): Promise<Disposable> {
    if (signal?.aborted) return Promise.reject(signal.reason)
    const lock = this.#locks.get(device)
    if (lock === undefined) {
      this.#locks.set(device, { holder, queue: [], polls: new Set() })
      return Promise.resolve(this.#release(device))
    }
    return new Promise((resolve, reject) => {
      const aborted = () => {
        lock.queue.splice(lock.queue.indexOf(next), 1)
        reject(signal?.reason)
      }
      const next = () => {
        signal?.removeEventListener('abort', aborted)
        lock.holder = holder
        resolve(this.#release(device))
      }
      lock.queue.push(next)
      signal?.addEventListener('abort', aborted, { once: true })
    })
  }

  /**
   * Nothing when the device is free, else a promise for when it is. Waiting no longer than `mostMs`, then `link.busy`
   * with the holder's name: one locked device must not stop everything that is polled on the same line.
   */
  holdUp(device: string, mostMs: number): Promise<void> | undefined {
    if (this.#locks.size === 0) return undefined
    const lock = this.#locks.get(device)
    if (lock === undefined) return undefined
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(mostMs, () => {
        lock.polls.delete(freed)
        reject(busyError(device, lock.holder))
      })
      const freed = () => {
        timer[Symbol.dispose]()
        resolve()
      }
      lock.polls.add(freed)
    })
  }

  #release(device: string): Disposable {
    let held = true
    return {
      [Symbol.dispose]: () => {
        if (!held) return
        held = false
        const lock = this.#locks.get(device)
        const next = lock?.queue.shift()
        if (next) {
          next()
        } else {
          this.#locks.delete(device)
          for (const freed of lock?.polls ?? []) freed()
        }
      },
    }
  }
}

interface Lock {
  holder: string
  readonly queue: (() => void)[]
  readonly polls: Set<() => void>
}

function busyError(device: string, holder: string): SitewrightError {
  const text = `${device} is in use by ${holder}. It goes on when that has ended.`
  return new SitewrightError('link.busy', text, { args: { target: device, holder } })
}
