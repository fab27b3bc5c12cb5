import type { ModbusLink, RequestOptions } from '@main/protocols/modbus/link'
import { SitewrightError } from '@shared/errors'

/** What is asked for in one request. */
export interface ReadRequest {
  readonly fc: 1 | 2 | 3 | 4
  readonly at: number
  readonly count: number
}

/** Reads of one unit: registers as words, coils and inputs as 0 and 1. Throws what the link throws. */
export type ReadLine = (request: ReadRequest, signal?: AbortSignal) => Promise<ArrayLike<number>>

export function readLine(link: ModbusLink, unit: number, options: Omit<RequestOptions, 'signal'> = {}): ReadLine {
  return ({ fc, at, count }, signal) => {
    const all = signal ? { ...options, signal } : options
    switch (fc) {
      case 1:
        return link.readCoils(unit, at, count, all)
      case 2:
        return link.readDiscreteInputs(unit, at, count, all)
      case 3:
        return link.readHolding(unit, at, count, all)
      case 4:
        return link.readInput(unit, at, count, all)
    }
  }
}

/** Illegal address, illegal length, device failure: makers answer any of them for a register that is not there. */
const REFUSALS: readonly unknown[] = [2, 3, 4]

/** True when the device lives and just does not have what was asked for. */
export function isRefusal(error: unknown): boolean {
  return error instanceof SitewrightError && error.key === 'device.exception' && REFUSALS.includes(error.args.code)
}
