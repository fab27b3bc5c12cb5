export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** One line of the system log. `source` names the part that speaks, e.g. `edge.cycle` or `modbus0`. */
export interface LogEntry {
  at: number
  level: LogLevel
  source: string
  message: string
}

export interface Logger {
  debug(message: string): void
  info(message: string): void
  warn(message: string): void
  error(message: string): void
  /** The same log under a longer name. */
  child(source: string): Logger
}

/** A logger that hands every entry to `sink`. Secrets never come here: nothing above this line knows one. */
export function createLogger(source: string, sink: (entry: LogEntry) => void, now: () => number = Date.now): Logger {
  const write = (level: LogLevel) => (message: string) => sink({ at: now(), level, source, message })
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (name) => createLogger(source ? `${source}.${name}` : name, sink, now),
  }
}

export const silentLogger: Logger = createLogger('', () => {})
