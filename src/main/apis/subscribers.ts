import type { Session } from '@main/session/session'

/** Who wants one kind of notification of one edge, and how: as it was asked for, wrapped or bare. Ends with the session. */
export class Subscribers implements Disposable {
  readonly #method: string
  readonly #wanted = new Map<Session, { edgeId: string; wrapped: boolean; release: () => void }>()

  constructor(method: string) {
    this.#method = method
  }

  /** From now on this session hears of it, or no longer. */
  set(session: Session, edgeId: string, wrapped: boolean, isWanted: boolean): void {
    this.#wanted.get(session)?.release()
    this.#wanted.delete(session)
    if (!isWanted) return
    const release = session.onEnd(() => this.#wanted.delete(session))
    this.#wanted.set(session, { edgeId, wrapped, release })
  }

  /** `params` is made only when somebody listens. */
  push(params: () => Record<string, unknown>): void {
    if (this.#wanted.size === 0) return
    const made = params()
    for (const [session, { edgeId, wrapped }] of this.#wanted) session.notifyEdge(edgeId, this.#method, made, wrapped)
  }

  [Symbol.dispose](): void {
    for (const { release } of this.#wanted.values()) release()
    this.#wanted.clear()
  }
}
