import type { RequestPriority } from './link'
import type { Answerer, ModbusCall } from './modbus-call'
import type { UnitRecord } from './unit-record'

/** One request on its way: waiting in the queue, on the wire, or settled. It settles once, whatever comes after. */
export class Ask implements Answerer {
  readonly target: string
  readonly unit: number
  readonly call: ModbusCall<unknown>
  readonly record: UnitRecord
  readonly level: Level
  /** What the caller asked for; undefined = learned. */
  readonly timeoutMs: number | undefined
  /** Set when it goes on the wire. */
  id = -1
  sentAt = 0
  limitMs = 0
  /** What came instead of the answer, for the text of the time-out. */
  seen = ''
  /** Next in the same lane of the queue. */
  next: Ask | undefined
  #settle: Settle | undefined
  #forgetSignal: (() => void) | undefined

  constructor(
    target: string,
    call: ModbusCall<unknown>,
    record: UnitRecord,
    level: Level,
    timeoutMs: number | undefined,
    settle: Settle,
  ) {
    this.target = target
    this.unit = record.unit
    this.call = call
    this.record = record
    this.level = level
    this.timeoutMs = timeoutMs
    this.#settle = settle
  }

  /** True once the caller knows. One that was aborted may still be on the wire: the device is working on it. */
  get settled(): boolean {
    return this.#settle === undefined
  }

  resolve(value: unknown): void {
    this.#take()?.resolve(value)
  }

  reject(error: unknown): void {
    this.#take()?.reject(error)
  }

  abortWith(signal: AbortSignal): void {
    if (signal.aborted) this.reject(signal.reason)
    const aborted = () => this.reject(signal.reason)
    signal.addEventListener('abort', aborted, { once: true })
    this.#forgetSignal = () => signal.removeEventListener('abort', aborted)
  }

  #take(): Settle | undefined {
    const settle = this.#settle
    this.#settle = undefined
    this.#forgetSignal?.()
    return settle
  }
}

/** The two ends of the caller's promise. Written as methods, so that any value's promise fits. */
export interface Settle {
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** 0 goes first. */
export type Level = 0 | 1 | 2 | 3

export const LEVELS: Readonly<Record<RequestPriority, Level>> = { person: 0, check: 1, poll: 2, scan: 3 }
