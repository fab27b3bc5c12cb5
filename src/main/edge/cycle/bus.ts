/**
 * What shares one wire: a bridge and the devices on it. The bus decides who is asked when, once for every protocol:
 * per cycle all writes, all HIGH reads, then LOW reads as long as there is time (at least one; who waited longest is asked
 * first); a device is prepared before it is written to or read; a device that fails waits
 * 2 s × failures, at most 300 s, and is tried again with a single task when the others are done.
 */
export interface Bus {
  readonly id: string
  join(device: BusDeviceOptions): BusDevice
}

/** What only the protocol knows about the wire below a bus; shown to the person, never used to decide. */
export interface BusDescription {
  /** `192.168.1.31:502` */
  readonly target: string
  isConnected(): boolean
  /** Figures of one unit: requests sent, answered, and the median turnaround in ms. */
  stats(unit: number | null): { asked: number; answered: number; medianMs: number | null }
  /** Tasks that may run at the same time, default 1. */
  readonly concurrency?: number
  /** Failures in a row after which a device's values become unknown, default 1 (OpenEMS: invalidateElementsAfterReadErrors). */
  readonly failuresUntilUnknown?: number
}

export interface BusDeviceOptions {
  readonly componentId: string
  readonly unit: number | null
  /** These channels could not be read: what they showed is not known any more. */
  onFailed(error: unknown, channels: readonly string[]): void
  /** Called with true when the device starts to fail, with false when it answers again. */
  onDefective(defective: boolean): void
}

export type Poll = 'high' | 'low'

export interface BusDevice extends Disposable {
  /** `channels` become unknown when `run` fails. `run` throws what the link throws: no try/catch in drivers. */
  read(poll: Poll, channels: readonly string[], run: (signal: AbortSignal) => Promise<void>): void
  /** Runs at the beginning of the round, before the reads of the cycle. */
  write(run: (signal: AbortSignal) => Promise<void>): void
  /** Runs before the first write or read and again after each time the device was lost: identity checks, SunSpec walks. */
  prepare(run: (signal: AbortSignal) => Promise<void>): void
  /** Takes all tasks away, e.g. before a new walk adds others. */
  clear(): void
}
