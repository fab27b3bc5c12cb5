/** One go of a runner: what stops it, and the gate at which it stands while the job is paused. */
export class JobRun {
  isCancelled = false
  isStopped = false
  settled: Promise<void> = Promise.resolve()
  readonly #controller = new AbortController()
  #waiters: (() => void)[] = []

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  async gate(isPaused: () => boolean): Promise<void> {
    this.signal.throwIfAborted()
    while (isPaused()) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve))
      this.signal.throwIfAborted()
    }
  }

  openGate(): void {
    for (const resolve of this.#waiters.splice(0)) resolve()
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason)
    this.openGate()
  }
}
