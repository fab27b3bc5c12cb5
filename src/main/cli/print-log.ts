import type { LogEntry, LogLevel } from '@shared/log'
import type { Output } from './output'

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/**
 * What the engine notes, on standard error, from `least` upwards. One line each, without the stack of an error, and what
 * comes every cycle only once.
 */
export function printLog(output: Output, least: LogLevel): (entry: LogEntry) => void {
  let last = ''
  return ({ at, level, source, message }) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return
    const [line = ''] = message.split('\n')
    const text = `${level} ${source}: ${line}`
    if (text === last) return
    last = text
    output.note(`${new Date(at).toISOString().slice(11, 19)} ${text}`)
  }
}
