/**
 * Things that were opened together and are closed together, last first. Closing goes on when one of them fails; the first
 * failure is thrown at the end. (Node 22 has no AsyncDisposableStack.)
 */
export class Disposables implements AsyncDisposable {
  #closers: (() => unknown)[] = []

  /** Keeps something that can be disposed of and hands it back. */
  use<T extends Disposable | AsyncDisposable>(thing: T): T {
    this.#closers.push(() => (Symbol.asyncDispose in thing ? thing[Symbol.asyncDispose]() : thing[Symbol.dispose]()))
    return thing
  }

  defer(close: () => unknown): void {
    this.#closers.push(close)
  }

  /** Hands everything over to a new one and keeps nothing: opening has succeeded, somebody else closes from now on. */
  move(): Disposables {
    const moved = new Disposables()
    moved.#closers = this.#closers.splice(0)
    return moved
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = []
    for (let close = this.#closers.pop(); close; close = this.#closers.pop()) {
      try {
        await close()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}
