import { createLogger, type LogEntry, type Logger } from '@shared/log'

/**
 * The log of one edge: every line goes on to the log of the engine and, at the same moment, to whoever listens here.
 * `source` is the component that speaks (`modbus0`), or `cycle`, or empty for the edge itself.
 */
export class SystemLog {
  readonly logger: Logger
  readonly #listeners = new Set<(entry: LogEntry) => void>()

  constructor(engine: Logger, now: () => number) {
    const parts = new Map<string, Logger>()
    const partOf = (source: string): Logger => {
      const known = parts.get(source) ?? (source ? engine.child(source) : engine)
      parts.set(source, known)
      return known
    }
    const sink = (entry: LogEntry) => {
      partOf(entry.source)[entry.level](entry.message)
      for (const listener of this.#listeners) listener(entry)
    }
    this.logger = createLogger('', sink, now)
  }

  onLine(listener: (entry: LogEntry) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }
}
